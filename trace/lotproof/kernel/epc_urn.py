"""GS1 keys written as EPC URNs (pure identity, class and pattern), read into application identifiers.

The check digit, which an EPC URN leaves out, is computed.
Source: GS1 EPC Tag Data Standard 2.0, section 6 (EPC URI) and section 7 (correspondence with GS1 keys).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from .check_digits import mod10
from .digital_link import CSET39, CSET82, Key

_URN = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):(.+)", re.IGNORECASE)
_PREFIX = re.compile(r"[0-9]{6,12}")
_DIGITS = re.compile(r"[0-9]*")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class MalformedUrnError(ValueError):
    """The URN names a GS1 scheme but its parts do not fit that scheme."""


def read(urn: str) -> Key | None:
    """Read the key in an EPC URN; None if it is no GS1 key (another scheme, or an open pattern).

    Raises: MalformedUrnError.
    """
    match = _URN.fullmatch(urn)
    if match is None:
        return None
    space, scheme, body = match.group(1).lower(), match.group(2).lower(), match.group(3)
    reader = _PATTERNS.get(scheme) if space == "idpat" else _READERS.get((space, scheme))
    if reader is None or (space == "idpat" and body.startswith("*")):
        return None
    return reader(body)


def _split(body: str, parts: int) -> list[str]:
    """Split at the first dots: only the last part may hold dots of its own."""
    found = body.split(".", parts - 1)
    if len(found) != parts:
        raise MalformedUrnError(f"{parts} parts expected")
    return found


def _key(company: str, reference: str, total: int, leading: bool = False) -> str:
    """Join company prefix and reference to a key of `total` digits plus its check digit.

    leading: the reference's first digit (indicator or extension digit) comes before the prefix.
    """
    if not _PREFIX.fullmatch(company) or not _DIGITS.fullmatch(reference):
        raise MalformedUrnError("company prefix and reference must be digits")
    if len(company) + len(reference) != total or (leading and not reference):
        raise MalformedUrnError(f"company prefix and reference must have {total} digits together")
    body = reference[0] + company + reference[1:] if leading else company + reference
    return body + mod10(body)


def _text(value: str, longest: int, characters: str = CSET82) -> str:
    decoded = unquote(value)
    if _BAD_ESCAPE.search(value) or not re.fullmatch(rf"{characters}{{1,{longest}}}", decoded):
        raise MalformedUrnError(f"1 to {longest} characters {characters} expected")
    return decoded


def _digits(value: str, longest: int, shortest: int = 1) -> str:
    if not shortest <= len(value) <= longest or not _DIGITS.fullmatch(value):
        raise MalformedUrnError(f"{shortest} to {longest} digits expected")
    return value


def _item(tail_ai: str, longest: int) -> Callable[[str], Key]:
    """GTIN followed by a serial, lot or TPX."""

    def read_item(body: str) -> Key:
        company, reference, tail = _split(body, 3)
        return (("01", _key(company, reference, 13, leading=True)), (tail_ai, _text(tail, longest)))

    return read_item


def _plain(ai: str, total: int, leading: bool = False) -> Callable[[str], Key]:
    """A key of digits alone."""

    def read_plain(body: str) -> Key:
        company, reference = _split(body, 2)
        return ((ai, _key(company, reference, total, leading)),)

    return read_plain


def _typed(ai: str, longest: int, zero: str = "", numeric: bool = False) -> Callable[[str], Key]:
    """A 12-digit type with check digit, directly followed by a serial within one value."""

    def read_typed(body: str) -> Key:
        company, reference, serial = _split(body, 3)
        tail = _digits(serial, longest) if numeric else _text(serial, longest)
        return ((ai, zero + _key(company, reference, 12) + tail),)

    return read_typed


def _free(ai: str) -> Callable[[str], Key]:
    """Company prefix and a free reference, 30 characters together."""

    def read_free(body: str) -> Key:
        company, reference = _split(body, 2)
        if not _PREFIX.fullmatch(company):
            raise MalformedUrnError("company prefix must have 6 to 12 digits")
        return ((ai, company + _text(reference, 30 - len(company))),)

    return read_free


def _place(body: str) -> Key:
    company, reference, extension = _split(body, 3)
    gln = ("414", _key(company, reference, 12))
    return (gln,) if extension == "0" else (gln, ("254", _text(extension, 20)))


def _part(body: str) -> Key:
    company, reference, serial = _split(body, 3)
    if not _PREFIX.fullmatch(company):
        raise MalformedUrnError("company prefix must have 6 to 12 digits")
    return (("8010", company + _text(reference, 30 - len(company), CSET39)), ("8011", _digits(serial, 12)))


def _piece(body: str) -> Key:
    company, reference, piece, total, serial = _split(body, 5)
    key = _key(company, reference, 13, leading=True) + _digits(piece, 2, 2) + _digits(total, 2, 2)
    return (("8006", key), ("21", _text(serial, 20)))


def _open(reader: Callable[[str], Key], kept: int) -> Callable[[str], Key]:
    """A pattern whose last part is `*`: the key without what the star stands for.

    kept: digits of the primary value to keep (0: all of it).
    """

    def read_open(body: str) -> Key:
        if not body.endswith(".*"):
            raise MalformedUrnError("the last part of a pattern must be *")
        ai, value = reader(body[:-1] + "0")[0]
        return ((ai, value[:kept] if kept else value),)

    return read_open


_READERS: dict[tuple[str, str], Callable[[str], Key]] = {
    ("id", "sgtin"): _item("21", 20),
    ("id", "upui"): _item("235", 28),
    ("class", "lgtin"): _item("10", 20),
    ("id", "sscc"): _plain("00", 17, leading=True),
    ("id", "pgln"): _plain("417", 12),
    ("id", "gsrn"): _plain("8018", 17),
    ("id", "gsrnp"): _plain("8017", 17),
    ("id", "gsin"): _plain("402", 16),
    ("id", "grai"): _typed("8003", 16, zero="0"),
    ("id", "gdti"): _typed("253", 17),
    ("id", "sgcn"): _typed("255", 12, numeric=True),
    ("id", "giai"): _free("8004"),
    ("id", "ginc"): _free("401"),
    ("id", "sgln"): _place,
    ("id", "cpi"): _part,
    ("id", "itip"): _piece,
}
_PATTERNS: dict[str, Callable[[str], Key]] = {
    "sgtin": _open(_item("21", 20), 0),
    "upui": _open(_item("235", 28), 0),
    "grai": _open(_typed("8003", 16, zero="0"), 14),
    "gdti": _open(_typed("253", 17), 13),
    "sgcn": _open(_typed("255", 12, numeric=True), 13),
    "cpi": _open(_part, 0),
    "itip": _open(_piece, 0),
}
