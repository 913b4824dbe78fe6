"""Master data as rows of a season file: which columns each type has, and the record that a row becomes.

Ids and bodies are those of `lotproof.parties.record_types`, which has the last word.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import RAISE, Schema, ValidationError, fields

from lotproof.kernel.errors import Problem
from lotproof.kernel.identifiers import Gln, Gtin
from lotproof.kernel.quantity import plain
from lotproof.parties.record_types import RETAINED, check_record
from lotproof_schemas.faults import fault, problems
from lotproof_schemas.native_fact import KINDS
from lotproof_schemas.native_fields import (
    Choice,
    DecimalText,
    GlnText,
    Several,
    UomText,
    UriText,
    Words,
    Written,
)


@dataclass(frozen=True, slots=True)
class SeasonRecord:
    """One thing of master data, as `parties.actions.write_record` takes it."""

    type: str
    id: str
    body: Mapping[str, Any]


class _GtinText(Written):
    def read(self, text: str) -> Gtin:
        return Gtin.parse(text)


class _ZoneText(Written):
    def read(self, text: str) -> str:
        try:
            return ZoneInfo(text).key
        except (ValueError, KeyError, OSError):
            raise fault(
                "unknown_zone", f"must be an IANA time zone such as Asia/Shanghai, not {text!r:.60}"
            ) from None


class _DaysText(Written):
    def read(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and int(text[:9]) <= 3650 and len(text) < 9):
            raise fault("invalid_number", f"must be a whole number of days, 0 to 3650, not {text!r:.60}")
        return int(text)


Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Type:
    """required, optional: columns and how they are read.  id, body: made of what was read."""

    required: Mapping[str, Callable[..., Written]]
    optional: Mapping[str, Callable[..., Written]]
    id: Callable[[Found], str]
    body: Callable[[Found], dict[str, Any]]


def _party(**more: Any) -> Written:
    return GlnText("party", **more)


def _place(**more: Any) -> Written:
    return GlnText("place", **more)


def _positive(**more: Any) -> Written:
    return DecimalText(above_zero=True, **more)


def _names(found: Found, column: str = "name") -> dict[str, str]:
    """Names by language: `name` is English, `name_zh` simplified Chinese."""
    stated = {"en": found.get(column), "zh_Hans": found.get(f"{column}_zh")}
    return {language: name for language, name in stated.items() if name}


def _picked(found: Found, *names: str) -> dict[str, Any]:
    return {name: found[name] for name in names if name in found}


def _party_body(found: Found) -> dict[str, Any]:
    body = {"names": _names(found), **_picked(found, "country", "phone")}
    if found.get("person") == "yes":
        body["person"] = True
    return {**body, "roles": list(found["roles"])} if "roles" in found else body


def _place_body(found: Found) -> dict[str, Any]:
    body: dict[str, Any] = {"names": _names(found), "zone": found["zone"]}
    if "party" in found:
        body["party"] = found["party"].party_uri
    if "parent" in found:
        body["parent"] = found["parent"].place_uri
    region = _names(found, "region")
    return {**body, "region": region} if region else body


def _product_body(found: Found) -> dict[str, Any]:
    body = {"names": _names(found), **_picked(found, "uom", "category", "crop", "shelf_life_days")}
    if variety := _names(found, "variety"):
        body["variety"] = variety
    if "temperature_min" in found and "temperature_max" in found:
        lowest, highest = found["temperature_min"], found["temperature_max"]
        body["temperature_band"] = {"min": plain(lowest), "max": plain(highest)}
    return body


def _input_body(found: Found) -> dict[str, Any]:
    return {
        "names": _names(found),
        "intervals": {found["crop"]: found["interval_days"]},
        **_picked(found, "active"),
    }


def _conversion_id(found: Found) -> str:
    return f"{found['gtin'].digits14}:{found['from_uom']}:{found['to_uom']}"


def _conversion_body(found: Found) -> dict[str, Any]:
    factor: Decimal = found["factor"]
    return {"gtin": found["gtin"].digits14, **_picked(found, "from_uom", "to_uom"), "factor": plain(factor)}


def _cycle_body(found: Found) -> dict[str, Any]:
    body = _picked(found, "crop", "plot", "season")
    return {**body, "place": found["place"].place_uri} if "place" in found else body


def _device_body(found: Found) -> dict[str, Any]:
    body = {"names": _names(found)}
    return {**body, "party": found["party"].party_uri} if "party" in found else body


_NAMES = {"name": Words, "name_zh": Words}
TYPES: Mapping[str, _Type] = {
    "party": _Type(
        {"gln": _party},
        {**_NAMES, "roles": lambda **more: Several(str, **more), "country": Words,
         "person": lambda **more: Choice("yes", "no", **more), "phone": Words},
        lambda found: str(found["gln"].party_uri),
        _party_body,
    ),
    "place": _Type(
        {"gln": _place, "zone": _ZoneText},
        {**_NAMES, "party": _party, "parent": _place, "region": Words, "region_zh": Words},
        lambda found: str(found["gln"].place_uri),
        _place_body,
    ),
    "product": _Type(
        {"gtin": _GtinText, "uom": UomText},
        {
            **_NAMES, "variety": Words, "variety_zh": Words, "category": Words, "crop": Words,
            "shelf_life_days": _DaysText, "temperature_min": DecimalText, "temperature_max": DecimalText,
        },
        lambda found: str(found["gtin"].digits14),
        _product_body,
    ),
    "input_product": _Type(
        {"registration": Words, "crop": Words, "interval_days": _DaysText},
        {**_NAMES, "active": Words},
        lambda found: str(found["registration"]),
        _input_body,
    ),
    "conversion": _Type(
        {"gtin": _GtinText, "from_uom": UomText, "to_uom": UomText, "factor": _positive},
        {},
        _conversion_id,
        _conversion_body,
    ),
    "tolerance": _Type(
        {"process": lambda **more: Choice(*KINDS, **more), "percent": _positive},
        {},
        lambda found: str(found["process"]),
        lambda found: {"percent": plain(found["percent"])},
    ),
    "cycle": _Type(
        {"cycle": UriText, "crop": Words},
        {"plot": Words, "place": _place, "season": Words},
        lambda found: str(found["cycle"]),
        _cycle_body,
    ),
    "retention": _Type(
        {"data": lambda **more: Choice(*RETAINED, **more), "days": _DaysText},
        {},
        lambda found: str(found["data"]),
        lambda found: _picked(found, "days"),
    ),
    "device": _Type(
        {"device": Words},
        {**_NAMES, "party": _party},
        lambda found: str(found["device"]),
        _device_body,
    ),
}  # fmt: skip
"""Every type that a row can be, beside the kinds of facts."""

COLUMNS = tuple(dict.fromkeys(name for one in TYPES.values() for name in (*one.required, *one.optional)))


def _schema(one: _Type) -> Schema:
    declared: dict[str, fields.Field[Any]] = {
        name: made(required=True) for name, made in one.required.items()
    }
    declared.update({name: made(required=False) for name, made in one.optional.items()})
    return Schema.from_dict(declared)(unknown=RAISE)


_SCHEMAS = {name: _schema(one) for name, one in TYPES.items()}


def load_record(type_name: str, values: Mapping[str, str]) -> tuple[SeasonRecord | None, list[Problem]]:
    """Return the record of a row of a known type, or None and everything that is wrong, each at its column.

    values: the cells that are not blank, without `kind` and `by`.
    """
    one = TYPES[type_name]
    known = {name: text for name, text in values.items() if name in one.required or name in one.optional}
    takes = ", ".join(("kind", "by", *one.required, *one.optional))
    wrong = [
        Problem(name, "not_for_kind", f"a row of kind {type_name} takes {takes}")
        for name in values
        if name not in known
    ]
    try:
        found = _SCHEMAS[type_name].load(known)
    except ValidationError as error:
        told = problems(error.messages_dict, "")
        wrong += [replace(problem, where=problem.where.removeprefix(".")) for problem in told]
        found = error.valid_data or {}
    if "name" in one.optional and not _names(known):
        wrong.append(Problem("name", "missing", "name or name_zh is needed"))
    if wrong:
        return None, wrong
    record = SeasonRecord(type_name, one.id(found), one.body(found))
    wrong = check_record(record.type, record.id, record.body)
    return (None, wrong) if wrong else (record, [])


def merge(first: SeasonRecord, other: SeasonRecord) -> SeasonRecord | None:
    """Put two rows about one input product together, each with its crop; None where they contradict each other."""
    ours, theirs = dict(first.body), dict(other.body)
    days, more = ours.pop("intervals"), theirs.pop("intervals")
    if ours != theirs or any(days.get(crop, interval) != interval for crop, interval in more.items()):
        return None
    return replace(first, body={**ours, "intervals": {**days, **more}})


def place_of_record(record: SeasonRecord) -> tuple[Gln, ZoneInfo]:
    """The GLN and zone of a place record."""
    return Gln(record.id.rpartition("/")[2]), ZoneInfo(record.body["zone"])
