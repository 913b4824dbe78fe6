"""JSON that means the same to every reader, or is refused.

Refused, each with its own code:
- `duplicate_name`: one object with a name twice;
- `invalid_number`: NaN and infinities, also as 1e400;
- `number_too_large`: a value beyond ±(2^53 - 1), however it is written;
- `inexact_decimal`: a decimal that its nearest double, written shortest, does not reproduce;
- `too_deep`: more than 64 arrays and objects within each other;
- `invalid_utf8`, `lone_surrogate`, and `invalid_json` for all other faults of syntax.

Source: RFC 8259, RFC 7493 (I-JSON), RFC 8785 section 3.2.2.3 for the numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .errors import InvalidInputError, Problem

MAX_DEPTH = 64
MAX_INTEGER = 2**53 - 1
_MOST_DIGITS = 400  # no double needs more to be told apart; also bounds the work on hostile numbers
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def loads(data: bytes | str) -> Any:
    """Parse a JSON text of UTF-8 bytes or of characters.

    Raises: InvalidInputError with one of the codes above; `problems` name every place by JSON Pointer
    where the fault is inside a well-formed text.
    """
    text = _decode(data)
    try:
        value = _fast.decode(text)
    except (_Fault, RecursionError):
        raise _locate(text) from None
    except json.JSONDecodeError as fault:
        where = f"line {fault.lineno} column {fault.colno}"
        raise _refusal([Problem(where, "invalid_json", f"not JSON: {fault.msg}, {where}")]) from None
    if (text.count("[") + text.count("{") > MAX_DEPTH and _is_too_deep(value)) or (
        _ESCAPED_SURROGATE.search(text) and next(_surrogates(value), None) is not None
    ):
        raise _locate(text)
    return value


def check_number(text: str) -> int | float:
    """Read one JSON number: an int if it is written as one, else the float that stands for that decimal.

    Raises: InvalidInputError("invalid_number" | "number_too_large" | "inexact_decimal").
    """
    if not _NUMBER.fullmatch(text):
        raise InvalidInputError("invalid_number", f"not a JSON number: {text[:40]!r}")
    fault = _number_fault(text)
    if fault is not None:
        raise InvalidInputError(fault.code, fault.message, _HINTS.get(fault.code, ""))
    return int(text) if _is_integer(text) else float(text)


def dumps(value: Any) -> str:
    """Compact JSON text, NaN and infinities refused. Not canonical: that is the business of `proof`."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


_HINTS = {
    "inexact_decimal": "Send at most 15 significant digits, or send the value as a string.",
    "number_too_large": "Send identifiers and very large numbers as strings.",
    "duplicate_name": "Send each name once.",
}


class _Fault(Exception):
    """The fast path met something to refuse; the slow path finds out where."""


class _Bad:
    """Marks a refused value in the tree of the slow path."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message


class _Repeated(dict[str, Any]):
    """An object with a name twice, in the tree of the slow path."""

    names: list[str]


def _is_integer(text: str) -> bool:
    return text.isdigit() or (text[:1] == "-" and text[1:].isdigit())


def _number_fault(text: str) -> _Bad | None:
    if _is_integer(text):
        if len(text) > 17 or not -MAX_INTEGER <= int(text) <= MAX_INTEGER:
            return _Bad("number_too_large", f"{text[:40]} is beyond ±(2^53 - 1)")
        return None
    value = float(text)
    if value != value or value in (float("inf"), float("-inf")):
        return _Bad("invalid_number", f"{text[:40]} is not a finite number")
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        return _Bad("number_too_large", f"{text[:40]} is beyond ±(2^53 - 1)")
    if repr(value) != text and (len(text) > _MOST_DIGITS or not _same_decimal(text, value)):
        return _Bad("inexact_decimal", f"{text[:40]} would be read as {value!r}")
    return None


def _same_decimal(text: str, value: float) -> bool:
    if value == 0:
        return not re.search("[1-9]", re.split("[eE]", text)[0])
    return Decimal(text) == Decimal(repr(value))


def _number(text: str) -> int | float:
    if _number_fault(text) is not None:
        raise _Fault
    return int(text) if _is_integer(text) else float(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Fault
    return found


def _refuse_constant(_: str) -> Any:
    raise _Fault


def _marked_number(text: str) -> int | float | _Bad:
    return _number_fault(text) or _number(text)


def _marked_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    marked = _Repeated(found)
    names = [name for name, _ in pairs]
    marked.names = sorted({name for name in names if names.count(name) > 1})
    return marked


def _marked_constant(text: str) -> _Bad:
    return _Bad("invalid_number", f"{text} is not a finite number")


_fast = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_int=_number, parse_constant=_refuse_constant
)
_slow = json.JSONDecoder(
    object_pairs_hook=_marked_object,
    parse_float=_marked_number,
    parse_int=_marked_number,
    parse_constant=_marked_constant,
)


def _decode(data: bytes | str) -> str:
    try:
        if isinstance(data, str):
            data.encode("utf-8")
            return data
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        problem = Problem(f"byte {fault.start}", "invalid_utf8", f"not UTF-8 from byte {fault.start} on")
    except UnicodeEncodeError as fault:
        problem = Problem(
            f"character {fault.start}", "lone_surrogate", "half of a surrogate pair stands alone"
        )
    raise _refusal([problem])


def _locate(text: str) -> InvalidInputError:
    """Parse again with every fault kept in place, and name them all."""
    try:
        value = _slow.decode(text)
    except RecursionError:
        return _refusal([Problem("", "too_deep", f"more than {MAX_DEPTH} levels within each other")])
    except json.JSONDecodeError as fault:
        where = f"line {fault.lineno} column {fault.colno}"
        return _refusal([Problem(where, "invalid_json", f"not JSON: {fault.msg}, {where}")])
    return _refusal(list(_faults(value)))


def _refusal(problems: list[Problem]) -> InvalidInputError:
    first = problems[0]
    return InvalidInputError(first.code, first.message, _HINTS.get(first.code, ""), problems)


def _walk(value: Any) -> Iterator[tuple[str, int, Any]]:
    """Every value with its JSON Pointer and its depth (a container at the top has depth 1)."""
    stack: list[tuple[str, int, Any]] = [("", 1, value)]
    while stack:
        where, depth, here = stack.pop()
        yield where, depth, here
        if isinstance(here, dict):
            inner = [(f"{where}/{_escape(name)}", depth + 1, child) for name, child in here.items()]
        elif isinstance(here, list):
            inner = [(f"{where}/{i}", depth + 1, child) for i, child in enumerate(here)]
        else:
            continue
        stack.extend(reversed(inner))


def _escape(name: str) -> str:
    """A name as part of a JSON Pointer; half surrogates are spelled out, so that the pointer can be sent."""
    name = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return name.replace("~", "~0").replace("/", "~1")


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [here for here in level if isinstance(here, dict | list)]
        if not level:
            return False
        level = [child for here in level for child in (here.values() if isinstance(here, dict) else here)]
    return True


def _surrogates(value: Any) -> Iterator[str]:
    for where, _, here in _walk(value):
        texts = (here,) if isinstance(here, str) else here if isinstance(here, dict) else ()
        if any(_SURROGATE.search(text) for text in texts):
            yield where


def _faults(value: Any) -> Iterator[Problem]:
    for where, depth, here in _walk(value):
        if isinstance(here, _Bad):
            yield Problem(where, here.code, here.message)
        elif isinstance(here, _Repeated):
            for name in here.names:
                yield Problem(f"{where}/{_escape(name)}", "duplicate_name", f"{name!r} stands there twice")
        if isinstance(here, dict | list) and depth == MAX_DEPTH + 1:
            yield Problem(where, "too_deep", f"more than {MAX_DEPTH} levels within each other")
    for where in _surrogates(value):
        yield Problem(where, "lone_surrogate", "half of a surrogate pair stands alone")
