"""Money as integer minor units of one currency: no floats, nothing lost when it is split."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .errors import InvalidInputError

_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (fen, cents) of an ISO 4217 currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise InvalidInputError("invalid_money", f"minor units must be an integer, not {self.minor!r}")
        if not _CURRENCY.fullmatch(self.currency):
            raise InvalidInputError("invalid_money", f"not an ISO 4217 code: {self.currency!r}")

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __mul__(self, factor: Decimal | int) -> Money:
        """Multiply and round half up (a half goes away from zero), without loss before the rounding."""
        if type(factor) not in (Decimal, int):
            raise InvalidInputError("invalid_money", f"money is multiplied by a Decimal, not by {factor!r}")
        product = Fraction(factor) * self.minor
        size = (2 * abs(product.numerator) + product.denominator) // (2 * product.denominator)
        return Money(size if product >= 0 else -size, self.currency)

    def split(self, weights: Sequence[int | Decimal]) -> list[Money]:
        """Share out in proportion to the weights, by largest remainder; the parts add up to the whole.

        Of equal remainders the earlier part wins. A part of weight zero gets nothing.
        Raises: InvalidInputError("invalid_money") for negative weights, or none above zero.
        """
        shares = [Fraction(weight) for weight in weights]
        total = sum(shares, Fraction(0))
        if total <= 0 or any(share < 0 for share in shares):
            raise InvalidInputError(
                "invalid_money", "weights must not be negative, and one must be above zero"
            )
        sign, size = (1, self.minor) if self.minor >= 0 else (-1, -self.minor)
        exact = [share * size / total for share in shares]
        parts = [int(part) for part in exact]
        by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
        for i in by_remainder[: size - sum(parts)]:
            parts[i] += 1
        return [Money(sign * part, self.currency) for part in parts]

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise InvalidInputError(
                "currency_mismatch", f"{self.currency} and {other.currency} cannot be put together"
            )
        return other.minor
