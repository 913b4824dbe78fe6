"""What things are called: lots, products, logistic units, places and parties by their GS1 keys.

- One lot has one key, (GTIN-14, decoded lot code), whatever text it came as.
- Canonical text is a Digital Link under https://id.gs1.org.
- A wrong check digit is refused everywhere with the same code, `invalid_check_digit`.

Sources: GS1 General Specifications (AI 00, 01, 10, 414, 417); GS1 Digital Link URI Syntax; Tag Data Standard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from . import digital_link, epc_urn
from .check_digits import is_valid
from .digital_link import CANONICAL_ROOT, CSET82, Key
from .errors import InvalidInputError

Kind = Literal["lot", "serial", "sscc", "product", "place", "party", "asset", "other"]

_GTIN_TEXT = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_LOT_CODE = re.compile(rf"{CSET82}{{1,20}}")
_URI = re.compile(r"""[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>"{}|\\^`\x00-\x20\x7f]+""")
_PLAIN_LOT_LINK = re.compile(rf"{CANONICAL_ROOT}/01/([0-9]{{14}})/10/([0-9A-Za-z._\-]{{1,20}})")
_CACHE = 65_536
LONGEST_URI = 1000  # bounds what the caches can hold
# Where the check digit of a primary key stands: the length of the digits that it closes.
_CHECKED = {"00": 18, "01": 14, "253": 13, "255": 13, "402": 17, "414": 13, "417": 13, "8003": 14, "8006": 14,
            "8017": 18, "8018": 18}  # fmt: skip
_KINDS: dict[str, Kind] = {"00": "sscc", "414": "place", "417": "party", "8003": "asset", "8004": "asset"}


@dataclass(frozen=True, slots=True, order=True)
class Gtin:
    """A product, by its GTIN in 14 digits."""

    digits14: str

    def __post_init__(self) -> None:
        _check_digits(self.digits14, 14, "GTIN-14")

    @classmethod
    def parse(cls, text: str) -> Gtin:
        """Read a GTIN of 8, 12, 13 or 14 digits."""
        if not _GTIN_TEXT.fullmatch(text):
            raise _invalid(text, "a GTIN has 8, 12, 13 or 14 digits")
        return cls(text.zfill(14))

    @property
    def uri(self) -> str:
        """https://id.gs1.org/01/<GTIN-14>"""
        return f"{CANONICAL_ROOT}/01/{self.digits14}"

    def __str__(self) -> str:
        return self.digits14


@dataclass(frozen=True, slots=True, order=True)
class Sscc:
    """A logistic unit (crate, pallet), by its serial shipping container code of 18 digits."""

    digits: str

    def __post_init__(self) -> None:
        _check_digits(self.digits, 18, "SSCC")

    @property
    def uri(self) -> str:
        """https://id.gs1.org/00/<SSCC>"""
        return f"{CANONICAL_ROOT}/00/{self.digits}"

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True, order=True)
class Gln:
    """A place or a party, by its global location number of 13 digits."""

    digits: str

    def __post_init__(self) -> None:
        _check_digits(self.digits, 13, "GLN")

    @property
    def place_uri(self) -> str:
        """https://id.gs1.org/414/<GLN>"""
        return f"{CANONICAL_ROOT}/414/{self.digits}"

    @property
    def party_uri(self) -> str:
        """https://id.gs1.org/417/<GLN>"""
        return f"{CANONICAL_ROOT}/417/{self.digits}"

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True, order=True)
class LotId:
    """A lot's key: GTIN-14 and the decoded lot code (AI 10: 1 to 20 characters of GS1 set 82)."""

    gtin14: str
    code: str

    def __post_init__(self) -> None:
        _check_digits(self.gtin14, 14, "GTIN-14")
        if not _LOT_CODE.fullmatch(self.code):
            raise _invalid(self.code, "a lot code has 1 to 20 characters of GS1 set 82")

    @classmethod
    def parse(cls, text: str) -> LotId:
        """Read GTIN/LOT, a Digital Link of any host, its bare path, or an lgtin URN.

        In GTIN/LOT the lot is taken as it stands; in links, paths and URNs it is percent-decoded.
        Raises: InvalidInputError("invalid_identifier" | "invalid_check_digit").
        """
        if _URI.fullmatch(text):
            lot = identify(text).lot
        else:
            gtin, slash, code = text.partition("/")
            if slash and _GTIN_TEXT.fullmatch(gtin):
                return cls(gtin.zfill(14), code)
            key = digital_link.read_path(text)
            lot = _identified(key).lot if key else None
        if lot is None:
            raise _invalid(text, "no GTIN with a lot code stands in it", "Write it as 09521234543213/LOT-1.")
        return lot

    @property
    def path(self) -> str:
        """/01/<GTIN-14>/10/<percent-encoded lot>"""
        return digital_link.write_path((("01", self.gtin14), ("10", self.code)))

    @property
    def uri(self) -> str:
        """https://id.gs1.org/01/<GTIN-14>/10/<percent-encoded lot>"""
        return CANONICAL_ROOT + self.path

    def __str__(self) -> str:
        return f"{self.gtin14}/{self.code}"


@dataclass(frozen=True, slots=True)
class Identified:
    """What a URI names: its kind, its canonical form (verbatim where none is known), and its lot if any."""

    kind: Kind
    uri: str
    lot: LotId | None = None


def identify(text: str) -> Identified:
    """Tell what an EPC URN, Digital Link or other URI names.

    A serial that states its lot carries it, but its canonical URI leaves the lot out, as CBV 2.0 says.
    Raises: InvalidInputError("invalid_identifier" | "invalid_check_digit").
    """
    if not isinstance(text, str):  # what comes out of JSON may be anything
        raise _invalid(text, "not text")
    return _identify(text)


@lru_cache(maxsize=_CACHE)
def _identify(text: str) -> Identified:
    plain = _PLAIN_LOT_LINK.fullmatch(text)  # what our own events hold: read without taking the path apart
    if plain:
        return Identified("lot", text, LotId(*plain.groups()))
    key = _read(text)
    if key is None or _may_be_a_date(key, text):
        return Identified("other", text)
    return _identified(key)


def _read(text: str) -> Key | None:
    """The GS1 key in a URI, or None for a URI that holds none."""
    if len(text) > LONGEST_URI or not _URI.fullmatch(text):
        raise _invalid(text[:100], f"not an absolute URI of at most {LONGEST_URI} characters")
    try:
        key = digital_link.read_uri(text) or epc_urn.read(text)
    except epc_urn.MalformedUrnError as fault:
        raise _invalid(text, str(fault)) from None
    if key is None and digital_link.is_canonical_host(text):
        raise _invalid(text, "no GS1 key stands in it")
    return key


def _may_be_a_date(key: Key, text: str) -> bool:
    """Eight digits with a wrong check digit under a foreign host (/2026/01/20261123) are hardly a GTIN-8."""
    ai, value = key[0]
    return (
        ai == "01"
        and value.startswith("000000")
        and not is_valid(value)
        and not digital_link.is_canonical_host(text)
    )


def _identified(key: Key) -> Identified:
    ai, value = key[0]
    length = _CHECKED.get(ai)
    if length is not None and not is_valid(value[:length]):
        raise _wrong_check_digit(value[:length])
    lot = next((LotId(value, code) for name, code in key if name == "10" and ai == "01"), None)
    key = digital_link.finest(key)
    kind = _KINDS.get(ai, "other")
    if ai == "01":
        kind = "product" if len(key) == 1 else "lot" if key[1][0] == "10" else "serial"
    return Identified(kind, CANONICAL_ROOT + digital_link.write_path(key), lot)


def _check_digits(digits: str, length: int, name: str) -> None:
    if len(digits) == length and is_valid(digits):
        return
    if len(digits) != length or not (digits.isascii() and digits.isdigit()):
        raise _invalid(digits, f"a {name} has {length} digits")
    raise _wrong_check_digit(digits)


def _invalid(text: object, why: str, hint: str = "") -> InvalidInputError:
    return InvalidInputError("invalid_identifier", f"{text!r} is no identifier: {why}", hint)


def _wrong_check_digit(digits: str) -> InvalidInputError:
    return InvalidInputError(
        "invalid_check_digit",
        f"the check digit of {digits} is wrong",
        "Compare the number with its label; one digit is mistyped or two are swapped.",
    )
