"""A lot code to begin with: the day, who makes the lot, and a letter where that was used. Pure."""

from collections.abc import Collection
from datetime import date
from string import ascii_uppercase

_LONGEST = 20


def suggest_code(party: str, on: date, taken: Collection[str]) -> str:
    """Return a lot code of at most 20 characters that is not taken, such as 261012-001 and 261012-001B.

    party: URI, of whose GLN three digits keep organisations that share a product number apart.
    """
    base = f"{on:%y%m%d}-{party[-4:-1]}"
    if base not in taken:
        return base
    for letter in ascii_uppercase[1:]:
        if f"{base}{letter}" not in taken:
            return f"{base}{letter}"
    number = 1
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"[:_LONGEST]
