"""Organisations, their members and invitations: who may let whom in, and as what. On both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from lotproof.kernel.errors import (
    ForbiddenError,
    InvalidInputError,
    LotproofError,
    NotFoundError,
    RefusedError,
)
from lotproof.kernel.identifiers import Gln
from lotproof.parties.api_keys import holder_of
from lotproof.parties.records import get_record
from lotproof.people import invitations, keys, members
from lotproof.people.acting import require_acting_for
from lotproof.people.actor import Actor
from lotproof.people.deactivating import close_organisation
from lotproof.people.gln_range import gln_at
from lotproof.people.models import Deed, Organisation
from lotproof.people.organisations import Facts, register
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from support.entrance import Door
from support.people import actor_of, person
from support.world import FARM, PACKER, World, check_ledger

PREFIX = "95200001"
COMPANY = Facts("company", {"zh_Hans": "青山果业有限公司"}, "91110000600037341L", work=["supplier"])


@pytest.fixture
def door(world: World) -> Door:
    return Door(world)


def founder_of(world: World, name: str = "Li Hua") -> Actor:
    return actor_of(world, person(world, name, None))


def registered(world: World, who: Actor, facts: Facts = COMPANY, prefix: str | None = PREFIX) -> str:
    with world.log.unit_of_work() as uow:
        return register(uow, who, world.log.operator, facts, prefix)


def problems(world: World, facts: Facts, prefix: str | None = PREFIX) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInputError) as refused:
        registered(world, Actor(1, None, frozenset()), facts, prefix)
    return [(one.where, one.code) for one in refused.value.problems]


def owner_of(world: World, party: str, name: str = "Owner") -> Actor:
    return actor_of(world, person(world, name, party, Role.OWNER, Role.SUPPLIER))


def refusal(error: type[LotproofError], act: Any, *args: Any) -> str:
    with pytest.raises(error) as refused:
        act(*args)
    return refused.value.code


def test_an_organisation_gets_a_number_a_key_on_the_log_and_an_owner(world: World) -> None:
    who = founder_of(world)

    party = registered(world, who)

    assert party == Gln("9520000100001").party_uri
    with world.read() as db:
        assert get_record(db, "party", party) == {
            "names": {"zh_Hans": "青山果业有限公司"},
            "country": "CN",
            "kind": "company",
            "roles": ["supplier"],
        }
        [member] = members.members_of(db, party)
    assert (member.account, member.roles) == (who.account, "owner supplier")
    check_ledger(world)


def test_names_of_a_farm_household_can_be_erased_and_it_is_asked_for_no_credit_code(world: World) -> None:
    party = registered(world, founder_of(world), Facts("farm_household", {"zh_Hans": "王小农"}, "not asked"))

    with world.read() as db:
        assert get_record(db, "party", party) == {
            "names": {"zh_Hans": "王小农"},
            "country": "CN",
            "kind": "farm_household",
            "person": True,
        }
        assert (
            db.execute(select(Organisation.credit_code).where(Organisation.party == party)).scalar() is None
        )


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("", "missing"),
        ("91110000600037341", "invalid_credit_code"),
        ("91110000600037341I", "invalid_credit_code"),
        ("91110000600037431L", "invalid_credit_code"),
    ],
)
def test_a_wrong_credit_code_is_refused_at_its_field(world: World, code: str, found: str) -> None:
    assert problems(world, Facts("company", {"en": "Shop"}, code)) == [("credit_code", found)]


def test_a_credit_code_may_be_typed_in_full_width_and_with_spaces(world: World) -> None:
    registered(world, founder_of(world), Facts("company", {"en": "A"}, " ９１１１００００ 600037341l "))

    with world.read() as db:
        assert db.execute(select(Organisation.credit_code)).scalar_one() == "91110000600037341L"


def test_everything_that_is_wrong_is_said_at_once(world: World) -> None:
    found = problems(
        world, Facts("empire", {"zh_Hans": "\u202e" + "长" * 300}, "", "9520000000012", ["auditor"])
    )

    assert found == [
        ("kind", "unknown_kind"), ("name", "too_long"), ("work", "unknown_role"), ("gln", "invalid_check_digit"),
    ]  # fmt: skip


def test_without_a_range_an_own_gln_is_asked_for(world: World) -> None:
    assert problems(world, COMPANY, None) == [("gln", "missing")]
    own = Facts("company", {"en": "Own"}, COMPANY.credit_code, "9520000000103")

    assert registered(world, founder_of(world), own, None) == Gln("9520000000103").party_uri


def test_nobody_becomes_owner_of_what_is_on_the_log_by_typing_its_number(world: World) -> None:
    taken = Facts("company", {"en": "Farm"}, COMPANY.credit_code, FARM.digits)

    assert refusal(RefusedError, registered, world, founder_of(world), taken) == "gln_taken"
    with world.read() as db:
        assert db.execute(select(Organisation.party)).first() is None


def test_a_credit_code_is_one_organisations(world: World) -> None:
    registered(world, founder_of(world))

    again = Facts("company", {"en": "Again"}, COMPANY.credit_code)

    assert refusal(RefusedError, registered, world, founder_of(world, "Wang"), again) == "credit_code_taken"


def test_numbers_of_the_range_follow_each_other_and_pass_over_what_is_known(world: World) -> None:
    first, second = gln_at(PREFIX, 0), gln_at(PREFIX, 1)
    assert second is not None
    world.master("place", second.place_uri, {"names": {"en": "Store"}, "zone": "Asia/Shanghai"})

    parties = [
        registered(world, founder_of(world, f"F{n}"), Facts("farm_household", {"en": f"F{n}"}))
        for n in range(2)
    ]

    third = gln_at(PREFIX, 2)
    assert first is not None
    assert third is not None
    assert parties == [first.party_uri, third.party_uri]


def test_a_range_ends(world: World) -> None:
    assert gln_at("95200000001", 9) is not None
    assert gln_at("95200000001", 10) is None


def test_an_invitation_lets_somebody_in_once_with_its_roles(door: Door) -> None:
    world = door.world
    owner, guest = owner_of(world, FARM.party_uri), founder_of(world, "Guest")
    with writing(world.log.engine) as db:
        made = invitations.invite(db, door.entrance, owner, "guest@example.org", ["supplier", "warehouse"])

    with writing(world.log.engine) as db:
        assert invitations.accept_link(db, guest, made.token, world.clock.now) == FARM.party_uri

    assert actor_of(world, guest.account or 0).roles == {Role.SUPPLIER, Role.WAREHOUSE}
    with writing(world.log.engine) as db:
        again = refusal(NotFoundError, invitations.accept_link, db, guest, made.token, world.clock.now)
    assert again == "no_such_invitation"


def test_a_code_may_be_typed_anyhow_and_guesses_of_it_end(door: Door) -> None:
    world = door.world
    owner, guest = owner_of(world, FARM.party_uri), founder_of(world, "Guest")
    with writing(world.log.engine) as db:
        made = invitations.invite(db, door.entrance, owner, "guest@example.org", ["supplier"])

    found = [
        refusal(LotproofError, invitations.accept_code, door.entrance, guest, "AAAA-BBBB") for _ in range(11)
    ]
    assert found == ["no_such_invitation"] * 10 + ["too_many_tries"]

    world.later(minutes=2)
    assert (
        invitations.accept_code(door.entrance, guest, made.code.lower().replace("-", " ")) == FARM.party_uri
    )


def test_an_invitation_ends_by_time_or_when_it_is_taken_back(door: Door) -> None:
    world = door.world
    owner, guest = owner_of(world, FARM.party_uri), founder_of(world, "Guest")
    with writing(world.log.engine) as db:
        revoked = invitations.invite(db, door.entrance, owner, "a@example.org", ["supplier"])
        old = invitations.invite(db, door.entrance, owner, "b@example.org", ["supplier"])
        invitations.revoke_invitation(db, owner, revoked.id, world.clock.now)

    late = world.later(days=14)

    for one in (revoked, old):
        with writing(world.log.engine) as db:
            refusal(NotFoundError, invitations.accept_link, db, guest, one.token, late)


def test_nobody_joins_an_organisation_that_was_closed(door: Door) -> None:
    world = door.world
    owner, guest = owner_of(world, FARM.party_uri), founder_of(world, "Guest")
    with writing(world.log.engine) as db:
        made = invitations.invite(db, door.entrance, owner, "guest@example.org", ["supplier"])
        close_organisation(db, owner, world.clock.now)

    with writing(world.log.engine) as db:
        late = refusal(NotFoundError, invitations.accept_link, db, guest, made.token, world.clock.now)
    assert late == "no_such_invitation"


def test_an_owner_gives_no_role_that_sees_or_decides_over_others(door: Door) -> None:
    world, owner = door.world, owner_of(door.world, FARM.party_uri)
    member = person(world, "Worker", FARM.party_uri, Role.SUPPLIER)
    with world.read() as db:
        row = next(one for one in members.members_of(db, FARM.party_uri) if one.account == member)

    with writing(world.log.engine) as db:
        for role in ("operator", "reviewer", "auditor"):
            invited = refusal(
                ForbiddenError, invitations.invite, db, door.entrance, owner, "a@example.org", [role]
            )
            given = refusal(
                ForbiddenError, members.change_roles, db, owner, row.id, ["supplier", role], world.clock.now
            )
            assert (invited, given) == ("granted_by_operators", "granted_by_operators")


def test_only_an_owner_manages_members(world: World) -> None:
    worker = actor_of(world, person(world, "Worker", FARM.party_uri, Role.SUPPLIER))

    with writing(world.log.engine) as db:
        assert refusal(ForbiddenError, members.remove_member, db, worker, 1, world.clock.now) == "not_allowed"


def test_another_organisations_member_is_not_there(world: World) -> None:
    owner = owner_of(world, FARM.party_uri)
    person(world, "Packer", PACKER.party_uri, Role.WAREHOUSE)
    with world.read() as db:
        [other] = members.members_of(db, PACKER.party_uri)

    with writing(world.log.engine) as db:
        found = refusal(NotFoundError, members.remove_member, db, owner, other.id, world.clock.now)
    assert found == "no_such_member"


def test_the_last_owner_stays(world: World) -> None:
    owner = owner_of(world, FARM.party_uri)
    with world.read() as db:
        [only] = members.members_of(db, FARM.party_uri)

    with writing(world.log.engine) as db:
        now = world.clock.now
        assert (
            refusal(RefusedError, members.change_roles, db, owner, only.id, ["supplier"], now) == "last_owner"
        )
        assert refusal(RefusedError, members.leave, db, owner, now) == "last_owner"


def test_removing_a_member_ends_what_she_may_do_at_once(world: World) -> None:
    owner = owner_of(world, FARM.party_uri)
    worker = person(world, "Worker", FARM.party_uri, Role.SUPPLIER)
    with writing(world.log.engine) as db:
        row = next(one for one in members.members_of(db, FARM.party_uri) if one.account == worker)
        members.remove_member(db, owner, row.id, world.clock.now)

    assert actor_of(world, worker).party is None
    assert actor_of(world, worker).roles == {Role.CONSUMER}


def test_an_operator_grants_and_never_to_herself(world: World) -> None:
    operator = actor_of(world, person(world, "Op", world.log.operator, Role.OPERATOR))
    reviewer = person(world, "Rev", world.log.operator, Role.SELLER_STAFF)
    with writing(world.log.engine) as db:
        members.grant(db, operator, reviewer, world.log.operator, ["reviewer"], world.clock.now)
        own = refusal(
            ForbiddenError, members.grant, db, operator, operator.account, world.log.operator, ["auditor"],
            world.clock.now,
        )  # fmt: skip

    assert actor_of(world, reviewer).roles == {Role.SELLER_STAFF, Role.REVIEWER}
    assert own == "own_grant"
    with world.read() as db:
        assert "grant_roles" in db.execute(select(Deed.act)).scalars().all()


def test_who_belongs_to_two_is_told_when_she_acts_for_the_wrong_one(world: World) -> None:
    actor = Actor(
        1, FARM.party_uri, frozenset({Role.OWNER}), belongs_to=frozenset({FARM.party_uri, PACKER.party_uri})
    )

    require_acting_for(actor, FARM.party_uri)
    assert refusal(ForbiddenError, require_acting_for, actor, PACKER.party_uri) == "acting_for_another"
    assert refusal(NotFoundError, require_acting_for, actor, world.log.operator) == "no_such_organisation"


def test_a_key_is_shown_once_works_until_it_is_revoked_and_only_for_its_scopes(door: Door) -> None:
    world, owner = door.world, owner_of(door.world, FARM.party_uri)
    with writing(world.log.engine) as db:
        key = keys.create_key(db, owner, "Scale", ["read"], world.clock.now, world.entropy)
        assert holder_of(db, key, "read").party == FARM.party_uri
        assert refusal(LotproofError, holder_of, db, key, "capture") == "not_authorised"
        [kept] = keys.keys_of(db, FARM.party_uri)
        assert kept.name == "Scale"

        keys.revoke_key(db, owner, kept.id, world.clock.now)

        assert refusal(LotproofError, holder_of, db, key, "read") == "not_authorised"


def test_an_owner_makes_no_key_that_reads_everything_and_revokes_no_other_ones(door: Door) -> None:
    world, owner = door.world, owner_of(door.world, FARM.party_uri)
    other = owner_of(world, PACKER.party_uri, "Other")
    with writing(world.log.engine) as db:
        keys.create_key(db, other, "Theirs", ["read"], world.clock.now, world.entropy)
        [theirs] = keys.keys_of(db, PACKER.party_uri)

        assert refusal(
            ForbiddenError, keys.create_key, db, owner, "All", ["audit"], world.clock.now, world.entropy
        ) == "granted_by_operators"  # fmt: skip
        assert refusal(NotFoundError, keys.revoke_key, db, owner, theirs.id, world.clock.now) == "no_such_key"
