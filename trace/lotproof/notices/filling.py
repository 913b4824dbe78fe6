"""Fill the words of a kind, in one language and one zone. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from lotproof.kernel.instants import rfc3339
from lotproof.kernel.quantity import plain
from lotproof.notices.words import CODE, DEADLINES, WORDS, Words

FALLBACK = "en"


def detail_of(values: Mapping[str, Any]) -> dict[str, str | int]:
    """Return values as they are kept: times as RFC 3339, days as ISO, exact numbers as plain text.

    Raises: TypeError for what is none of text, whole number, time, day or decimal.
    """
    return {name: _kept(name, value) for name, value in values.items()}


def _kept(name: str, value: Any) -> str | int:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, str | int) and not isinstance(value, bool):
        return value
    raise TypeError(f"{name} of a notice is a {type(value).__name__}")


def filled(kind: str, language: str, detail: Mapping[str, Any], zone: tzinfo) -> Words:
    """Return the words of a notice. A kind of a later release is shown by its code; a missing value as a dash."""
    said = WORDS.get(kind)
    if said is None:
        return Words(kind, "")
    return fill(said.get(language, said[FALLBACK]), language, detail, zone)


def filled_code(language: str, detail: Mapping[str, Any], zone: tzinfo) -> Words:
    """Return the words around a code."""
    return fill(CODE.get(language, CODE[FALLBACK]), language, detail, zone)


def fill(words: Words, language: str, detail: Mapping[str, Any], zone: tzinfo) -> Words:
    """Fill holes with what people read: times in their zone."""
    shown = _Shown({name: _read(name, value, zone) for name, value in detail.items()})
    if "deadline" in detail:
        task = DEADLINES.get(str(detail["deadline"]), {})
        shown["task"] = task.get(language, task.get(FALLBACK, "{name}")).format_map(shown)
    return Words(words.title.format_map(shown), words.text.format_map(shown))


class _Shown(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "–"


def _read(name: str, value: Any, zone: tzinfo) -> str:
    if name.endswith("_at"):
        return datetime.fromisoformat(str(value)).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return str(value)
