"""Units by UN/ECE Recommendation 20, with the exact factors of NIST SP 811 (2008), appendix B.8."""

from decimal import Decimal

import pytest

from lotproof.kernel.units import convert, convert_temperature, dimension, normalise


@pytest.mark.parametrize(
    ("amount", "src", "dst", "expected"),
    [
        ("1", "LBR", "KGM", "0.45359237"),  # NIST SP 811: pound (avoirdupois)
        ("1", "ONZ", "GRM", "28.349523125"),  # NIST SP 811: ounce (avoirdupois)
        ("16", "ONZ", "LBR", "1"),
        ("2000", "LBR", "STN", "1"),  # NIST SP 811: short ton is 2000 lb
        ("2240", "LBR", "LTN", "1"),  # NIST SP 811: long ton is 2240 lb
        ("1", "STN", "KGM", "907.18474"),
        ("1", "LTN", "KGM", "1016.0469088"),
        ("25000", "LBR", "KGM", "11339.80925"),
        ("1", "TNE", "KGM", "1000"),
        ("3", "DTN", "KGM", "300"),
        ("1", "KGM", "MGM", "1000000"),
        ("1", "GLL", "LTR", "3.785411784"),  # NIST SP 811: gallon (U.S.)
        ("1", "MTQ", "MLT", "1000000"),
        ("1", "FOT", "MTR", "0.3048"),  # NIST SP 811: foot
        ("3", "FOT", "YRD", "1"),
        ("12", "INH", "FOT", "1"),
        ("1", "HAR", "MTK", "10000"),  # NIST SP 811: hectare
        ("5", "EA", "C62", "5"),
        ("5", "H87", "EA", "5"),
        ("7", "XCS", "CS", "7"),
        ("7", "Kiste", "KISTE", "7"),
    ],
)
def test_an_exact_conversion_is_made(amount: str, src: str, dst: str, expected: str) -> None:
    assert convert(Decimal(amount), src, dst) == Decimal(expected)


@pytest.mark.parametrize(
    ("src", "dst"),
    [("KGM", "LTR"), ("KGM", "XCS"), ("XCS", "EA"), ("XBX", "XCS"), ("CEL", "FAH"), ("KGM", "kiste")],
)
def test_there_is_no_conversion_between_kinds_of_quantity(src: str, dst: str) -> None:
    assert convert(Decimal(1), src, dst) is None


def test_a_conversion_that_would_need_rounding_is_not_made() -> None:
    assert convert(Decimal(1), "KGM", "LBR") is None
    assert convert(Decimal("0.45359237"), "KGM", "LBR") == 1


def test_a_conversion_is_exact_beyond_the_precision_of_the_decimal_context() -> None:
    amount = Decimal("1234567890123456789012345678901234567890.5")

    assert convert(amount, "TNE", "KGM") == Decimal("1234567890123456789012345678901234567890500")


@pytest.mark.parametrize(
    ("amount", "src", "dst", "expected"),
    [
        ("100", "CEL", "FAH", "212"),
        ("-40", "FAH", "CEL", "-40"),
        ("0", "CEL", "KEL", "273.15"),
        ("0", "KEL", "FAH", "-459.67"),
        ("4.5", "CEL", "FAH", "40.1"),
        ("4.5", "CEL", "cel", "4.5"),
    ],
)
def test_a_temperature_is_converted_with_its_zero(amount: str, src: str, dst: str, expected: str) -> None:
    assert convert_temperature(Decimal(amount), src, dst) == Decimal(expected)


def test_a_temperature_that_would_need_rounding_is_not_converted() -> None:
    assert convert_temperature(Decimal(40), "FAH", "CEL") is None
    assert convert_temperature(Decimal(40), "FAH", "KGM") is None


@pytest.mark.parametrize(
    ("code", "expected"), [("CS", "XCS"), (" kgm ", "KGM"), ("XCS", "XCS"), ("EA", "EA")]
)
def test_a_unit_code_is_normalised(code: str, expected: str) -> None:
    assert normalise(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("kgm", "mass"),
        ("GLL", "volume"),
        ("FOT", "length"),
        ("HAR", "area"),
        ("C62", "count"),
        ("KEL", "temperature"),
        ("CS", "XCS"),
        ("BASKET", "BASKET"),
    ],
)
def test_an_unknown_unit_is_a_dimension_of_its_own(code: str, expected: str) -> None:
    assert dimension(code) == expected
