"""Which papers the demonstration asks for, from before its first day on."""

from datetime import date

from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.parties.requiring import Edition, require

FROM = date(2001, 1, 1)
_LICENCE = ("business_licence",)
_CERTIFIED = ("organic_certificate", "green_food_certificate")

EDITIONS = tuple(
    Edition(role, category, kind, FROM, papers)
    for role, category, kind, papers in (
        ("supplier", "*", "company", (_LICENCE,)),
        ("supplier", "*", "cooperative", (_LICENCE,)),
        ("supplier", "*", "sole_trader", (_LICENCE,)),
        ("supplier", "*", "family_farm", (_LICENCE, _CERTIFIED)),
        ("supplier", "*", "farm_household", (("household_proof",),)),
        ("supplier", "grain", "company", (("food_licence",),)),
        ("warehouse", "*", "*", (_LICENCE,)),
        ("carrier", "*", "*", (_LICENCE, ("transport_licence",))),
        ("seller_staff", "*", "*", (_LICENCE, ("food_licence",))),
        ("laboratory", "*", "*", (_LICENCE, ("laboratory_cma",))),
    )
)


def record_requirements(uow: UnitOfWork, operator: str) -> None:
    """Record them in the operator's name."""
    for edition in EDITIONS:
        require(uow, operator, edition)
