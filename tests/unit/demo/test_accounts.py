"""People of the demonstration: every role, nobody real, and no password anywhere."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, select
from stdnum.cn import uscc

from lotproof.demo import cast
from lotproof.demo.accounts import OFFERED, actor_of, find_doors
from lotproof.demo.people import BOTH, CONSUMER, FARMER, PACKER, PEOPLE, QUALITY
from lotproof.people.contacts import Contact
from lotproof.people.models import Account, Organisation
from lotproof.people.permissions import Permission
from lotproof.people.roles import OrganisationKind, Role
from lotproof.people.separation import refuse_second_approval


def test_somebody_has_each_role() -> None:
    given = {role for person in PEOPLE for roles in person.works.values() for role in roles}

    assert given | {Role.CONSUMER} == set(Role)
    assert not CONSUMER.works


def test_a_release_finds_two_people_in_one_organisation(db: Connection) -> None:
    first, second = (actor_of(db, person) for person in (PACKER, QUALITY))

    assert first.party == second.party == cast.LANLING.uri
    assert first.may(Permission.APPROVE_RELEASE)
    assert second.may(Permission.APPROVE_RELEASE)
    refuse_second_approval(second, first.account)


def test_nobody_can_be_reached_and_nobody_has_a_password(db: Connection) -> None:
    rows = db.execute(select(Account.__table__)).all()

    assert len(rows) >= len(PEOPLE)
    for row in rows:
        assert row.mail.endswith(".example")
        assert row.phone.startswith("+86154")
        assert Contact.parse(row.phone).value == row.phone
        assert row.password is None


def test_every_organisation_has_a_kind_and_a_credit_code_that_is_right_and_its_own(db: Connection) -> None:
    rows = db.execute(select(Organisation.__table__)).all()

    codes = Counter(row.credit_code for row in rows if row.credit_code)
    assert {one.uri for one in cast.ORGANISATIONS} < {row.party for row in rows}
    assert all(row.kind in set(OrganisationKind) for row in rows)
    assert all(uscc.is_valid(code) and count == 1 for code, count in codes.items())


def test_the_doors_name_whom_one_would_be_and_where(db: Connection) -> None:
    doors = {door.key: door for door in find_doors(db)}

    assert [door.key for door in find_doors(db)] == [person.key for person in OFFERED]
    assert doors[FARMER.key].organisations[0]["zh_Hans"] == "孙家果园（虚构）"
    assert len(doors[BOTH.key].organisations) == 2
    assert doors[CONSUMER.key].organisations == ()
