"""The GS1 check digit: modulo 10, weights 3 and 1 from the right.

Source: GS1 General Specifications, section 7.9.1 "Standard check digit calculations for GS1 data structures".
"""

from __future__ import annotations

from functools import lru_cache

from .errors import InvalidInputError


def mod10(body: str) -> str:
    """Return the check digit of a body (the key without its check digit).

    Raises: InvalidInputError("invalid_identifier") if the body is not made of the digits 0 to 9.
    """
    if not (body.isascii() and body.isdigit()):
        raise InvalidInputError("invalid_identifier", f"not a row of digits: {body!r}")
    codes = body.encode()
    weighted = 3 * sum(codes[-1::-2]) + sum(codes[-2::-2])
    zeros = ord("0") * (len(codes) + 2 * ((len(codes) + 1) // 2))
    return str(-(weighted - zeros) % 10)


@lru_cache(maxsize=16_384)
def is_valid(digits: str) -> bool:
    """True if the last digit is the check digit of those before it."""
    return len(digits) > 1 and digits.isascii() and digits.isdigit() and mod10(digits[:-1]) == digits[-1]
