"""Searching the deeds. On both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lotproof.kernel.errors import ForbiddenError
from lotproof.people import audit
from lotproof.people.audit import Wanted
from lotproof.people.audit_state import verify_state
from lotproof.people.deeds import note
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from support.people import actor_of, person
from support.world import FARM, PACKER, World


@pytest.fixture
def busy(world: World) -> World:
    """Two people who did three things each, an hour apart."""
    for name, party in (("Li Hua", FARM.party_uri), ("Wang Wei", PACKER.party_uri)):
        actor = actor_of(world, person(world, name, party, Role.OWNER))
        with writing(world.log.engine) as db:
            for number, act in enumerate(("sign_in", "view_document", "approve_application")):
                note(db, actor, world.later(hours=1), act, "document", str(number), address="203.0.113.7")
    return world


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Wanted(), 6),
        (Wanted(person="hua"), 3),
        (Wanted(person="li.hua@example.org"), 3),
        (Wanted(person="1"), 3),
        (Wanted(person="100%"), 0),
        (Wanted(party=PACKER.party_uri), 3),
        (Wanted(act="view_document"), 2),
        (Wanted(object="document"), 6),
        (Wanted(object="2"), 2),
        (Wanted(person="hua", act="sign_in", object="0"), 1),
    ],
)
def test_deeds_are_found_by_person_organisation_act_and_object(
    busy: World, wanted: Wanted, count: int
) -> None:
    with busy.read() as db:
        assert len(audit.search(db, wanted, 100)) == count
        assert len(list(audit.every(db, wanted))) == count


def test_the_newest_come_first_and_times_narrow(busy: World) -> None:
    with busy.read() as db:
        found = audit.search(db, Wanted(since=busy.clock.now - timedelta(hours=1), until=busy.clock.now), 100)
        newest = audit.search(db, Wanted(), 1)

    assert [one.act for one in found] == ["view_document"]
    assert newest[0].at == busy.clock.now


def test_acts_to_choose_from_are_those_that_were_noted(busy: World) -> None:
    with busy.read() as db:
        assert audit.known_acts(db) == ["approve_application", "sign_in", "view_document"]


def test_looking_is_a_deed_and_only_an_auditor_may(busy: World) -> None:
    auditor = actor_of(busy, person(busy, "Aud", busy.log.operator, Role.AUDITOR))
    operator = actor_of(busy, person(busy, "Op", busy.log.operator, Role.OPERATOR))
    with writing(busy.log.engine) as db:
        audit.look(db, auditor, Wanted(person="hua"), busy.clock.now, "198.51.100.1")
        with pytest.raises(ForbiddenError):
            audit.look(db, operator, Wanted(), busy.clock.now, "")
        [found] = audit.search(db, Wanted(act="view_audit"), 10)

    assert (found.name, found.detail) == ("Aud", {"person": "hua"})


def test_the_state_of_the_log_is_verified_as_it_stands(busy: World) -> None:
    busy.harvested()
    with busy.read() as db:
        state = verify_state(db, busy.log)

    assert state.ok
    assert state.size > 5
    assert state.depth == "signatures"
    assert str(state.size) in state.checkpoint
