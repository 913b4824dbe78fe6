"""Amounts as exact decimals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact amount in a unit of measure (UN/ECE Rec 20 or 21 code)."""

    amount: Decimal
    uom: str

    def __str__(self) -> str:
        return f"{plain(self.amount)} {self.uom}"


def to_decimal(number: int | float | Decimal) -> Decimal:
    """The decimal that a JSON number stood for: a float is read by its shortest text, not by its bits.

    Raises: InvalidInputError("invalid_number") for NaN, infinities, booleans and anything else.
    """
    if isinstance(number, float):
        value = Decimal(repr(number))
    elif type(number) in (int, Decimal):
        value = Decimal(number)
    else:
        raise InvalidInputError("invalid_number", f"not a number: {number!r}")
    if not value.is_finite():
        raise InvalidInputError("invalid_number", f"not a finite number: {number!r}")
    return value


def plain(value: Decimal) -> str:
    """Write a decimal without exponent and without trailing zeros: "50250", "0.5", "0"."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
