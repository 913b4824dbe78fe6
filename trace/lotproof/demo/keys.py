"""GS1 keys under 952, the prefix that GS1 sets aside for demonstrations: they name nobody and nothing real.

Source: GS1 style guide, section 2.18 "GS1 prefix 952 for examples" (gs1.org).
"""

from lotproof.kernel.check_digits import mod10
from lotproof.kernel.identifiers import Gln, Sscc

PREFIX = "952"


def gtin(item: int) -> str:
    """Return the GTIN-14 of the product with this item number."""
    return _closed(f"0{PREFIX}{item:09}")


def gln(number: int) -> Gln:
    """Return the GLN of a party or place."""
    return Gln(_closed(f"{PREFIX}{number:09}"))


def sscc(serial: int) -> Sscc:
    """Return the SSCC of a crate or pallet."""
    return Sscc(_closed(f"0{PREFIX}{serial:013}"))


def device(serial: int) -> str:
    """Return the URI (GIAI, AI 8004) of a measuring device."""
    return f"https://id.gs1.org/8004/{PREFIX}0000TL{serial:03}"


def _closed(body: str) -> str:
    return body + mod10(body)
