"""Amounts are the decimals that were written, not the bits that a float holds."""

from decimal import Decimal

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.quantity import Quantity, plain, to_decimal


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.1, "0.1"),
        (50250, "50250"),
        (50250.0, "50250"),
        (0.5, "0.5"),
        (1e-7, "0.0000001"),
        (-0.0, "0"),
        (1e15, "1000000000000000"),
    ],
)
def test_a_float_is_read_by_its_shortest_text(number: float, text: str) -> None:
    assert plain(to_decimal(number)) == text


def test_a_decimal_of_any_length_stays_exact() -> None:
    long = Decimal("123456789012345678901234567890.123456789012345678901234567890")

    assert to_decimal(long) == long
    assert plain(long) == "123456789012345678901234567890.12345678901234567890123456789"


@pytest.mark.parametrize(
    "number", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity"), True, "1", None]
)
def test_what_is_no_finite_number_is_refused(number: object) -> None:
    with pytest.raises(InvalidInputError, match="invalid_number"):
        to_decimal(number)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1E+3", "1000"),
        ("100", "100"),
        ("1.500", "1.5"),
        ("-0.00", "0"),
        ("-2.50", "-2.5"),
        ("0E-10", "0"),
        ("0.10", "0.1"),
    ],
)
def test_a_decimal_is_written_without_exponent_and_trailing_zeros(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


def test_a_quantity_reads_as_amount_and_unit() -> None:
    assert str(Quantity(Decimal("25000.0"), "LBR")) == "25000 LBR"
