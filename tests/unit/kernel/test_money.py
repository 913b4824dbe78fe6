"""Money is whole minor units of one currency."""

from decimal import Decimal

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.money import Money


def test_money_of_one_currency_adds_subtracts_and_compares() -> None:
    ten, three = Money(1000, "CNY"), Money(300, "CNY")

    assert ten + three == Money(1300, "CNY")
    assert three - ten == Money(-700, "CNY") == -Money(700, "CNY")
    assert three < ten <= ten >= three
    assert ten > three
    assert not Money(0, "CNY")
    assert ten


def test_money_of_two_currencies_is_never_mixed() -> None:
    yuan, dollar = Money(1, "CNY"), Money(1, "TWD")

    for act in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__, Money.__gt__, Money.__ge__):
        with pytest.raises(InvalidInputError, match="currency_mismatch"):
            act(yuan, dollar)
    assert yuan != dollar


@pytest.mark.parametrize(
    ("minor", "factor", "expected"),
    [
        (5, "0.5", 3),
        (-5, "0.5", -3),
        (4, "0.5", 2),
        (100, "0.125", 13),
        (100, "0.1249", 12),
        (999, "1", 999),
        (7, "0", 0),
    ],
)
def test_a_product_is_rounded_half_away_from_zero(minor: int, factor: str, expected: int) -> None:
    assert Money(minor, "CNY") * Decimal(factor) == Money(expected, "CNY")


def test_a_product_loses_nothing_before_the_rounding() -> None:
    factor = Decimal("0." + "4" * 40 + "5")

    assert (Money(10**40, "CNY") * factor).minor == int("4" * 39 + "5")
    assert Money(3, "CNY") * 4 == Money(12, "CNY")


@pytest.mark.parametrize(
    ("minor", "weights", "expected"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [Decimal("0.3"), Decimal("0.7")], [2, 3]),
        (10, [0, 1], [0, 10]),
        (2, [1, 1, 1, 1], [1, 1, 0, 0]),
        (0, [3, 4], [0, 0]),
    ],
)
def test_a_split_gives_what_is_left_to_the_largest_remainders(
    minor: int, weights: list[int | Decimal], expected: list[int]
) -> None:
    assert [part.minor for part in Money(minor, "CNY").split(weights)] == expected


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_a_split_needs_weights_that_say_something(weights: list[int | Decimal]) -> None:
    with pytest.raises(InvalidInputError, match="weights"):
        Money(10, "CNY").split(weights)


@pytest.mark.parametrize(
    ("minor", "currency"), [(1.0, "CNY"), (True, "CNY"), (1, "cny"), (1, "RMB "), (1, "")]
)
def test_what_is_no_money_cannot_be_made(minor: int, currency: str) -> None:
    with pytest.raises(InvalidInputError, match="invalid_money"):
        Money(minor, currency)


def test_money_is_not_multiplied_by_a_float() -> None:
    with pytest.raises(InvalidInputError, match="invalid_money"):
        Money(1, "CNY") * 0.1  # type: ignore[operator]
