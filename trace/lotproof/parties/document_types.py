"""The papers that a qualification stands on: what each is, how its number is checked, what it stands for. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from lotproof.parties import numbers


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One row. chinese: as it is called where it is issued.

    check: of its number, None where no number is asked for.  ends: it must state a last day.
    public_number: the number is one that anybody looks up to verify it, and pages show it.
    """

    name: str
    chinese: str
    check: numbers.Check | None = numbers.plain_text
    ends: bool = False
    public_number: bool = False


DOCUMENT_TYPES: Mapping[str, DocumentType] = {
    one.name: one
    for one in (
        DocumentType("business_licence", "营业执照", numbers.licence_number),
        DocumentType("tax_registration", "税务登记证", numbers.tax_number),
        DocumentType("organisation_code", "组织机构代码证", numbers.organisation_code),
        DocumentType("food_licence", "食品经营/生产许可证", numbers.food_licence, True, True),
        DocumentType("small_producer_registration", "食品小作坊登记证", ends=True),
        DocumentType("organic_certificate", "有机产品认证证书", numbers.organic, True, True),
        DocumentType("green_food_certificate", "绿色食品证书", ends=True, public_number=True),
        # A household is no enterprise: that its village confirms it is enough, and no number of a person is asked for.
        DocumentType("household_proof", "农户证明（村委会）", None),
        DocumentType("land_contract", "土地承包/经营权证明"),
        DocumentType("laboratory_cma", "检验检测机构资质认定证书（CMA）", numbers.cma, True, True),
        DocumentType("laboratory_cnas", "实验室认可证书（CNAS）", numbers.cnas, True, True),
        DocumentType("inspector_certificate", "检验员证书", ends=True),
        DocumentType("transport_licence", "道路运输经营许可证", ends=True),
    )
}
UNIFIED = frozenset({"tax_registration", "organisation_code"})
"""What a business licence with a unified code replaced: 三证合一, from October 2015."""


def stands_for(document_type: str, number: str | None) -> frozenset[str]:
    """Return the other types of papers that one with this number does for.

    Said in the paper's record, for its number may be hidden.
    """
    return UNIFIED if document_type == "business_licence" and numbers.is_credit_code(number) else frozenset()


def checked_number(document_type: str, number: str) -> str:
    """Return the number as it is kept. Raises: ValueError with what is wrong; KeyError for no such type."""
    check = DOCUMENT_TYPES[document_type].check
    if check is None:
        raise ValueError("must be left out: no number of a person is kept")
    return check(number)
