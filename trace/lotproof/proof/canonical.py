"""The one way to write a JSON value: RFC 8785 (JCS), in UTF-8.

- Written by rfc8785. Reading back compares with a faster writer wherever both provably agree.
- What JCS can write only by losing something is refused: integers beyond ±(2^53−1), NaN, lone surrogates.
  A double that JCS would write as such an integer is refused too: nobody here could read it back.
"""

import json
import re
from collections.abc import Mapping
from json.encoder import encode_basestring as _quote  # escapes what JCS escapes, and as JCS does
from typing import Any

import rfc8785

from lotproof.kernel.errors import InvalidInputError

_SAFE_DIGITS = 15
_LARGEST = 2**53 - 1
_LONG_INTEGER = re.compile(rb"(?:^|[:\[,])-?[0-9]{16}")
# From U+E000 on (lead byte 0xEE) sorting by code point and by UTF-16 unit, which JCS asks for, may differ.
_MAY_SORT_OTHERWISE = re.compile(rb"[\xee-\xff]")


class _Unusual(Exception):  # a signal inside this file, never seen outside
    """A number was met that the fast writer may write otherwise than JCS."""


def jcs(value: Any) -> bytes:
    """Return the canonical bytes of a JSON value.

    Raises: InvalidInputError `not_canonical` for what JCS cannot write without loss.
    """
    try:
        if type(value) is str:
            return _quote(value).encode()
        data = rfc8785.dumps(value)
        if _LONG_INTEGER.search(data):
            json.loads(data, parse_int=_safe_int)
        return data
    except (ValueError, RecursionError) as error:
        raise InvalidInputError("not_canonical", f"no canonical JSON can be written: {error}") from None


def is_canonical(data: bytes) -> bool:
    """Return whether `data` is JSON written exactly as JCS writes it."""
    try:
        parse_canonical(data)
    except InvalidInputError:
        return False
    return True


def parse_canonical(data: bytes) -> Any:
    """Return the value of canonical JSON bytes.

    Raises: InvalidInputError `not_canonical` for anything that JCS would have written otherwise: spaces,
    another order, duplicate names, other forms of numbers or escapes.
    """
    try:
        text = data.decode()
        value = _read_plain(text) if data.isascii() or not _MAY_SORT_OTHERWISE.search(data) else None
        if value is not None and _write(value) == text:
            return value
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError, _Unusual) as error:
        raise _not_canonical(str(error)) from None
    if jcs(value) != data:
        raise _not_canonical("it was written in another way")
    return value


def splice(members: Mapping[str, bytes]) -> bytes:
    """Return the canonical bytes of an object whose members' values are canonical bytes already.

    Names are plain ASCII.
    """
    return b"{" + b",".join(b'"%b":%b' % (name.encode(), members[name]) for name in sorted(members)) + b"}"


def _read_plain(text: str) -> Any:
    """Return the value, or None where its numbers need the slow way."""
    try:
        return _decode(text)
    except _Unusual:
        return None


def _plain_float(text: str) -> float:
    """Python and ECMAScript write a double alike unless it is integral or has an exponent in either."""
    value = float(text)
    if repr(value) != text or "e" in text or text.endswith(".0"):
        raise _Unusual
    return value


def _plain_int(text: str) -> int:
    if len(text) > _SAFE_DIGITS:
        raise _Unusual
    return int(text)


def _safe_int(text: str) -> int:
    number = int(text)
    if abs(number) > _LARGEST:
        raise ValueError(f"{text} is beyond ±(2^53−1)")
    return number


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _not_canonical(why: str) -> InvalidInputError:
    return InvalidInputError("not_canonical", f"this is not canonical JSON (RFC 8785): {why}")


_decode = json.JSONDecoder(parse_float=_plain_float, parse_int=_plain_int, parse_constant=_refuse).decode
_write = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
).encode
