"""What somebody changes, takes along and erases of her own account. On both databases."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import insert, select

from lotproof.kernel.errors import InvalidInputError, LotproofError, NotFoundError, RefusedError
from lotproof.people import addresses, consents, deactivating
from lotproof.people.account_models import Address, Consent
from lotproof.people.accounts import change_profile
from lotproof.people.changing_contact import ask_new_contact, take_new_contact
from lotproof.people.models import Account, Deed, Membership, Session
from lotproof.people.own_data import export_account, own_columns
from lotproof.people.resetting import change_password
from lotproof.people.roles import Role
from lotproof.people.sessions import find_actor
from lotproof.people.signing_in import sign_in
from lotproof.storage.engine import writing
from lotproof.storage.every_table import every_table
from support.entrance import HER, PASSWORD, PHONE, Door
from support.people import actor_of, person
from support.world import FARM, World

HOME = {
    "recipient": "李华", "phone": "138 0013 8000", "country": "cn", "region": "山东省", "city": "烟台市",
    "district": "栖霞市", "street": "青山村 8 号", "postcode": "265300",
}  # fmt: skip


@pytest.fixture
def door(world: World) -> Door:
    return Door(world)


def refusal(error: type[LotproofError], act: Any, *args: Any, **more: Any) -> LotproofError:
    with pytest.raises(error) as refused:
        act(*args, **more)
    return refused.value


def wheres(error: LotproofError) -> list[str]:
    return [one.where for one in error.problems]


def test_an_address_in_china_goes_down_to_the_district_and_elsewhere_needs_less(door: Door) -> None:
    account = door.account_of(door.registered())
    abroad = {
        "recipient": "Ann",
        "phone": "+44 20 5550",
        "country": "GB",
        "city": "London",
        "street": "1 High Street",
    }
    with writing(door.world.log.engine) as db:
        first = addresses.add_address(db, account, HOME, is_default=False)
        addresses.add_address(db, account, abroad, is_default=True)
        found = addresses.addresses_of(db, account)

    assert [(row.country, row.is_default) for row in found] == [("GB", True), ("CN", False)]
    assert found[1].id == first
    assert wheres(refusal(InvalidInputError, addresses.checked, {**HOME, "district": "", "postcode": "1"})) == [
        "district", "postcode",
    ]  # fmt: skip


def test_anothers_address_is_not_there(door: Door) -> None:
    mine = door.account_of(door.registered())
    other = person(door.world, "Other", None)
    with writing(door.world.log.engine) as db:
        id = addresses.add_address(db, mine, HOME, is_default=True)

        refusal(NotFoundError, addresses.one_of, db, other, id)
        refusal(NotFoundError, addresses.change_address, db, other, id, HOME, is_default=True)
        refusal(NotFoundError, addresses.remove_address, db, other, id)
        addresses.remove_address(db, mine, id)


def test_an_agreement_is_taken_back_and_its_history_stays(door: Door) -> None:
    account = door.account_of(door.registered())
    with writing(door.world.log.engine) as db:
        now = door.world.clock.now
        consents.give(db, account, ["news"], now)
        consents.give(db, account, ["news"], now)
        consents.withdraw(db, account, "news", now)
        needed = refusal(RefusedError, consents.withdraw, db, account, "terms", now)
        found = [(row.purpose, row.withdrawn_at is None) for row in consents.history(db, account)]

    assert sorted(found) == [("news", False), ("privacy", True), ("terms", True)]
    assert needed.code == "consent_needed"


def test_a_profile_with_an_unknown_language_and_zone_is_refused_at_both(door: Door) -> None:
    account = door.account_of(door.registered())
    with writing(door.world.log.engine) as db:
        now = door.world.clock.now
        error = refusal(InvalidInputError, change_profile, db, account, "Li", "tlh", "Mars/Olympus", now)
        change_profile(db, account, " Li  Hua ", "en", "Europe/London", now)

    assert wheres(error) == ["language", "zone"]


def test_another_number_is_proved_by_a_code_and_belongs_to_one_account(door: Door) -> None:
    first = door.account_of(door.registered())
    door.registered("ann@example.org")
    handle = ask_new_contact(door.entrance, HER, first, "new@example.org")
    take_new_contact(door.entrance, first, handle, door.sent.code)

    assert sign_in(door.entrance, HER, "New@Example.org", PASSWORD).token
    taken = ask_new_contact(door.entrance, HER, first, "ann@example.org")
    assert (
        refusal(RefusedError, take_new_contact, door.entrance, first, taken, door.sent.code).code
        == "contact_taken"
    )
    stolen = ask_new_contact(door.entrance, HER, first, "third@example.org")
    assert refusal(NotFoundError, take_new_contact, door.entrance, first + 1, stolen, door.sent.code)


def test_another_password_signs_out_the_other_browsers(door: Door) -> None:
    here, there = door.registered(), None
    there = sign_in(door.entrance, HER, PHONE, PASSWORD).token
    account = door.account_of(here)
    with door.world.read() as db:
        session = db.execute(select(Session.id).order_by(Session.id)).scalars().first()
    assert session is not None

    change_password(door.entrance, account, session, "another green apple")

    with door.world.read() as db:
        assert find_actor(db, here, door.world.clock.now) is not None
        assert find_actor(db, str(there), door.world.clock.now) is None


def test_she_takes_along_everything_and_no_secret(door: Door) -> None:
    account = door.account_of(door.registered())
    with writing(door.world.log.engine) as db:
        addresses.add_address(db, account, HOME, is_default=True)

    with door.world.read() as db:
        found = export_account(db, account, door.world.clock.now)

    assert found["tables"]["address"][0]["street"] == "青山村 8 号"
    assert {"account", "address", "consent", "deed", "session", "challenge"} - found["tables"].keys() == {
        "challenge"
    }
    text = json.dumps(found)
    assert "argon2" not in text
    assert "digest" not in text


def test_every_table_with_an_account_says_what_becomes_of_it() -> None:
    with_account = {table.name for table in every_table().sorted_tables if own_columns(table)}

    assert with_account - deactivating.KEPT - deactivating.DELETED == set()
    assert set() == deactivating.KEPT & deactivating.DELETED


def test_deactivating_erases_who_she_was_and_ends_her_sessions_at_once(door: Door) -> None:
    token = door.registered()
    account = door.account_of(token)
    with writing(door.world.log.engine) as db:
        addresses.add_address(db, account, HOME, is_default=True)
        deactivating.deactivate(db, account, door.world.clock.now)

    with door.world.read() as db:
        row = db.execute(select(Account.__table__).where(Account.id == account)).one()
        assert (row.name, row.phone, row.mail, row.password) == ("", None, None, None)
        assert find_actor(db, token, door.world.clock.now) is None
        assert db.execute(select(Address.id)).first() is None
        assert db.execute(select(Consent.id)).first() is not None
        deeds = db.execute(select(Deed.account, Deed.address)).all()
        everything = [
            str(db.execute(select(table)).all())
            for table in every_table().sorted_tables
            if table.name not in ("outgoing", "throttle")
        ]
    assert {deed.account for deed in deeds} == {account}
    assert {deed.address for deed in deeds} == {""}
    for private in ("13800138000", "Li Hua", "203.0.113.7", "青山村"):
        assert not [table for table in everything if private in table], private
    assert refusal(InvalidInputError, sign_in, door.entrance, HER, PHONE, PASSWORD).code == "wrong_sign_in"


def test_her_number_may_register_anew_and_is_somebody_else_then(door: Door) -> None:
    first = door.account_of(door.registered())
    with writing(door.world.log.engine) as db:
        deactivating.deactivate(db, first, door.world.clock.now)

    assert door.account_of(door.registered()) != first


def test_the_last_owner_is_told_what_to_do_first(door: Door) -> None:
    world = door.world
    owner = person(world, "Owner", FARM.party_uri, Role.OWNER)
    worker = person(world, "Worker", FARM.party_uri, Role.SUPPLIER)
    actor = actor_of(world, owner)
    with writing(world.log.engine) as db:
        now = world.clock.now
        assert refusal(RefusedError, deactivating.deactivate, db, owner, now).code == "last_owner"
        assert refusal(RefusedError, deactivating.close_organisation, db, actor, now).code == "members_left"
        deactivating.deactivate(db, worker, now)
        deactivating.close_organisation(db, actor, now)
        deactivating.deactivate(db, owner, now)

    with world.read() as db:
        assert db.execute(select(Membership.id).where(Membership.until.is_(None))).first() is None


def test_drafts_and_notices_of_hers_go_too(door: Door) -> None:
    account = door.account_of(door.registered())
    tables = every_table().tables
    with writing(door.world.log.engine) as db:
        draft = {"account": account, "form": "x", "party": "", "fields": {}, "saved_at": door.world.clock.now}
        columns = tables["draft"].columns.keys()
        db.execute(insert(tables["draft"]), {name: value for name, value in draft.items() if name in columns} | {
            name: "x" for name in columns if name not in draft and not tables["draft"].c[name].nullable
        })  # fmt: skip
        deactivating.deactivate(db, account, door.world.clock.now)

    with door.world.read() as db:
        assert db.execute(select(tables["draft"])).first() is None
