"""What was signed once comes again, elsewhere or without a part of it; and the clock is wrong. On both databases."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from lotproof.epcis.about import about
from lotproof.kernel.errors import RefusedError
from lotproof.kernel.instants import rfc3339
from lotproof.ledger import tables as t
from lotproof.lots.acts import correct
from lotproof.lots.capture import capture
from lotproof.lots.drafting import Author
from lotproof.lots.events import Query, find_events
from lotproof.lots.projections import verify_projections
from lotproof.lots.rebuild import rebuild
from lotproof.proof.canonical import jcs
from lotproof.storage.engine import writing
from support.log_builder import LogBuilder, event, located
from support.log_builder import lot as lot_uri
from support.one_act import log_size
from support.world import FARM, ORCHARD, World, check_ledger, lot, portion


def test_an_entry_of_another_log_is_found_where_it_was_put() -> None:
    here, there = LogBuilder().begin(), LogBuilder("elsewhere.example/log").begin()
    there.add_event(event(lot_uri("A1")))

    here.append(there.leaves[-1])

    assert located(here) == (4, "signature")


@pytest.mark.parametrize("part", ["errorDeclaration", "corrects"])
def test_a_correction_that_was_stripped_is_found_where_it_stands(part: str) -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot_uri("A1")))
    declared = event(lot_uri("A1"), errorDeclaration={"declarationTime": "2026-05-02T00:00:00Z"})
    log.add_event(declared, corrects=log.hash_of(4))
    stripped = json.loads(log.leaves[-1])
    (stripped["signed"]["event"] if part == "errorDeclaration" else stripped["signed"]).pop(part)
    other = LogBuilder().begin()
    other.add_event(event(lot_uri("A1")))

    other.append(jcs(stripped))

    assert located(other) == (5, "signature")
    assert about(declared) == about(event(lot_uri("A1")))  # so that the chain alone would not tell


def test_a_document_whose_correction_was_stripped_says_nothing_new(world: World) -> None:
    apples = world.harvested()
    done = world.record("shipping", place=ORCHARD, portions=(portion(apples, "10"),))
    assert done.index is not None
    correct(world.log, Author(FARM.party_uri), done.index, "did_not_occur")
    size = log_size(world.log)

    again = capture(world.log, FARM.party_uri, [(0, "$", event_of(world, done.index), [])], dict)

    assert (again.entries, again.repeated) == (0, 1)
    assert world.balance(apples).shipped == 0
    assert log_size(world.log) == size
    check_ledger(world)


def event_of(world: World, index: int) -> dict[str, Any]:
    """The event of an entry, as its party reads it."""
    with world.read() as db:
        found, _ = find_events(db, Query(reader=FARM.party_uri, after=index - 1, limit=1))
    return dict(found[0].event)


def times(world: World) -> list[Any]:
    """When the entries were recorded, in their order."""
    with world.read() as db:
        return list(db.execute(select(t.entry.c.record_time).order_by(t.entry.c.entry_index)).scalars())


def test_a_clock_set_back_a_day_stops_recorded_time_and_what_has_the_right_time_is_refused(
    world: World,
) -> None:
    apples = world.harvested()
    right = world.later(minutes=1)
    world.clock.advance(-timedelta(days=1))

    with pytest.raises(RefusedError) as caught:  # a till whose own clock is right
        world.record("shipping", at=right, place=ORCHARD, portions=(portion(apples, "1"),))
    world.master("device", "scale", {"names": {"en": "Scale"}})

    assert caught.value.code == "future_event"
    recorded = times(world)
    assert recorded == sorted(recorded)
    assert recorded[-1] == recorded[-2]
    world.clock.advance(timedelta(days=1))
    world.record("shipping", at=right, place=ORCHARD, portions=(portion(apples, "1"),))
    check_ledger(world)


def test_a_clock_that_was_a_day_ahead_leaves_recorded_time_there_until_the_day_has_come(world: World) -> None:
    world.clock.advance(timedelta(days=1))
    world.harvested("H1")
    ahead = times(world)[-1]
    world.clock.advance(-timedelta(days=1))

    world.harvested("H2")
    world.clock.advance(timedelta(days=2))
    world.harvested("H3")

    recorded = times(world)
    assert recorded == sorted(recorded)
    assert rfc3339(recorded[-2]) == rfc3339(ahead)
    assert recorded[-1] > ahead
    check_ledger(world)


def test_an_event_may_lie_five_minutes_ahead_and_no_more(world: World) -> None:
    apples = world.harvested()
    now = world.clock.now

    world.record("shipping", at=now + timedelta(minutes=5), place=ORCHARD, portions=(portion(apples, "1"),))
    with pytest.raises(RefusedError) as caught:
        late = now + timedelta(minutes=5, milliseconds=1)
        world.record("shipping", at=late, place=ORCHARD, portions=(portion(apples, "1"),))

    assert caught.value.code == "future_event"
    assert world.balance(lot("H1")).shipped == 1
    check_ledger(world)


def test_a_payload_that_is_numbered_twice_is_noticed_and_counted_once(world: World) -> None:
    """The log is right in itself: that two entries are one act only the rows that are made of them tell."""
    apples = world.harvested()
    done = world.record("shipping", place=ORCHARD, portions=(portion(apples, "10"),))
    with writing(world.log.engine) as db:
        again = entered_again(db, done.entered.submission)
    world.log.sequence([again])

    with writing(world.log.engine) as db:
        noticed = verify_projections(db, world.log.around.blobs)
        rebuild(db, world.log.around.blobs)

    assert [one.name for one in noticed.tables if one.differences] == ["event", "event_lot"]
    assert world.balance(apples).shipped == 10
    check_ledger(world)


def entered_again(db: Connection, submission: int) -> int:
    """Put a signed payload into the inbox a second time, as somebody with a database of their own can."""
    old = db.execute(select(t.submission).where(t.submission.c.id == submission)).one()
    leaf = json.loads(
        db.execute(select(t.entry.c.leaf).where(t.entry.c.submission == submission)).scalar_one()
    )
    made = insert(t.submission).values(identity=bytes(32), content=old.content).returning(t.submission.c.id)
    new = db.execute(made).scalar_one()
    db.execute(
        insert(t.inbox).values(
            submission=new, kind=leaf["kind"], nonce="0" * 32, about=leaf["signed"]["about"],
            parties=[leaf["signed"]["by"]], signed=jcs(leaf["signed"]), proof=jcs(leaf["proof"]),
        )
    )  # fmt: skip
    return int(new)
