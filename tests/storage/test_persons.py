"""A natural person as a party: names and telephone lie beside the log, and everything else is as for a firm."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import Gln
from lotproof.ledger import tables as t
from lotproof.lots.telling import tell_story
from lotproof.parties.actions import register_party
from lotproof.parties.records import get_record
from support.world import World, check_ledger

FARMER = Gln("9520000000042")
BODY = {"names": {"en": "Mark Grower", "zh_Hans": "马可农"}, "phone": "+86 10 5550 1234", "person": True}


def leaves(world: World) -> bytes:
    """All that stands on the log."""
    with world.read() as db:
        return b"\n".join(db.execute(select(t.entry.c.leaf)).scalars())


def register(world: World, body: dict[str, object]) -> None:
    with world.log.unit_of_work() as uow:
        register_party(uow, world.log.operator, FARMER, body)


def test_the_names_of_a_person_are_not_on_the_log_and_can_be_read(world: World) -> None:
    register(world, BODY)

    log = leaves(world)
    assert not any(mark in log for mark in (b"Mark Grower", "马可农".encode(), b"5550 1234"))
    with world.read() as db:
        assert get_record(db, "party", FARMER.party_uri) == BODY
    check_ledger(world)


def test_a_persons_name_is_told_on_the_page_and_what_it_said_again_is_one_entry(world: World) -> None:
    register(world, BODY)
    apples = world.harvested()
    world.record("storage", by=FARMER, lots=(apples,))
    before = len(leaves(world))
    register(world, BODY)

    assert len(leaves(world)) == before
    with world.read() as db:
        story = tell_story(db, apples)
    assert story.journey[-1].recorded_by.names == BODY["names"]
    check_ledger(world)


def test_the_names_of_an_organisation_stand_on_the_log_and_its_telephone_does_not(world: World) -> None:
    register(world, {"names": {"en": "Grower Ltd"}, "phone": "+86 10 5550 1234"})

    records = [json.loads(line)["signed"] for line in leaves(world).splitlines()]
    mine = next(one for one in records if one["by"] == FARMER.party_uri and one["kind"] == "record")
    assert mine["record"]["body"] == {"names": {"en": "Grower Ltd"}}
    assert len(mine["_sd"]) == 1


@pytest.mark.parametrize(
    "wrong", [{"person": False}, {"person": "yes"}, {"phone": "call me"}, {"phone": ""}, {"phone": 12345}]
)
def test_what_is_no_person_or_no_telephone_is_refused(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        register(world, {**BODY, **wrong})

    assert [problem.where for problem in refused.value.problems] == list(wrong)
