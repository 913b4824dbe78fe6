"""Deadlines are told of once before and once after, to those who have to act and to their lead."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from lotproof.kernel.errors import ForbiddenError, InvalidInputError
from lotproof.notices import deadlines
from lotproof.notices.leads import end_lead, leads, name_lead
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from support.notices import leaving, notices_of
from support.people import actor_of, person
from support.world import OPERATOR, World

CASE = ("application", "7")


def opened(world: World, about: tuple[str, str] = CASE, **remind: float) -> datetime:
    due = world.clock.now + timedelta(days=2)
    with writing(world.log.engine) as db:
        remind_at = world.clock.now + timedelta(**remind) if remind else None
        deadlines.open(db, "review", about, Role.REVIEWER, None, due, name="Farm", remind_at=remind_at)
    return due


def crew(world: World) -> tuple[int, int]:
    """An operator and a reviewer."""
    return (
        person(world, "Olga", OPERATOR.party_uri, Role.OPERATOR),
        person(world, "Rui", OPERATOR.party_uri, Role.REVIEWER),
    )


def test_a_deadline_that_passed_is_told_once_however_often_one_looks(world: World) -> None:
    olga, rui = crew(world)
    due = opened(world)

    assert deadlines.escalate(world.log.engine, due - timedelta(seconds=1)) == 0
    assert deadlines.escalate(world.log.engine, due) == 1
    assert deadlines.escalate(world.log.engine, due) == 0
    assert deadlines.escalate(world.log.engine, due + timedelta(days=40)) == 0

    assert notices_of(world, olga) == ["deadline_escalated"]
    assert notices_of(world, rui) == ["deadline_passed"]


def test_looks_that_were_missed_are_made_up_for(world: World) -> None:
    olga, _ = crew(world)
    due = [opened(world, ("application", str(n))) for n in range(3)]

    assert deadlines.escalate(world.log.engine, max(due) + timedelta(days=365)) == 3
    assert notices_of(world, olga) == ["deadline_escalated"] * 3


def test_several_processes_that_look_at_once_tell_it_once(world: World) -> None:
    olga, rui = crew(world)
    due = max(opened(world, ("application", str(n))) for n in range(30))

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: deadlines.escalate(world.log.engine, due), range(4)))

    assert sum(counts) == 30
    assert (len(notices_of(world, olga)), len(notices_of(world, rui))) == (30, 30)
    assert len(leaving(world)) == 60


def test_what_was_done_in_time_is_told_to_nobody(world: World) -> None:
    olga, _ = crew(world)
    due = opened(world)
    with writing(world.log.engine) as db:
        deadlines.close(db, "review", CASE, world.clock.now)

    assert deadlines.escalate(world.log.engine, due + timedelta(days=1)) == 0
    assert notices_of(world, olga) == []


def test_a_deadline_that_is_moved_is_told_anew(world: World) -> None:
    olga, _ = crew(world)
    assert deadlines.escalate(world.log.engine, opened(world)) == 1
    world.later(days=5)
    due = opened(world)

    assert deadlines.escalate(world.log.engine, due - timedelta(hours=1)) == 0
    assert deadlines.escalate(world.log.engine, due) == 1
    assert notices_of(world, olga) == ["deadline_escalated"] * 2


def test_a_reminder_comes_once_and_not_after_the_deadline(world: World) -> None:
    _, rui = crew(world)
    due = opened(world, days=1)
    late = opened(world, ("application", "8"), days=1)

    assert deadlines.remind(world.log.engine, world.clock.now) == 0
    with writing(world.log.engine) as db:
        deadlines.close(db, "review", ("application", "8"), world.clock.now)
    assert deadlines.remind(world.log.engine, due - timedelta(days=1)) == 1
    assert deadlines.remind(world.log.engine, due - timedelta(hours=1)) == 0
    assert deadlines.remind(world.log.engine, late) == 0
    assert notices_of(world, rui) == ["deadline_near"]


def test_a_named_lead_hears_instead_of_the_operators(world: World) -> None:
    olga, rui = crew(world)
    operator = actor_of(world, olga)
    with writing(world.log.engine) as db:
        name_lead(db, operator, "reviewer", "", "Rui@Example.org ", world.clock.now)
    with world.read() as db:
        assert [(one.role, one.party, one.account) for one in leads(db)] == [("reviewer", "", rui)]

    deadlines.escalate(world.log.engine, opened(world))

    assert notices_of(world, rui) == ["deadline_escalated"]
    assert notices_of(world, olga) == []
    with writing(world.log.engine) as db:
        end_lead(db, operator, "reviewer", "", world.clock.now)
    with world.read() as db:
        assert leads(db) == []


def test_only_operators_name_leads_and_only_people_who_are_there(world: World) -> None:
    operator, reviewer = (actor_of(world, one) for one in crew(world))

    with writing(world.log.engine) as db, pytest.raises(ForbiddenError):
        name_lead(db, reviewer, "reviewer", "", "rui@example.org", world.clock.now)
    with writing(world.log.engine) as db, pytest.raises(InvalidInputError):
        name_lead(db, operator, "reviewer", "", "nobody@example.org", world.clock.now)


def test_a_kind_without_words_cannot_be_opened(world: World) -> None:
    with writing(world.log.engine) as db, pytest.raises(ValueError, match="no words"):
        deadlines.open(db, "nap", CASE, Role.REVIEWER, None, world.clock.now, name="x")
