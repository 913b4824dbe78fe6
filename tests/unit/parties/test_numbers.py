"""Numbers of papers: what fits is kept in one spelling, what does not is said."""

from __future__ import annotations

import pytest

from lotproof.parties.document_types import DOCUMENT_TYPES, UNIFIED, checked_number, stands_for
from lotproof.parties.numbers import is_credit_code

CODE = "91110000600037341L"  # the example of python-stdnum


@pytest.mark.parametrize(
    ("document_type", "number", "kept"),
    [
        ("business_licence", CODE.lower(), CODE),
        ("business_licence", "9 1 110000 600037341L", CODE),
        ("business_licence", "110108000000016", "110108000000016"),
        ("tax_registration", CODE, CODE),
        ("tax_registration", "110108600037341", "110108600037341"),
        ("organisation_code", "600037341", "60003734-1"),
        ("organisation_code", "60003734-1", "60003734-1"),
        ("food_licence", "jy1 3101120000001", "JY13101120000001"),
        ("food_licence", "SC11731010000001", "SC11731010000001"),
        ("organic_certificate", "123OP2600001", "123OP2600001"),
        ("organic_certificate", "0123OP2600001-2", "0123OP2600001-2"),
        ("organic_certificate", "F12OP1900007", "F12OP1900007"),
        ("laboratory_cma", "260100340001", "260100340001"),
        ("laboratory_cnas", "cnas l1234", "CNASL1234"),
        ("green_food_certificate", " LB-18-2601010001A ", "LB-18-2601010001A"),
    ],
)
def test_a_number_that_fits_is_kept_in_one_spelling(document_type: str, number: str, kept: str) -> None:
    assert checked_number(document_type, number) == kept


@pytest.mark.parametrize(
    ("document_type", "number"),
    [
        ("business_licence", "91110000600037341M"),
        ("business_licence", "110108000000011"),
        ("tax_registration", "110108600037342"),
        ("organisation_code", "60003734-2"),
        ("food_licence", "JY1310112000000"),
        ("organic_certificate", "OP2600001"),
        ("laboratory_cma", "2601003400"),
        ("green_food_certificate", ""),
        ("green_food_certificate", "x" * 61),
        ("household_proof", "110101199001011234"),
    ],
)
def test_a_number_that_does_not_fit_is_refused(document_type: str, number: str) -> None:
    with pytest.raises(ValueError, match="must"):
        checked_number(document_type, number)


def test_a_licence_with_a_unified_code_stands_for_the_three_that_it_replaced() -> None:
    assert stands_for("business_licence", CODE) == UNIFIED
    assert stands_for("business_licence", "110108000000016") == set()
    assert stands_for("food_licence", "JY13101120000001") == set()
    assert not is_credit_code(None)


def test_no_number_of_a_person_is_asked_for() -> None:
    assert DOCUMENT_TYPES["household_proof"].check is None
