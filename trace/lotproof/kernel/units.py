"""Units of measure by their UN/ECE codes, and the conversions between them that are exact.

- A unit that is not in the table is a dimension of its own: it converts to itself only.
- A conversion answers None rather than round: pounds to kilograms is exact, kilograms to pounds is not.
- Counting units are one kind; packages (Rec 21, codes with X) are not converted, their content varies.

Sources: codes from UN/ECE Recommendation 20 (units) and 21 (packages); exact factors from NIST SP 811 (2008),
appendix B.8: pound (avoirdupois) 0.453 592 37 kg, ounce (avoirdupois) 28.349 523 125 g, short ton 2000 lb,
long ton 2240 lb, US gallon 3.785 411 784 L, foot 0.3048 m, inch 0.0254 m, yard 0.9144 m, hectare 10 000 m².
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

_PACKAGES_WITHOUT_X = {"CS": "XCS"}  # the code for a case before Rec 20 left packages to Rec 21

_FACTORS: dict[str, tuple[str, Fraction]] = {
    code: (dimension, Fraction(factor))
    for dimension, units in {
        "mass": {  # in kilograms
            "KGM": "1", "GRM": "0.001", "MGM": "0.000001", "TNE": "1000", "DTN": "100", "LBR": "0.45359237",
            "ONZ": "0.028349523125", "STN": "907.18474", "LTN": "1016.0469088",
        },
        "volume": {"LTR": "1", "MLT": "0.001", "MTQ": "1000", "GLL": "3.785411784"},  # in litres
        "length": {  # in metres
            "MTR": "1", "MMT": "0.001", "CMT": "0.01", "KMT": "1000", "FOT": "0.3048", "INH": "0.0254",
            "YRD": "0.9144",
        },
        "area": {"MTK": "1", "HAR": "10000", "ARE": "100", "KMK": "1000000"},  # in square metres
        "count": {"EA": "1", "C62": "1", "H87": "1"},
    }.items()
    for code, factor in units.items()
}  # fmt: skip
_TEMPERATURES = {  # kelvin = amount × scale + offset
    "KEL": (Fraction(1), Fraction(0)),
    "CEL": (Fraction(1), Fraction("273.15")),
    "FAH": (Fraction(5, 9), Fraction("459.67") * Fraction(5, 9)),
}


def normalise(code: str) -> str:
    """The code in capitals, without surrounding space; a package code that lost its X gets it back."""
    code = code.strip().upper()
    return _PACKAGES_WITHOUT_X.get(code, code)


def dimension(code: str) -> str:
    """The kind of quantity that a unit measures; an unknown unit's dimension is its own code."""
    code = normalise(code)
    if code in _TEMPERATURES:
        return "temperature"
    known = _FACTORS.get(code)
    return known[0] if known else code


def convert(amount: Decimal, src: str, dst: str) -> Decimal | None:
    """Convert exactly, or answer None: other dimension, unknown unit, or no terminating decimal.

    Temperatures are no amounts that add up: see convert_temperature.
    """
    src, dst = normalise(src), normalise(dst)
    if src == dst:
        return amount
    if src not in _FACTORS or dst not in _FACTORS:
        return None
    (src_kind, src_factor), (dst_kind, dst_factor) = _FACTORS[src], _FACTORS[dst]
    if src_kind != dst_kind:
        return None
    return _terminating(Fraction(amount) * src_factor / dst_factor)


def convert_temperature(amount: Decimal, src: str, dst: str) -> Decimal | None:
    """Convert a point on a temperature scale (CEL, FAH, KEL) exactly, or answer None."""
    src, dst = normalise(src), normalise(dst)
    if src == dst:
        return amount
    if src not in _TEMPERATURES or dst not in _TEMPERATURES:
        return None
    (src_scale, src_offset), (dst_scale, dst_offset) = _TEMPERATURES[src], _TEMPERATURES[dst]
    return _terminating((Fraction(amount) * src_scale + src_offset - dst_offset) / dst_scale)


def _terminating(value: Fraction) -> Decimal | None:
    """The decimal equal to a fraction, or None if its digits never end. No context, hence no rounding."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    places = max(twos, fives)
    scaled = value.numerator * 10**places // value.denominator
    return Decimal(f"{scaled}E-{places}")
