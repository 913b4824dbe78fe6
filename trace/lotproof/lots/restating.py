"""The fact behind an event: `native.build_event` the other way round, for whoever wants to state it anew.

Proved, not believed: only a fact that builds the very same event again is returned. An event of a document from
outside may say more than a fact can hold, and then there is none.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from lotproof.epcis.event import Event
from lotproof.epcis.vocabulary import NS
from lotproof.kernel.errors import LotproofError
from lotproof.kernel.identifiers import Gln, LotId, Sscc
from lotproof.kernel.quantity import to_decimal
from lotproof.lots.kinds import OTHER, Kind, classify
from lotproof.lots.native import Fact, Portion, build_event

_UNREADABLE = (LotproofError, KeyError, ValueError, TypeError, AttributeError, IndexError)
"""What reading raises where an event is written otherwise than we write them."""

_WORDS = (
    "crop", "plot", "registration", "verdict", "laboratory", "recall", "code", "reason", "witness", "note",
)  # fmt: skip
_TYPES = ("ObjectEvent", "AggregationEvent", "TransformationEvent", "TransactionEvent")
_UNNAMED = (f"{NS}input/", f"{NS}crop/")


def fact_of(raw: Mapping[str, Any]) -> Fact | None:
    """Return the fact that `build_event` makes this event of, None where there is none. raw: with its hidden parts."""
    event = {name: value for name, value in raw.items() if name not in ("@context", "errorDeclaration")}
    kind = classify(Event(event))
    if kind is OTHER or event.get("type") not in _TYPES:
        return None
    try:
        fact = _read(kind, event)
        built = build_event(fact)
    except _UNREADABLE:
        return None
    del built["@context"]
    return fact if built == event else None


def _read(kind: Kind, event: Mapping[str, Any]) -> Fact:
    said: dict[str, Any] = {name: event.get(f"lotproof:{name}") for name in _WORDS}
    said.update(_what(event), **_where(event), **_why(event), **_how(event))
    ended = event.get("lotproof:endedAt")
    unset = event.get("persistentDisposition", {}).get("unset", ())
    return Fact(
        kind.name,
        datetime.fromisoformat(event["eventTime"]),
        ended_at=datetime.fromisoformat(ended) if ended else None,
        unset=tuple(unset),
        **said,
    )


def _what(event: Mapping[str, Any]) -> dict[str, Any]:
    if event["type"] == "TransformationEvent":
        return _transformed(event)
    if event["type"] == "AggregationEvent":
        containers = tuple(map(_sscc, event.get("childEPCs", ())))
        inside = _stated(event.get("childQuantityList", ()))
        return {**inside, "containers": containers, "container": _sscc(event["parentID"])}
    cycle = event.get("lotproof:cycle")
    boxes = tuple(_sscc(one) for one in event.get("epcList", ()) if one != cycle)
    return {
        **_stated(event.get("quantityList", ())),
        "containers": boxes[:-1],
        "container": boxes[-1] if boxes else None,
        "cycle": cycle,
    }


def _transformed(event: Mapping[str, Any]) -> dict[str, Any]:
    inputs: Sequence[Mapping[str, Any]] = event.get("inputQuantityList", ())
    outputs = _portions(event.get("outputQuantityList", ()))
    said = {"outputs": outputs, "cycle": event.get("transformationID")}
    if len(inputs) == 1 and inputs[0]["epcClass"].startswith(_UNNAMED):
        amount = inputs[0].get("quantity")
        return {**said, "amount": None if amount is None else to_decimal(amount), "uom": inputs[0].get("uom")}
    return {**said, "inputs": _portions(inputs)}


def _stated(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    with_amount = [item for item in items if "quantity" in item]
    lots = tuple(LotId.parse(item["epcClass"]) for item in items if "quantity" not in item)
    return {"portions": _portions(with_amount), "lots": lots}


def _portions(items: Sequence[Mapping[str, Any]]) -> tuple[Portion, ...]:
    return tuple(
        Portion(LotId.parse(one["epcClass"]), to_decimal(one["quantity"]), one["uom"]) for one in items
    )


def _where(event: Mapping[str, Any]) -> dict[str, Any]:
    place = _gln(event.get("readPoint", {}).get("id"))
    sources, destinations = dict(_ends(event, "source")), dict(_ends(event, "destination"))
    to_place, left = destinations.get("location"), sources.get("location")
    return {
        "place": place,
        # Goods that go somewhere leave the place where it happened: then nobody has to state it.
        "from_place": None if to_place and left == place else left,
        "to_place": to_place,
        "carrier": destinations.get("possessing_party"),
        "buyer": destinations.get("owning_party"),
    }


def _ends(event: Mapping[str, Any], name: str) -> Iterator[tuple[str, Gln | None]]:
    return ((one["type"], _gln(one[name])) for one in event.get(f"{name}List", ()))


def _why(event: Mapping[str, Any]) -> dict[str, Any]:
    documents = event.get("bizTransactionList", ())
    picked = event.get("ilmd", {}).get("cbvmda:harvestStartDate")
    return {
        "references": {one["type"]: _number_of(one["bizTransaction"]) for one in documents},
        "harvested_on": date.fromisoformat(picked) if picked else None,
        "certificate": event.get("certificationInfo") or event.get("lotproof:certificate"),
    }


def _number_of(transaction: str) -> str:
    return unquote(transaction.removeprefix(f"{NS}document/").rpartition(":")[2])


def _how(event: Mapping[str, Any]) -> dict[str, Any]:
    if "sensorElementList" not in event:
        return {}
    ((report,),) = [one["sensorReport"] for one in event["sensorElementList"]]
    return {
        "temperature": _decimal(report.get("value")),
        "temperature_min": _decimal(report.get("minValue")),
        "temperature_max": _decimal(report.get("maxValue")),
        "device": report.get("deviceID") or report.get("lotproof:device"),
    }


def _decimal(number: Any) -> Decimal | None:
    return None if number is None else to_decimal(number)


def _gln(uri: str | None) -> Gln | None:
    return Gln(uri.rpartition("/")[2]) if uri else None


def _sscc(uri: str) -> Sscc:
    return Sscc(uri.rpartition("/")[2])
