"""The GS1 check digit: modulo 10, weights 3 and 1 from the right.

Source: GS1 General Specifications, section 7.9.1 "Standard check digit calculations for GS1 data structures".
"""

from __future__ import annotations

from .errors import InvalidInputError

_DIGITS = frozenset("0123456789")


def mod10(body: str) -> str:
    """Return the check digit of a body (the key without its check digit).

    Raises: InvalidInputError("invalid_identifier") if the body is not made of the digits 0 to 9.
    """
    if not body or not _DIGITS.issuperset(body):
        raise InvalidInputError("invalid_identifier", f"not a row of digits: {body!r}")
    odd = sum(map(int, body[-1::-2]))
    even = sum(map(int, body[-2::-2]))
    return str(-(3 * odd + even) % 10)


def is_valid(digits: str) -> bool:
    """True if the last digit is the check digit of those before it."""
    return len(digits) > 1 and _DIGITS.issuperset(digits) and mod10(digits[:-1]) == digits[-1]
