"""People are told in the transaction of the act, each of them once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from lotproof.kernel.errors import InvalidInputError, NotFoundError
from lotproof.notices.actions import choose, read, read_all
from lotproof.notices.codes import send_code
from lotproof.notices.queries import get, listed, unread, wishes
from lotproof.notices.recipients import people_with
from lotproof.notices.telling import tell
from lotproof.people.models import Account, Membership
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from support.notices import HELD, leaving, notices_of, told
from support.people import person
from support.statements import counted
from support.world import FARM, PACKER, World


def test_who_is_told_has_a_notice_and_a_mail_waits(world: World) -> None:
    ann = person(world, "Ann", FARM.party_uri, Role.SUPPLIER, language="zh_Hans")

    assert told(world, ann) == 1

    with world.read() as db:
        (notice,), count = listed(db, ann, first=0, most=10)
    (mail,) = leaving(world)
    assert (notice.kind, notice.detail, count) == ("lot_held", HELD, 1)
    assert (mail.notice, mail.account, mail.channel, mail.language) == (notice.id, ann, "mail", "zh_Hans")
    assert (mail.state, mail.address, mail.detail) == ("waiting", None, {})


def test_nothing_is_told_of_an_act_that_failed(world: World) -> None:
    ann = person(world, "Ann", FARM.party_uri, Role.SUPPLIER)

    with pytest.raises(ZeroDivisionError), world.log.unit_of_work() as uow:
        tell(uow.db, [ann], "lot_held", "lot", "A1", HELD, uow.now, "1")
        raise ZeroDivisionError

    assert notices_of(world, ann) == []
    assert leaving(world) == []


def test_the_same_word_tells_nobody_twice(world: World) -> None:
    ann, bo = (person(world, name, FARM.party_uri, Role.SUPPLIER) for name in ("Ann", "Bo"))

    assert told(world, ann) == 1
    assert told(world, ann, bo, bo) == 1
    assert told(world, ann, once="2") == 1

    assert (notices_of(world, ann), notices_of(world, bo)) == (["lot_held"] * 2, ["lot_held"])
    assert len(leaving(world)) == 3


def test_two_who_tell_the_same_at_once_tell_it_once(world: World) -> None:
    people = [person(world, f"P{n}", FARM.party_uri, Role.SUPPLIER) for n in range(5)]

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda order: told(world, *order), [people, people[::-1]] * 4))

    assert sum(counts) == 5
    assert len(leaving(world)) == 5


def test_hundreds_are_told_by_few_statements(world: World) -> None:
    people = [person(world, f"P{n}", FARM.party_uri, Role.SUPPLIER) for n in range(40)]

    with counted(world.log.engine) as statements:
        assert told(world, *people) == 40

    assert len(statements) <= 5


def test_a_closed_account_is_told_nothing(world: World) -> None:
    ann = person(world, "Ann", FARM.party_uri, Role.SUPPLIER)
    with writing(world.log.engine) as db:
        db.execute(update(Account).values(deactivated_at=world.clock.now))

    assert told(world, ann) == 0


def test_a_notice_whose_words_would_have_an_empty_hole_is_refused(world: World) -> None:
    with writing(world.log.engine) as db, pytest.raises(ValueError, match="lacks reason"):
        tell(db, [], "lot_held", "lot", "A1", {"lot": "A1"}, world.clock.now, "1")


def test_reading_is_of_ones_own_notices_alone(world: World) -> None:
    ann, bo = (person(world, name, FARM.party_uri, Role.SUPPLIER) for name in ("Ann", "Bo"))
    for once in "123":
        told(world, ann, bo, once=once)
    with world.read() as db:
        (first, *_), _ = listed(db, ann, first=0, most=10)

    with writing(world.log.engine) as db:
        assert read(db, ann, first.id, world.clock.now).id == first.id
    with writing(world.log.engine) as db, pytest.raises(NotFoundError):
        read(db, bo, first.id, world.clock.now)
    with world.read() as db:
        assert (unread(db, ann), unread(db, bo)) == (2, 3)
        assert get(db, ann, first.id).read_at == world.clock.now
    with writing(world.log.engine) as db:
        assert read_all(db, ann, world.clock.now) == 2


def test_what_somebody_chose_is_kept_and_followed(world: World) -> None:
    ann = person(world, "Ann", FARM.party_uri, Role.SUPPLIER)
    with writing(world.log.engine) as db:
        choose(db, ann, {("lots", "mail"): "never"})

    told(world, ann)

    assert notices_of(world, ann) == ["lot_held"]
    assert leaving(world) == []
    with world.read() as db:
        assert wishes(db, ann) == {("lots", "mail"): "never"}


@pytest.mark.parametrize(
    "wrong", [("account", "mail", "never"), ("lots", "sms", "daily"), ("x", "mail", "never")]
)
def test_what_is_not_offered_cannot_be_chosen(world: World, wrong: tuple[str, str, str]) -> None:
    topic, channel, delivery = wrong
    with writing(world.log.engine) as db, pytest.raises(InvalidInputError) as refused:
        choose(db, 1, {(topic, channel): delivery})

    assert refused.value.problems[0].where == f"{topic}.{channel}"


def test_a_code_waits_before_everything_else_and_is_in_no_notice(world: World) -> None:
    with writing(world.log.engine) as db:
        send_code(db, "sms", "+8613800138000", "123456", "zh_Hans", world.clock.now)

    (code,) = leaving(world)
    assert (code.priority, code.notice, code.address) == (0, None, "+8613800138000")
    assert code.expires_at == world.clock.now + timedelta(minutes=10)


def test_people_are_found_by_role_and_organisation(world: World) -> None:
    ann = person(world, "Ann", FARM.party_uri, Role.OWNER, Role.SUPPLIER)
    bo = person(world, "Bo", PACKER.party_uri, Role.SELLER_STAFF)
    cai = person(world, "Cai", PACKER.party_uri, Role.SUPPLIER)
    dan = person(world, "Dan", PACKER.party_uri, Role.SUPPLIER)
    with writing(world.log.engine) as db:
        db.execute(update(Membership).where(Membership.account == dan).values(until=world.clock.now))

    with world.read() as db:
        assert people_with(db, None, [Role.SUPPLIER]) == [ann, cai]
        assert people_with(db, PACKER.party_uri, [Role.SUPPLIER, Role.SELLER_STAFF]) == [bo, cai]
        assert people_with(db, FARM.party_uri, [Role.CARRIER]) == []
        assert people_with(db, None, []) == []
