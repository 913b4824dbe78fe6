"""Jobs of time come to the same, missed, repeated or twice at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from lotproof.ledger.log import Log
from lotproof.notices import deadlines
from lotproof.notices.actions import choose, read_all
from lotproof.notices.delivery import Channel
from lotproof.notices.digests import newest_turn
from lotproof.notices.holidays import enter, read_csv
from lotproof.notices.models import Notice, Outgoing, Preference
from lotproof.notices.outbox import send_due
from lotproof.notices.telling import tell
from lotproof.people.models import Account
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from lotproof.ticks import JOBS, Done, tick
from support.notices import URL, Hand, leaving, notices_of, told
from support.people import actor_of, person
from support.world import FARM, OPERATOR, World

CHINA = ZoneInfo("Asia/Shanghai")


def counts(done: list[Done]) -> dict[str, int]:
    assert not any(one.fault for one in done)
    return {one.job: one.count for one in done if one.count}


def daily(world: World, name: str = "Ann", zone: str = "Asia/Shanghai") -> int:
    """Somebody who wants to hear of members once a day."""
    account = person(world, name, FARM.party_uri, Role.SUPPLIER)
    with writing(world.log.engine) as db:
        choose(db, account, {("members", "mail"): "daily"})
        db.execute(update(Account).where(Account.id == account).values(zone=zone))
    return account


def changed(world: World, account: int, once: str) -> None:
    with writing(world.log.engine) as db:
        tell(
            db,
            [account],
            "roles_changed",
            "account",
            "1",
            {"organisation": f"Farm {once}"},
            world.clock.now,
            once,
        )


def test_a_tick_does_what_is_due_and_the_next_one_finds_nothing_left(world: World) -> None:
    person(world, "Olga", OPERATOR.party_uri, Role.OPERATOR)
    ann = daily(world)
    changed(world, ann, "1")
    due = world.clock.now + timedelta(days=1)
    with writing(world.log.engine) as db:
        deadlines.open(db, "review", ("application", "1"), Role.REVIEWER, None, due, name="Farm")

    assert counts(tick(world.log, world.clock.now)) == {}
    assert counts(tick(world.log, due)) == {"escalations": 1, "digests": 1}
    assert counts(tick(world.log, due)) == {}
    assert counts(tick(world.log, due + timedelta(days=3))) == {}


def test_ticks_at_once_come_to_the_same_as_one(world: World) -> None:
    olga = person(world, "Olga", OPERATOR.party_uri, Role.OPERATOR)
    people = [daily(world, f"P{n}") for n in range(6)]
    for account in people:
        changed(world, account, "1")
    due = world.clock.now + timedelta(days=1)
    with writing(world.log.engine) as db:
        for n in range(10):
            deadlines.open(db, "review", ("application", str(n)), Role.REVIEWER, None, due, name="Farm")

    with ThreadPoolExecutor(4) as pool:
        all_done = list(pool.map(lambda _: tick(world.log, due), range(4)))

    assert sum(counts(done).get("escalations", 0) for done in all_done) == 10
    assert sum(counts(done).get("digests", 0) for done in all_done) == 6
    assert notices_of(world, olga) == ["deadline_escalated"] * 10
    assert len(leaving(world)) == 16


def test_a_job_that_fails_is_told_and_the_others_are_done(world: World) -> None:
    def broken(_log: Log, _at: datetime) -> int:
        raise OSError("disk full")

    done = tick(world.log, world.clock.now, [("broken", broken), *JOBS])

    assert (done[0].fault, len(done)) == ("OSError", len(JOBS) + 1)
    assert not any(one.fault for one in done[1:])


@pytest.mark.parametrize(
    ("at", "zone", "turn"),
    [
        ("2026-06-02T07:00+08:00", "Asia/Shanghai", "2026-06-02T07:00+08:00"),
        ("2026-06-02T06:59+08:00", "Asia/Shanghai", "2026-06-01T07:00+08:00"),
        ("2026-06-02T06:00+00:00", "Europe/Berlin", "2026-06-02T07:00+02:00"),
        ("2026-03-29T06:00+02:00", "Europe/Berlin", "2026-03-28T07:00+01:00"),
    ],
)
def test_the_mail_of_the_day_has_its_turn_at_seven_in_the_readers_zone(at: str, zone: str, turn: str) -> None:
    assert newest_turn(datetime.fromisoformat(at), ZoneInfo(zone)) == datetime.fromisoformat(turn)


def test_a_digest_has_what_came_before_seven_and_was_not_read(world: World) -> None:
    ann = daily(world)
    world.clock.set(datetime(2026, 6, 1, 10, tzinfo=CHINA).astimezone(UTC))
    changed(world, ann, "read")
    with writing(world.log.engine) as db:
        read_all(db, ann, world.clock.now)
    changed(world, ann, "one")
    world.later(hours=2)
    changed(world, ann, "two")
    told(world, ann)  # a hold is urgent, and by lots nothing was chosen: at once
    world.clock.set(datetime(2026, 6, 2, 8, tzinfo=CHINA).astimezone(UTC))
    changed(world, ann, "after")

    assert counts(tick(world.log, world.clock.now)) == {"digests": 1}
    hand = Hand()
    send_due(world.log.engine, {Channel.MAIL: hand}, world.clock, URL)

    urgent, digest = hand.taken
    assert urgent.title == "Lot A1 is held"
    assert digest.title == "Notices of the day: 2"
    assert "Farm one" in digest.text
    assert "Farm two" in digest.text
    assert "Farm read" not in digest.text
    assert "Farm after" not in digest.text
    assert leaving(world)[-1].detail == {}


def test_days_that_were_missed_come_in_one_digest(world: World) -> None:
    ann = daily(world)
    for n in range(60):
        changed(world, ann, str(n))
        world.later(hours=6)

    assert counts(tick(world.log, world.clock.now)) == {"digests": 1}
    (row,) = leaving(world)
    assert row.detail["count"] >= 57
    assert len(row.detail["notices"]) == 50


def test_operators_are_asked_in_december_for_holidays_that_are_missing(world: World) -> None:
    olga = person(world, "Olga", OPERATOR.party_uri, Role.OPERATOR)
    november, december = (datetime(2026, month, 1, 8, tzinfo=UTC) for month in (11, 12))

    assert counts(tick(world.log, november)) == {}
    assert counts(tick(world.log, december)) == {"holidays": 1}
    assert counts(tick(world.log, december + timedelta(days=20))) == {}
    assert notices_of(world, olga) == ["holidays_missing"]

    operator = actor_of(world, olga)
    with writing(world.log.engine) as db:
        enter(db, operator, read_csv("day,name,is_working\n2028-01-01,元旦,休\n"), world.clock.now)
    assert counts(tick(world.log, datetime(2027, 12, 5, tzinfo=UTC))).get("holidays") is None


def test_what_has_left_is_forgotten_after_a_month_and_notices_after_a_year(world: World) -> None:
    told(world, person(world, "Ann", FARM.party_uri, Role.SUPPLIER))
    send_due(world.log.engine, {Channel.MAIL: Hand()}, world.clock, URL)

    assert counts(tick(world.log, world.clock.now + timedelta(days=30))) == {}
    assert counts(tick(world.log, world.clock.now + timedelta(days=31))) == {"tidying": 1}
    assert counts(tick(world.log, world.clock.now + timedelta(days=401))) == {"tidying": 1}


def test_nothing_is_left_of_what_an_erased_account_was_told(world: World) -> None:
    ann, bo = (person(world, name, FARM.party_uri, Role.SUPPLIER) for name in ("Ann", "Bo"))
    told(world, ann, bo)
    with writing(world.log.engine) as db:
        choose(db, ann, {("lots", "mail"): "never"})
        gone = {"deactivated_at": world.clock.now, "mail": None, "phone": None}
        db.execute(update(Account).where(Account.id == ann).values(**gone))

    assert counts(tick(world.log, world.clock.now)) == {"erased": 1}
    with world.read() as db:
        for table in (Notice, Outgoing, Preference):
            assert ann not in set(db.execute(select(table.account)).scalars())
    assert notices_of(world, bo) == ["lot_held"]
