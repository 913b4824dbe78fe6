"""A fact as people write it: a flat mapping of texts to `lotproof.lots.native.Fact`.

Command line options, CSV cells and form fields all come through here. Which fields a kind needs and takes, its row
in `lotproof.lots.kinds` says. What is blank counts as not stated.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import RAISE, Schema, ValidationError, fields

from lotproof.kernel.errors import Problem
from lotproof.lots.kinds import BY_NAME, OTHER, Kind
from lotproof.lots.native import Fact
from lotproof_schemas.faults import Coded, problems, told
from lotproof_schemas.native_fields import (
    Choice,
    DayText,
    DecimalText,
    GlnText,
    MomentText,
    ReferenceText,
    Several,
    SsccText,
    UomText,
    UriText,
    Words,
    Written,
    in_zone,
    read_lot,
    read_portion,
    read_sscc,
)

KINDS = tuple(name for name in BY_NAME if name != OTHER.name)
"""What people can record, by name."""

_READERS: Mapping[str, Any] = {
    "at": MomentText,
    "place": lambda **more: GlnText("place", **more),
    "lots": lambda **more: Several(read_lot, **more),
    "portions": lambda **more: Several(read_portion, **more),
    "inputs": lambda **more: Several(read_portion, **more),
    "outputs": lambda **more: Several(read_portion, **more),
    "container": SsccText,
    "containers": lambda **more: Several(read_sscc, **more),
    "cycle": UriText,
    "crop": Words,
    "plot": Words,
    "harvested_on": DayText,
    "registration": Words,
    "ended_at": MomentText,
    "amount": lambda **more: DecimalText(above_zero=True, **more),
    "uom": UomText,
    "temperature": DecimalText,
    "temperature_min": DecimalText,
    "temperature_max": DecimalText,
    "device": Words,
    "verdict": lambda **more: Choice("pass", "fail", **more),
    "certificate": Words,
    "laboratory": Words,
    "from_place": lambda **more: GlnText("place", **more),
    "to_place": lambda **more: GlnText("place", **more),
    "carrier": lambda **more: GlnText("party", **more),
    "buyer": lambda **more: GlnText("party", **more),
    "references": ReferenceText,
    "reason": Words,
    "witness": Words,
    "note": Words,
    "recall": UriText,
}
NAMES = ("kind", *_READERS)
"""Every field that a fact can have, in the order of the columns of a season file."""

_ANY = ("at", "place")  # what every kind takes
# A kind needs one of these beside the fields of its row, or there is nothing that it would be about.
_ONE_OF = {
    "shipping": ("portions", "container"),
    "transport": ("portions", "container"),
    "aggregate": ("portions", "containers"),
    "observation": ("lots", "portions", "cycle"),
}
_AMOUNTS = ("portions", "inputs", "outputs")


def load_fact(values: Mapping[str, Any], zone: ZoneInfo | None = None) -> tuple[Fact | None, list[Problem]]:
    """Return the fact, or None and everything that is wrong, each problem at its field.

    zone: of the place where it happened; gives local times their offset.
    """
    stated = {name: value for name, value in values.items() if not _is_blank(value)}
    name = stated.pop("kind", None)
    kind = BY_NAME.get(name.strip()) if isinstance(name, str) else None
    if kind is None or kind is OTHER:
        return None, [_no_kind(name)]
    try:
        found, errors = _schema(kind.name).load(stated), {}
    except ValidationError as error:
        found, errors = dict(error.valid_data or {}), error.messages_dict
    wrong = problems(errors, "")
    wrong = [_at_field(problem, kind) for problem in wrong]
    wrong += [Problem(field, one.code, str(one)) for field, one in _together(kind, found, stated, zone)]
    return (None, wrong) if wrong else (Fact(kind=kind.name, **found), [])


@cache
def _schema(kind_name: str) -> Schema:
    kind = BY_NAME[kind_name]
    declared: dict[str, fields.Field[Any]] = {"at": _field("at", True), "place": _field("place", False)}
    declared.update({name: _field(name, True) for name in kind.fields})
    declared.update({name: _field(name, False) for name in kind.options})
    schema = Schema.from_dict(declared, name=f"{kind.name}_fact")(unknown=RAISE)
    schema.error_messages = {
        **schema.error_messages,
        "unknown": Coded("unknown_field", "is no field of a fact"),
    }
    return schema


def _field(name: str, required: bool) -> Written:
    made: Written = _READERS[name](required=required)
    return made


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _no_kind(name: Any) -> Problem:
    if name is None:
        return Problem("kind", "missing", "is needed and not there")
    return Problem("kind", "unknown_kind", f"must be one of {', '.join(KINDS)}, not {name!r:.60}")


def _at_field(problem: Problem, kind: Kind) -> Problem:
    """The same problem with the field's plain name, and the reason where the field belongs to other kinds."""
    name = problem.where.removeprefix(".")
    if problem.code == "unknown_field" and name in NAMES:
        takes = ", ".join(("kind", *_ANY, *kind.fields, *kind.options))
        return Problem(name, "not_for_kind", f"a fact of kind {kind.name} takes {takes}")
    return Problem(name, problem.code, problem.message)


def _together(
    kind: Kind, found: dict[str, Any], stated: Mapping[str, Any], zone: ZoneInfo | None
) -> list[tuple[str, Coded]]:
    """What is wrong with fields in relation to others, or to the zone; times in `found` get their offset."""
    wrong: list[tuple[str, Coded]] = []
    for name in ("at", "ended_at"):
        try:
            if name in found:
                found[name] = in_zone(found[name], zone)
        except ValidationError as error:
            wrong += [(name, one) for one in told(error)]
    needed = _ONE_OF.get(kind.name, ())
    if needed and not any(name in stated for name in needed):
        wrong.append((needed[0], Coded("missing", f"a fact of kind {kind.name} needs {' or '.join(needed)}")))
    for name in _AMOUNTS:
        if kind.name != "count" and any(portion.amount <= 0 for portion in found.get(name, ())):
            wrong.append((name, Coded("not_positive", "amounts must be above zero")))
    if ("amount" in stated) != ("uom" in stated):
        wrong.append(
            ("uom" if "amount" in stated else "amount", Coded("missing", "amount and uom go together"))
        )
    lowest, highest = found.get("temperature_min"), found.get("temperature_max")
    if lowest is not None and highest is not None and lowest > highest:
        wrong.append(("temperature_max", Coded("invalid_value", "must not be below temperature_min")))
    return wrong
