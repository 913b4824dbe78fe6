"""GS1 keys written as Digital Link URIs: reading any host, writing the canonical https://id.gs1.org form.

- A key is a row of (application identifier, decoded value), primary key first: (("01", …), ("10", …)).
- Reading checks shape only; check digits are the business of `identifiers`.
- The names of version 1.0 and 1.1 (gtin, lot, ser …) are read, never written.

Source: GS1 Digital Link Standard, URI Syntax, release 1.2 (2021) and its release 1.1 for the names.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

Key = tuple[tuple[str, str], ...]

CANONICAL_ROOT = "https://id.gs1.org"
CSET82 = r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"""  # GS1 General Specifications, figure 7.11-1
CSET39 = r"[#\-/0-9A-Z]"  # figure 7.11-2

# Primary key -> shape of its value. A key that may hold letters must start with four digits of a company
# prefix, so that an ordinary web path such as /docs/401/unauthorized is not taken for one.
_PRIMARY = {
    "00": re.compile(r"[0-9]{18}"),
    "01": re.compile(r"[0-9]{8}|[0-9]{12,14}"),
    "253": re.compile(rf"[0-9]{{13}}{CSET82}{{0,17}}"),
    "255": re.compile(r"[0-9]{13,25}"),
    "401": re.compile(rf"[0-9]{{4}}{CSET82}{{1,26}}"),
    "402": re.compile(r"[0-9]{17}"),
    "414": re.compile(r"[0-9]{13}"),
    "417": re.compile(r"[0-9]{13}"),
    "8003": re.compile(rf"0[0-9]{{13}}{CSET82}{{0,16}}"),
    "8004": re.compile(rf"[0-9]{{4}}{CSET82}{{1,26}}"),
    "8006": re.compile(r"[0-9]{18}"),
    "8010": re.compile(rf"[0-9]{{4}}{CSET39}{{1,26}}"),
    "8017": re.compile(r"[0-9]{18}"),
    "8018": re.compile(r"[0-9]{18}"),
}
_TEXT20 = re.compile(rf"{CSET82}{{1,20}}")
_ITEM = {"22": _TEXT20, "10": _TEXT20, "21": _TEXT20}
_QUALIFIERS: dict[str, dict[str, re.Pattern[str]]] = {
    "01": {**_ITEM, "235": re.compile(rf"{CSET82}{{1,28}}")},
    "8006": _ITEM,
    "414": {"254": _TEXT20, "7040": re.compile(r"[0-9][0-9A-Z]{3}")},
    "417": {"7040": re.compile(r"[0-9][0-9A-Z]{3}")},
    "8010": {"8011": re.compile(r"[0-9]{1,12}")},
    "8017": {"8019": re.compile(r"[0-9]{1,10}")},
    "8018": {"8019": re.compile(r"[0-9]{1,10}")},
}
_NAMES = {
    "sscc": "00", "gtin": "01", "gdti": "253", "gcn": "255", "ginc": "401", "gsin": "402", "gln": "414",
    "party": "417", "grai": "8003", "giai": "8004", "itip": "8006", "cpid": "8010", "gsrnp": "8017",
    "gsrn": "8018", "cpv": "22", "lot": "10", "ser": "21", "cpsn": "8011", "glnx": "254",
}  # fmt: skip
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_WEB = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://([^/?#]+)([^?#]*)")


def read_uri(uri: str) -> Key | None:
    """Read the key in a web URI of any host; query and fragment are left out. None if it holds none."""
    match = _WEB.match(uri)
    return read_path(match.group(2)) if match else None


def is_canonical_host(uri: str) -> bool:
    """True for URIs under id.gs1.org, where nothing but keys may stand."""
    match = _WEB.match(uri)
    return match is not None and match.group(1).lower() == "id.gs1.org"


def read_path(path: str) -> Key | None:
    """Read the key in a path, wherever its primary key begins; the whole rest must be its qualifiers."""
    parts = path.strip("/").split("/")
    for start, part in enumerate(parts):
        if _NAMES.get(part, part) in _PRIMARY:
            key = _read_pairs(parts[start:])
            if key is not None:
                return key
    return None


def finest(key: Key) -> Key:
    """Keep the primary key and its finest qualifier: a serial drops lot and variant.

    Source: the constrained canonical form of CBV 2.0, section 8.9.
    """
    for wanted in ("235", "21", "10", "254", "8011"):
        for pair in key[1:]:
            if pair[0] == wanted:
                return (key[0], pair)
    return key[:1]


def write_path(key: Key, raw: str = "") -> str:
    """The path of a key, values percent-encoded: /01/<GTIN-14>/10/<lot>.

    raw: characters that stay as they are, beside the unreserved ones of RFC 3986.
    """
    return "".join(f"/{ai}/{quote(value, safe=raw)}" for ai, value in key)


def _read_pairs(parts: list[str]) -> Key | None:
    if len(parts) % 2 or any(_BAD_ESCAPE.search(part) for part in parts):
        return None
    primary = _NAMES.get(parts[0], parts[0])
    value = unquote(parts[1])
    if not _PRIMARY[primary].fullmatch(value):
        return None
    allowed = _QUALIFIERS.get(primary, {})
    found: dict[str, str] = {}
    for name, text in zip(parts[2::2], parts[3::2], strict=True):
        ai, qualifier = _NAMES.get(name, name), unquote(text)
        if ai not in allowed or ai in found or not allowed[ai].fullmatch(qualifier):
            return None
        found[ai] = qualifier
    if primary == "01":
        value = value.zfill(14)
    return ((primary, value), *((ai, found[ai]) for ai in allowed if ai in found))
