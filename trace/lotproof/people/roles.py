"""What people do: their roles, and the kinds of organisation that they act for. Pure."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody does for an organisation. Reviewer, auditor and operator are granted by operators alone.

    OWNER is a rank beside the work: who invites and removes the members of her organisation.
    """

    OWNER = "owner"
    CONSUMER = "consumer"
    BUYER = "buyer"
    SUPPLIER = "supplier"
    INSPECTOR = "inspector"
    LABORATORY = "laboratory"
    QUALITY_MANAGER = "quality_manager"
    SELLER_STAFF = "seller_staff"
    WAREHOUSE = "warehouse"
    CARRIER = "carrier"
    OPERATOR = "operator"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"


GRANTED_BY_OPERATORS = frozenset({Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})
"""Roles that see or decide over others: an owner cannot give them."""
WORKING = tuple(role for role in Role if role not in GRANTED_BY_OPERATORS and role is not Role.CONSUMER)
"""Roles that an owner gives within her organisation."""


class OrganisationKind(StrEnum):
    """Legal forms, which differ in the papers that they need."""

    COMPANY = "company"
    COOPERATIVE = "cooperative"
    FAMILY_FARM = "family_farm"
    SOLE_TRADER = "sole_trader"  # 个体户
    FARM_HOUSEHOLD = "farm_household"  # 农户


HAS_CREDIT_CODE = frozenset(OrganisationKind) - {OrganisationKind.FARM_HOUSEHOLD}
"""Kinds that are registered with the state and so have a 统一社会信用代码."""
