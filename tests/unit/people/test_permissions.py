"""The table of permissions, cell by cell."""

import pytest

from lotproof.people.permissions import TABLE, Permission, granted, may_do
from lotproof.people.roles import Role

# One letter a role, in the order of Role: who is allowed what, written down a second time so that a slip shows.
COLUMNS = dict(zip(Role, "OcbsilqfwtPRA", strict=True))
CELLS = {
    "record_field": "s",
    "record_packing": "sw",
    "record_shipping": "sfwt",
    "record_receiving": "bsfwt",
    "record_storage": "swt",
    "record_inspection": "il",
    "hold_lots": "silqP",
    "approve_release": "qP",
    "recall_lots": "qP",
    "answer_recall": "bsqfwt",
    "read_lots": "bsilqfwtPRA",
    "read_lots_any": "PA",
    "upload_documents": "OsilqfwtPR",
    "read_documents": "Oslqft",
    "read_documents_any": "PRA",
    "apply": "Oslt",
    "apply_any": "PR",
    "review_any": "R",
    "suspend_any": "PR",
    "set_requirements": "P",
    "read_parties_any": "PRA",
    "note_reputation_any": "PR",
    "manage_members": "O",
    "grant_roles_any": "P",
    "manage_keys": "O",
    "read_audit_any": "A",
    "export_audit_any": "A",
    "set_holidays": "P",
    "run_notices": "P",
}
EVERY_CELL = [(permission, role) for permission in Permission for role in Role]


@pytest.mark.parametrize(("permission", "role"), EVERY_CELL)
def test_a_role_is_allowed_what_the_table_says_and_nothing_else(permission: Permission, role: Role) -> None:
    assert may_do({role}, permission) is (COLUMNS[role] in CELLS[permission])


def test_every_permission_stands_in_the_table() -> None:
    assert set(TABLE) == set(Permission) == {Permission(name) for name in CELLS}


def test_roles_add_up_and_a_person_without_one_is_allowed_nothing() -> None:
    assert granted([]) == frozenset()
    assert granted([Role.BUYER, Role.INSPECTOR]) == granted([Role.BUYER]) | granted([Role.INSPECTOR])
