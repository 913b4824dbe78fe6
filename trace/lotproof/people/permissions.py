"""The one table of permissions: which role may do what. Pure; a test holds it cell by cell.

- A permission is for what the acting organisation has, unless its name ends in `ANY`.
- Everybody who is signed in has her own account, notices and address book: those ask for no permission.
- What the table allows, `separation` may still refuse: nobody decides over herself.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from lotproof.people.roles import Role


class Permission(StrEnum):
    """One thing that can be allowed."""

    RECORD_FIELD = "record_field"  # planting, inputs, observations, harvest
    RECORD_PACKING = "record_packing"  # packing, splitting, merging, containers, losses
    RECORD_SHIPPING = "record_shipping"
    RECORD_RECEIVING = "record_receiving"
    RECORD_STORAGE = "record_storage"  # storage, cooling, temperatures
    RECORD_INSPECTION = "record_inspection"
    HOLD_LOTS = "hold_lots"
    APPROVE_RELEASE = "approve_release"
    RECALL_LOTS = "recall_lots"
    ANSWER_RECALL = "answer_recall"
    READ_LOTS = "read_lots"
    READ_LOTS_ANY = "read_lots_any"
    UPLOAD_DOCUMENTS = "upload_documents"
    READ_DOCUMENTS = "read_documents"
    READ_DOCUMENTS_ANY = "read_documents_any"
    APPLY = "apply"  # for a qualification
    APPLY_ANY = "apply_any"  # on behalf of somebody, who claims it later
    REVIEW_ANY = "review_any"  # decide over applications
    SUSPEND_ANY = "suspend_any"
    SET_REQUIREMENTS = "set_requirements"
    READ_PARTIES_ANY = "read_parties_any"  # the list of suppliers with their standing
    NOTE_REPUTATION_ANY = "note_reputation_any"
    MANAGE_MEMBERS = "manage_members"
    GRANT_ROLES_ANY = "grant_roles_any"
    MANAGE_KEYS = "manage_keys"
    READ_AUDIT_ANY = "read_audit_any"
    EXPORT_AUDIT_ANY = "export_audit_any"
    SET_HOLIDAYS = "set_holidays"
    RUN_NOTICES = "run_notices"  # who leads a role, mails that could not be sent


_R, _P = Role, Permission

TABLE: Mapping[Permission, frozenset[Role]] = {
    _P.RECORD_FIELD: frozenset({_R.SUPPLIER}),
    _P.RECORD_PACKING: frozenset({_R.SUPPLIER, _R.WAREHOUSE}),
    _P.RECORD_SHIPPING: frozenset({_R.SUPPLIER, _R.WAREHOUSE, _R.SELLER_STAFF, _R.CARRIER}),
    _P.RECORD_RECEIVING: frozenset({_R.SUPPLIER, _R.WAREHOUSE, _R.SELLER_STAFF, _R.CARRIER, _R.BUYER}),
    _P.RECORD_STORAGE: frozenset({_R.SUPPLIER, _R.WAREHOUSE, _R.CARRIER}),
    _P.RECORD_INSPECTION: frozenset({_R.INSPECTOR, _R.LABORATORY}),
    _P.HOLD_LOTS: frozenset({_R.SUPPLIER, _R.INSPECTOR, _R.LABORATORY, _R.QUALITY_MANAGER, _R.OPERATOR}),
    _P.APPROVE_RELEASE: frozenset({_R.QUALITY_MANAGER, _R.OPERATOR}),
    _P.RECALL_LOTS: frozenset({_R.QUALITY_MANAGER, _R.OPERATOR}),
    _P.ANSWER_RECALL: frozenset(
        {_R.SUPPLIER, _R.BUYER, _R.SELLER_STAFF, _R.WAREHOUSE, _R.CARRIER, _R.QUALITY_MANAGER}
    ),
    _P.READ_LOTS: frozenset(Role) - {_R.OWNER, _R.CONSUMER},
    _P.READ_LOTS_ANY: frozenset({_R.OPERATOR, _R.AUDITOR}),
    _P.UPLOAD_DOCUMENTS: frozenset(Role) - {_R.CONSUMER, _R.AUDITOR, _R.BUYER},
    _P.READ_DOCUMENTS: frozenset(
        {_R.OWNER, _R.SUPPLIER, _R.LABORATORY, _R.CARRIER, _R.QUALITY_MANAGER, _R.SELLER_STAFF}
    ),
    _P.READ_DOCUMENTS_ANY: frozenset({_R.REVIEWER, _R.AUDITOR, _R.OPERATOR}),
    _P.APPLY: frozenset({_R.OWNER, _R.SUPPLIER, _R.LABORATORY, _R.CARRIER}),
    _P.APPLY_ANY: frozenset({_R.OPERATOR, _R.REVIEWER}),
    _P.REVIEW_ANY: frozenset({_R.REVIEWER}),
    _P.SUSPEND_ANY: frozenset({_R.REVIEWER, _R.OPERATOR}),
    _P.SET_REQUIREMENTS: frozenset({_R.OPERATOR}),
    _P.READ_PARTIES_ANY: frozenset({_R.REVIEWER, _R.AUDITOR, _R.OPERATOR}),
    _P.NOTE_REPUTATION_ANY: frozenset({_R.REVIEWER, _R.OPERATOR}),
    _P.MANAGE_MEMBERS: frozenset({_R.OWNER}),
    _P.GRANT_ROLES_ANY: frozenset({_R.OPERATOR}),
    _P.MANAGE_KEYS: frozenset({_R.OWNER}),
    _P.READ_AUDIT_ANY: frozenset({_R.AUDITOR}),
    _P.EXPORT_AUDIT_ANY: frozenset({_R.AUDITOR}),
    _P.SET_HOLIDAYS: frozenset({_R.OPERATOR}),
    _P.RUN_NOTICES: frozenset({_R.OPERATOR}),
}


def may_do(roles: Collection[Role], permission: Permission) -> bool:
    """Whether somebody with these roles is allowed it."""
    return not TABLE[permission].isdisjoint(roles)


def granted(roles: Collection[Role]) -> frozenset[Permission]:
    """Return everything that these roles are allowed."""
    return frozenset(permission for permission in Permission if may_do(roles, permission))
