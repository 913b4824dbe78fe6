"""Who may hand in and look at whose documents."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from lotproof.documents.access import may_see, require_upload
from lotproof.kernel.errors import ForbiddenError
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission
from lotproof.people.roles import Role

FARM, SHOP, OFFICE = "farm", "shop", "office"


@dataclass(frozen=True)
class Paper:
    subject: str = FARM
    party: str | None = FARM
    account: int | None = 1


KEY = frozenset({Permission.UPLOAD_DOCUMENTS, Permission.READ_DOCUMENTS})


def who(account: int | None, party: str | None, *roles: Role) -> Actor:
    granted = KEY if account is None else frozenset[Permission]()
    return Actor(account, party, frozenset(roles), granted=granted)


@pytest.mark.parametrize(
    ("actor", "sees"),
    [
        (who(1, FARM, Role.SUPPLIER), True),
        (who(2, FARM, Role.OWNER), True),
        (who(3, FARM, Role.WAREHOUSE), False),
        (who(1, FARM, Role.WAREHOUSE), True),
        (who(1, SHOP, Role.SUPPLIER), False),
        (who(4, SHOP, Role.SUPPLIER), False),
        (who(4, SHOP, Role.OWNER), False),
        (who(5, None, Role.CONSUMER), False),
        (who(6, OFFICE, Role.REVIEWER), True),
        (who(6, OFFICE, Role.AUDITOR), True),
        (who(None, FARM), True),
        (who(None, SHOP), False),
        (who(None, None), False),
    ],
)
def test_a_document_is_seen_by_its_own_and_by_staff(actor: Actor, sees: bool) -> None:
    assert may_see(actor, Paper()) is sees


def test_a_document_of_nobody_in_particular_is_not_seen_by_programs_without_organisation() -> None:
    assert not may_see(who(None, None), Paper(party=None, account=None))


@pytest.mark.parametrize(
    "actor", [who(1, FARM, Role.SUPPLIER), who(None, FARM), who(6, OFFICE, Role.REVIEWER)]
)
def test_papers_are_handed_in_about_ones_own_organisation_and_by_staff_about_any(actor: Actor) -> None:
    require_upload(actor, FARM)


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (who(1, SHOP, Role.SUPPLIER), "not_your_organisation"),
        (who(None, SHOP), "not_your_organisation"),
        (who(1, FARM, Role.BUYER), "not_allowed"),
        (who(1, FARM, Role.AUDITOR), "not_allowed"),
    ],
)
def test_others_are_refused(actor: Actor, code: str) -> None:
    with pytest.raises(ForbiddenError) as error:
        require_upload(actor, FARM)

    assert error.value.code == code
