"""A fact as people who have no EPCIS state it, and the EPCIS event that it becomes.

Every door for people (command line, CSV, forms) fills the same `Fact`; `build_event` is the only place that
knows how it is written in EPCIS 2.0.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from lotproof.epcis.vocabulary import NS
from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import Gln, LotId, Sscc
from lotproof.kernel.quantity import plain
from lotproof.lots.kinds import BY_NAME, RECEIVING_PACKED, Effect, Kind

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")

CONTEXT: list[Any] = [
    "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
    {"lotproof": NS, "cbvmda": "urn:epcglobal:cbv:mda"},
]


@dataclass(frozen=True, slots=True)
class Portion:
    """So much of a lot: amount in `uom` (UN/ECE Rec 20 code)."""

    lot: LotId
    amount: Decimal
    uom: str


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened. `kind` is a name of `kinds.BY_NAME`; `at` is aware; which other fields count, its row says.

    lots: where no amount is stated.  portions: with amounts.  inputs, outputs: of a transformation.
    cycle: URN of the growing cycle.  temperature*: degrees Celsius.  references: {"po": "4711", …} (CBV types).
    witness, note: private (they never stand in the clear on the log).
    """

    kind: str
    at: datetime
    place: Gln | None = None
    lots: tuple[LotId, ...] = ()
    portions: tuple[Portion, ...] = ()
    inputs: tuple[Portion, ...] = ()
    outputs: tuple[Portion, ...] = ()
    container: Sscc | None = None
    containers: tuple[Sscc, ...] = ()
    cycle: str | None = None
    crop: str | None = None
    plot: str | None = None
    harvested_on: date | None = None
    registration: str | None = None
    ended_at: datetime | None = None
    amount: Decimal | None = None
    uom: str | None = None
    temperature: Decimal | None = None
    temperature_min: Decimal | None = None
    temperature_max: Decimal | None = None
    device: str | None = None
    verdict: str | None = None
    certificate: str | None = None
    laboratory: str | None = None
    from_place: Gln | None = None
    to_place: Gln | None = None
    carrier: Gln | None = None
    buyer: Gln | None = None
    references: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    witness: str | None = None
    note: str | None = None
    recall: str | None = None
    code: str | None = None
    unset: tuple[str, ...] = ()


def build_event(fact: Fact) -> dict[str, Any]:
    """Write a fact as an EPCIS 2.0 event with its @context.

    Raises: KeyError for a kind that `kinds.BY_NAME` does not have; the schemas refuse it before.
    """
    kind = _row(fact)
    event: dict[str, Any] = {
        "@context": CONTEXT,
        "type": kind.event_type,
        "eventTime": _time(fact.at),
        "eventTimeZoneOffset": _offset(fact.at),
    }
    if kind.action:
        event["action"] = kind.action
    event.update(_what(kind, fact))
    if kind.steps:
        event["bizStep"] = kind.steps[0]
    if disposition := _disposition(kind, fact):
        event["disposition"] = disposition
    event.update(_persistent(kind, fact))
    event.update(_where(fact))
    event.update(_why(fact))
    event.update(_how(fact))
    event.update(_extensions(fact))
    return event


def _row(fact: Fact) -> Kind:
    if fact.kind == "receiving" and fact.container and fact.portions:
        return RECEIVING_PACKED
    return BY_NAME[fact.kind]


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds" if at.microsecond else "seconds")


def _offset(at: datetime) -> str:
    return at.isoformat(timespec="seconds")[-6:]


def _what(kind: Kind, fact: Fact) -> dict[str, Any]:
    what: dict[str, Any] = {}
    stated = _quantities(fact.portions) + [{"epcClass": lot.uri} for lot in fact.lots]
    epcs = [one.uri for one in fact.containers]
    if kind.event_type == "TransformationEvent":
        what["inputQuantityList"] = _quantities(fact.inputs) or _unnamed_input(fact)
        what["outputQuantityList"] = _quantities(fact.outputs)
        what["transformationID"] = fact.cycle
    elif kind.event_type == "AggregationEvent":
        what["parentID"] = fact.container and fact.container.uri
        what["childQuantityList"] = stated
        what["childEPCs"] = epcs
    else:
        what["quantityList"] = stated
        what["epcList"] = epcs + ([fact.container.uri] if fact.container else [])
        if fact.cycle and not stated and not what["epcList"]:
            what["epcList"] = [fact.cycle]  # a look at a crop from which nothing was picked yet
    return {name: value for name, value in what.items() if value}


def _unnamed_input(fact: Fact) -> list[dict[str, Any]]:
    """What goes into a growing cycle where nobody states its lot: EPCIS wants something to stand there."""
    if fact.registration:
        named = f"{NS}input/{quote(fact.registration, safe='')}"
    elif fact.crop:
        named = f"{NS}crop/{quote(fact.crop, safe='')}"
    else:
        return []
    stated: dict[str, Any] = {"epcClass": named}
    if fact.amount is not None and fact.uom:
        stated |= {"quantity": _number(fact.amount), "uom": fact.uom}
    return [stated]


def _quantities(portions: Sequence[Portion]) -> list[dict[str, Any]]:
    return [{"epcClass": one.lot.uri, "quantity": _number(one.amount), "uom": one.uom} for one in portions]


def _number(amount: Decimal) -> int | float:
    """A number as JSON has it: its shortest double reproduces it, or strict JSON would refuse it elsewhere."""
    if amount == amount.to_integral_value():
        return int(amount)
    number = float(amount)
    if Decimal(repr(number)) != amount:
        raise InvalidInputError(
            "inexact_number",
            f"{plain(amount)} has more digits than JSON numbers keep",
            "state it with at most 15 digits",
        )
    return number


def _disposition(kind: Kind, fact: Fact) -> str | None:
    if kind.name == "inspection":
        return "conformant" if fact.verdict == "pass" else "non_conformant"
    if kind.name == "loss" and fact.reason == "expired":
        return "expired"
    return kind.disposition


def _persistent(kind: Kind, fact: Fact) -> dict[str, Any]:
    if kind.effect is Effect.HOLD:
        return {"persistentDisposition": {"set": ["non_sellable_other"]}}
    if kind.effect is Effect.RECALL:
        return {"persistentDisposition": {"set": ["recalled"]}}
    if kind.effect is Effect.RELEASE:
        return {"persistentDisposition": {"unset": list(fact.unset or ("non_sellable_other",))}}
    return {}


def _where(fact: Fact) -> dict[str, Any]:
    where: dict[str, Any] = {}
    if fact.place:
        where["readPoint"] = {"id": fact.place.place_uri}
        where["bizLocation"] = {"id": fact.place.place_uri}
    left = fact.from_place or (fact.place if fact.to_place else None)
    sources = _ends("source", location=_place(left))
    destinations = _ends(
        "destination",
        location=_place(fact.to_place),
        possessing_party=fact.carrier.party_uri if fact.carrier else None,
        owning_party=fact.buyer.party_uri if fact.buyer else None,
    )
    if sources:
        where["sourceList"] = sources
    if destinations:
        where["destinationList"] = destinations
        where.pop("bizLocation", None)  # where the goods are afterwards is not the place that they leave
    return where


def _place(gln: Gln | None) -> str | None:
    return gln.place_uri if gln else None


def _ends(name: str, **ends: str | None) -> list[dict[str, str]]:
    return [{"type": type_name, name: uri} for type_name, uri in ends.items() if uri]


def _why(fact: Fact) -> dict[str, Any]:
    why: dict[str, Any] = {}
    if fact.references:
        why["bizTransactionList"] = [
            {"type": type_name, "bizTransaction": _transaction(fact, number)}
            for type_name, number in fact.references.items()
        ]
    if fact.harvested_on:
        why["ilmd"] = {"cbvmda:harvestStartDate": fact.harvested_on.isoformat()}
    if fact.certificate and _is_uri(fact.certificate):
        why["certificationInfo"] = fact.certificate
    return why


def _transaction(fact: Fact, number: str) -> str:
    """CBV 2.0 section 8.5: a document is named by who numbered it; without a place it is named by us."""
    number = quote(number, safe="")
    return f"urn:epcglobal:cbv:bt:{fact.place.digits}:{number}" if fact.place else f"{NS}document/{number}"


def _is_uri(text: str) -> bool:
    return _URI.fullmatch(text) is not None


def _how(fact: Fact) -> dict[str, Any]:
    readings = {"value": fact.temperature, "minValue": fact.temperature_min, "maxValue": fact.temperature_max}
    stated = {name: _number(value) for name, value in readings.items() if value is not None}
    if not stated:
        return {}
    report: dict[str, Any] = {"type": "Temperature", "uom": "CEL", **stated}
    if fact.device:
        report["deviceID" if _is_uri(fact.device) else "lotproof:device"] = fact.device
    return {"sensorElementList": [{"sensorReport": [report]}]}


def _extensions(fact: Fact) -> dict[str, Any]:
    stated = {
        "cycle": fact.cycle if BY_NAME[fact.kind].event_type == "ObjectEvent" else None,
        "crop": fact.crop,
        "plot": fact.plot,
        "registration": fact.registration,
        "endedAt": fact.ended_at and _time(fact.ended_at),
        "verdict": fact.verdict,
        "laboratory": fact.laboratory,
        "certificate": fact.certificate if fact.certificate and not _is_uri(fact.certificate) else None,
        "recall": fact.recall,
        "code": fact.code,
        "reason": fact.reason,
        "witness": fact.witness,
        "note": fact.note,
    }
    return {f"lotproof:{name}": value for name, value in stated.items() if value is not None}
