"""A form that somebody filled in: texts by field to a `lotproof.lots.native.Fact`, with every problem at its field."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.kernel.identifiers import Gtin
from lotproof.lots.book.filled import Uoms, state_fact
from lotproof.lots.book.forms import Form
from lotproof.lots.native import Fact
from lotproof_schemas.faults import fault, told
from lotproof_schemas.native_fields import (
    Choice,
    DayText,
    DecimalText,
    GlnText,
    MomentText,
    SsccText,
    UomText,
    UriText,
    Words,
    Written,
    in_zone,
    read_lot,
)


class _LotText(Written):
    def read(self, text: str) -> Any:
        return read_lot(text)


class _GtinText(Written):
    def read(self, text: str) -> Gtin:
        return Gtin.parse(text)


class _NumberText(Words):
    """The number of a document."""

    def read(self, text: str) -> str:
        if not text.isprintable() or any(char.isspace() for char in text) or len(text) > 100:
            raise fault("invalid_value", "must be a number without spaces, such as 4711")
        return text


def _place() -> Written:
    return GlnText("place")


def _party() -> Written:
    return GlnText("party")


READERS: Mapping[str, Callable[[], Written]] = {
    "at": MomentText, "ended_at": MomentText, "harvested_on": DayText,
    "place": _place, "place_of_plot": _place, "from_place": _place, "to_place": _place, "place_to": _place,
    "carrier": _party, "buyer": _party, "cycle": UriText, "crop": Words, "plot": Words, "season": Words,
    "registration": Words, "unit": UomText, "product": _GtinText, "lot": _LotText, "lot_2": _LotText,
    "code": Words, "code_2": Words, "amount": DecimalText, "amount_2": DecimalText, "made": DecimalText,
    "made_2": DecimalText, "temperature": DecimalText, "temperature_min": DecimalText, "temperature_max": DecimalText,
    "device": Words, "verdict": lambda: Choice("pass", "fail"), "certificate": Words, "laboratory": Words,
    "container": SsccText, "document": _NumberText, "reason": Words, "witness": Words, "note": Words,
}  # fmt: skip
"""Every field that a form can have, and how its text is read."""


def read_form(
    form: Form,
    texts: Mapping[str, str],
    *,
    zone: ZoneInfo | None,
    uoms: Uoms,
    new_cycle: str,
) -> tuple[Fact | None, Mapping[str, Any], list[Problem]]:
    """Return the fact, what was read of each field, and everything that is wrong; no fact where something is.

    zone: gives local times their offset.  uoms, new_cycle: see `filled.state_fact`.
    """
    got, problems = read_fields(form, texts, zone)
    if problems:
        return None, got, problems
    fact, problems = state_fact(form, got, uoms, new_cycle)
    return fact, got, problems


def read_fields(
    form: Form, texts: Mapping[str, str], zone: ZoneInfo | None
) -> tuple[dict[str, Any], list[Problem]]:
    """Return what each field says, and everything that is wrong with them. A blank field says nothing."""
    got: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in form.fields:
        text = texts.get(name, "").strip()
        if not text:
            if form.asks(name):
                problems.append(Problem(name, "missing", "is needed"))
            continue
        try:
            got[name] = _read(name, text, zone)
        except InvalidInputError as error:
            problems.append(Problem(name, error.code, error.message))
        except ValidationError as error:
            problems += [Problem(name, one.code, str(one)) for one in told(error)]
    lowest, highest = got.get("temperature_min"), got.get("temperature_max")
    if lowest is not None and highest is not None and lowest > highest:
        problems.append(Problem("temperature_max", "invalid_value", "must not be below the lowest"))
    if "at" in got and "ended_at" in got and got["ended_at"] < got["at"]:
        problems.append(Problem("ended_at", "invalid_value", "must not be before the beginning"))
    return got, problems


def _read(name: str, text: str, zone: ZoneInfo | None) -> Any:
    field = READERS[name]()
    value = field.read(text)
    if name in ("at", "ended_at"):
        return in_zone(value, zone)
    if name in ("amount", "amount_2", "made", "made_2") and value < 0:
        raise fault("not_positive", "must not be below zero")
    return value
