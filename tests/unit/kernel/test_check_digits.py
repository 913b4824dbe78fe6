"""The GS1 check digit, on published numbers."""

import pytest

from lotproof.kernel.check_digits import is_valid, mod10
from lotproof.kernel.errors import InvalidInputError

PUBLISHED = [
    "6291041500213",  # GTIN-13: GS1 General Specifications, 7.9.1, and GS1's check digit page
    "376104250021234569",  # 18 digits: GS1 General Specifications, 7.9.1
    "10614141123459",  # GTIN-14 of the SGTIN example in GS1 EPC Tag Data Standard, section 7
    "106141412345678908",  # SSCC of the same
    "0614141123452",  # GLN of the SGLN example of the same
    "061414112345678902",  # GSRN of the same
    "0860009999060",  # GLN of GS1 US's FSMA 204 examples
    "00860009999923",  # GTIN of the same
    "008600099999850000",  # SSCC of the same
]


@pytest.mark.parametrize("digits", PUBLISHED)
def test_published_numbers_carry_their_check_digit(digits: str) -> None:
    assert mod10(digits[:-1]) == digits[-1]
    assert is_valid(digits)


@pytest.mark.parametrize("digits", PUBLISHED)
def test_any_single_wrong_digit_is_noticed(digits: str) -> None:
    for place, right in enumerate(digits):
        for wrong in set("0123456789") - {right}:
            assert not is_valid(digits[:place] + wrong + digits[place + 1 :])


@pytest.mark.parametrize(
    "text", ["", "7", "629104150021X", "６２９１０４１５００２１３", "629 1041500213", "-6291041500213"]
)
def test_what_is_no_row_of_digits_is_not_valid(text: str) -> None:
    assert not is_valid(text)


@pytest.mark.parametrize("text", ["", "12A", "１２"])
def test_no_check_digit_is_computed_for_what_is_no_row_of_digits(text: str) -> None:
    with pytest.raises(InvalidInputError, match="invalid_identifier"):
        mod10(text)
