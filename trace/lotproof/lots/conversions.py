"""From one unit to another: exact standard factors first, then what master data declares for the product. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lotproof.kernel.units import convert


@dataclass(frozen=True, slots=True)
class Declared:
    """One `from_uom` of the product is `factor` `to_uom`: a case holds 18 kilograms."""

    from_uom: str
    to_uom: str
    factor: Decimal


def to_unit(amount: Decimal, src: str, dst: str, declared: Sequence[Declared] = ()) -> Decimal | None:
    """Return `amount` in `dst`, exactly, or None where no recorded way leads there."""
    if src == dst:
        return amount
    if (direct := convert(amount, src, dst)) is not None:
        return direct
    for way in declared:
        if (there := convert(amount, src, way.from_uom)) is not None:
            found = convert(there * way.factor, way.to_uom, dst)
        elif (there := convert(amount, src, way.to_uom)) is not None:
            back = _divide(there, way.factor)
            found = None if back is None else convert(back, way.from_uom, dst)
        else:
            found = None
        if found is not None:
            return found
    return None


def _divide(amount: Decimal, factor: Decimal) -> Decimal | None:
    """Return the quotient where it ends after finitely many digits, else None."""
    quotient = Fraction(amount) / Fraction(factor)
    rest, digits = quotient.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        digits = max(digits, count)
    if rest != 1:
        return None
    return Decimal(quotient.numerator * 10**digits // quotient.denominator).scaleb(-digits)
