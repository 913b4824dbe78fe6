"""Read what people type or a scanner sends: GTIN/LOT, a Digital Link, a GS1 element string, or a GTIN alone. Pure.

Source: GS1 General Specifications, 3.2 (application identifiers of predefined length) and 7.8 (FNC1 as separator,
ASCII 29 in what scanners send; symbology identifiers of ISO/IEC 15424 before it).
"""

import re

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import Gtin, LotId

_SEPARATOR = "\x1d"
_SYMBOLOGY = re.compile(r"^\][A-Za-z][0-9]")
_BRACKETED = re.compile(r"\((\d{2,4})\)([^(]*)")
_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}")
# Application identifiers whose values end by length and not by a separator: AI -> length of the value.
_FIXED = {"00": 18, "01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2}
_FIXED_3 = re.compile(r"3[1-6]\d{2}")  # measures: four digits of identifier, six of value
_OPEN_AIS = re.compile(r"10|21|22|30|37|24\d|25[0134]|4[012]\d|7\d{3}|8\d{3}|9\d")


def read_code(text: str) -> LotId | Gtin:
    """The lot that a text names, or the product where it names no lot.

    Raises: InvalidInputError("invalid_identifier" | "invalid_check_digit").
    """
    cleaned = _SYMBOLOGY.sub("", text.strip())
    elements = _elements(cleaned)
    if elements and "01" in elements:
        gtin, lot = elements["01"], elements.get("10")
        return LotId(Gtin.parse(gtin).digits14, lot) if lot else Gtin.parse(gtin)
    if _GTIN.fullmatch(cleaned):
        return Gtin.parse(cleaned)
    product = re.fullmatch(r"(?:https?://[^/]+)?/?(?:01|gtin)/([0-9]+)/?(?:\?.*)?", cleaned)
    return Gtin.parse(product[1]) if product else LotId.parse(_spaced(cleaned))


def _spaced(text: str) -> str:
    """GTIN and lot with white space or one of a few signs between them, as GTIN/LOT."""
    pair = re.fullmatch(r"([0-9]{8}|[0-9]{12,14})\s*[\s/|,;]\s*(\S+)", text)
    return f"{pair[1]}/{pair[2]}" if pair else text


def _elements(text: str) -> dict[str, str]:
    """The elements of a GS1 string, by identifier; empty if it is none."""
    if text.startswith("("):
        return {found[1]: found[2].strip() for found in _BRACKETED.finditer(text)}
    rest = text.lstrip(_SEPARATOR)
    if not re.match(r"01\d{14}(?:\D|\d{2})", rest):
        return {}
    found: dict[str, str] = {}
    while rest:
        ai, length = _next(rest)
        value, rest = _split(rest[len(ai) :], length)
        found.setdefault(ai, value)
        rest = rest.removeprefix(_SEPARATOR)
    return found


def _next(text: str) -> tuple[str, int | None]:
    if text[:2] in _FIXED:
        return text[:2], _FIXED[text[:2]]
    if _FIXED_3.match(text):
        return text[:4], 6
    known = _OPEN_AIS.match(text)
    if not known:
        raise InvalidInputError(
            "invalid_identifier", f"{text!r} starts with no known GS1 application identifier"
        )
    return known[0], None


def _split(text: str, length: int | None) -> tuple[str, str]:
    if length is None:
        value, _, rest = text.partition(_SEPARATOR)
        return value, rest
    return text[:length], text[length:]
