"""A lot's story: complete, honest about what is missing, and read in a fixed number of statements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from lotproof.kernel.errors import NotFoundError
from lotproof.ledger.heads import absent_as_of, state_heads
from lotproof.ledger.key_acts import bind_key, revoke_key, rotate_key
from lotproof.ledger.keys import known_keys
from lotproof.lots.acts import correct, hold
from lotproof.lots.bundles import make_bundle
from lotproof.lots.drafting import Author
from lotproof.lots.story import HeadsState
from lotproof.lots.telling import page_key, tell_story
from lotproof.proof import bundle
from support.own_key import new_key
from support.statements import counted
from support.world import (
    APPLES,
    CASES,
    CYCLE,
    FARM,
    ORCHARD,
    PACKHOUSE,
    PALLET,
    SPRAY,
    STORE,
    World,
    check_ledger,
    lot,
    portion,
)


def grown(world: World) -> None:
    """A lot with a spray behind it, a storage and a shipment on a pallet before it."""
    world.master("product", APPLES, {"names": {"en": "Apples", "zh_Hans": "苹果"}, "uom": "KGM"})
    world.record("planting", place=ORCHARD, cycle=CYCLE, crop="apple", inputs=())
    world.record("input_applied", place=ORCHARD, cycle=CYCLE, registration=SPRAY)
    world.later(days=30)
    world.harvested()
    world.record("storage", place=STORE, lots=(lot("H1"),), temperature=Decimal("1.5"))
    world.record("aggregate", place=STORE, container=PALLET, portions=(portion(lot("H1"), "40"),))
    world.record("shipping", place=STORE, to_place=PACKHOUSE, container=PALLET)


def test_a_story_holds_every_step_also_those_of_its_cycle_and_its_pallet(world: World) -> None:
    grown(world)

    with world.read() as db:
        story = tell_story(db, lot("H1"))

    kinds = [step.kind for step in story.journey]
    assert kinds == ["planting", "input_applied", "harvest", "storage", "aggregate", "shipping"]
    assert story.earliest_harvest == date(2026, 6, 22)
    assert story.product == {"en": "Apples", "zh_Hans": "苹果"}
    assert story.origin is not None
    assert story.origin.names == {"en": "Orchard"}
    assert dict(story.journey[3].details) == {"temperature": "1.5 CEL"}
    assert dict(story.journey[1].details)["active_substance"] == "example"
    assert story.journey[2].recorded_by.names == {"en": "Farm"}
    assert (story.journey[2].recorded_role, story.journey[2].custody) == ("author", "platform")
    check_ledger(world)


def test_a_story_says_of_each_step_who_keeps_its_key_and_that_it_was_revoked_since(world: World) -> None:
    world.harvested()
    with world.read() as db:
        (first,) = known_keys(db, FARM.party_uri)
    with world.log.unit_of_work() as uow:
        second = bind_key(uow, new_key("second"), FARM.party_uri, world.log.operator)
    world.record("storage", place=STORE, lots=(lot("H1"),))
    revoked_at = world.later(days=1)
    with world.log.unit_of_work() as uow:
        revoke_key(uow, first.did, world.log.operator, "stolen")
        rotate_key(uow, second, new_key("third"), world.log.operator)
    world.record("storage", place=STORE, lots=(lot("H1"),), temperature=Decimal("2"))

    with world.read() as db:
        steps = tell_story(db, lot("H1")).journey

    assert [(one.custody, one.key_ended_at, one.key_replaced) for one in steps] == [
        ("platform", revoked_at, False),
        ("platform", revoked_at, True),
        ("platform", None, False),
    ]
    check_ledger(world)


def test_a_story_says_what_nobody_recorded(world: World) -> None:
    world.record("receiving", place=STORE, portions=(portion(lot("X"), "5"),))

    with world.read() as db:
        story = tell_story(db, lot("X"))

    missing = {
        "product_name",
        "origin",
        "harvest_date",
        "treatments",
        "inspection",
        "temperature",
        "qualification",
    }
    assert missing <= set(story.not_recorded)
    assert [finding.code for finding in story.findings] == ["unknown_origin"]
    check_ledger(world)


def test_a_story_shows_a_correction_beside_what_it_corrects(world: World) -> None:
    made = world.record("harvest", place=ORCHARD, portions=(portion(lot("H1"), "5"),), cycle=CYCLE)
    assert made.index is not None
    world.later(minutes=1)
    correct(world.log, Author(FARM.party_uri), made.index, "did_not_occur")

    with world.read() as db:
        first, second = tell_story(db, lot("H1")).journey

    assert (first.voided, first.corrected_by) == (True, second.index)
    assert second.corrects == first.index
    check_ledger(world)


def test_nothing_is_told_of_a_lot_that_nobody_mentioned(world: World) -> None:
    with world.read() as db:
        for ask in (tell_story, make_bundle):
            with pytest.raises(NotFoundError) as caught:
                ask(db, lot("NO"))
            assert caught.value.code == "unknown_lot"
        with pytest.raises(NotFoundError):
            page_key(db, lot("NO"), world.clock.now)


def test_a_long_story_takes_no_more_statements_than_a_short_one(world: World) -> None:
    grown(world)
    with counted(world.log.engine) as short, world.read() as db:
        tell_story(db, lot("H1"))
    for _ in range(30):
        world.record("storage", place=STORE, lots=(lot("H1"),), temperature=Decimal("1.5"))
    world.record("initial_packing", place=PACKHOUSE, inputs=(portion(lot("H1"), "9"),),
                 outputs=(portion(lot("C1", CASES), "9"),))  # fmt: skip

    with counted(world.log.engine) as long, world.read() as db:
        story = tell_story(db, lot("H1"))

    assert len(story.journey) == 37
    assert len(long) <= len(short) + 1  # names of one more product
    assert len(long) <= 24
    with counted(world.log.engine) as key, world.read() as db:
        page_key(db, lot("H1"), world.clock.now)
    assert len(key) <= 2
    check_ledger(world)


def test_the_page_key_changes_with_every_fact_that_the_page_shows(world: World) -> None:
    world.harvested()
    seen = set()

    def look() -> None:
        with world.read() as db:
            seen.add(page_key(db, lot("H1"), world.clock.now)[:-1])

    look()
    world.record("storage", place=STORE, lots=(lot("H1"),))
    look()
    hold(world.log, Author(FARM.party_uri), [lot("H1")], "x")
    look()
    assert len(seen) == 3
    check_ledger(world)


def test_a_bundle_proves_the_lots_own_chain_and_what_its_pallet_did(world: World) -> None:
    grown(world)

    with world.read() as db:
        data = make_bundle(db, lot("H1"))
        story = tell_story(db, lot("H1"))
    report = bundle.check(data, world.log.verifier_key)

    assert (report.ok, report.pinned, report.subject) == (True, True, lot("H1").uri)
    proven = {index for index, _ in report.entries}
    assert {
        step.index for step in story.journey if step.kind in ("harvest", "aggregate", "shipping")
    } <= proven
    assert "not pinned" in bundle.check(data).says
    assert (
        not bundle.check(data.replace(b'"size"', b'"sise"'), world.log.verifier_key).ok
        or b'"size"' not in data
    )
    check_ledger(world)


def test_a_story_says_up_to_where_its_newest_entry_is_stated_and_what_nobody_mentioned_is_absent(
    world: World,
) -> None:
    world.harvested()
    with world.read() as db:
        assert tell_story(db, lot("H1")).proof.heads is None
        assert absent_as_of(db, world.log.around.heads, lot("NO").uri) is None
    stated, _ = state_heads(world.log)

    with world.read() as db:
        first = tell_story(db, lot("H1")).proof
        absent = absent_as_of(db, world.log.around.heads, lot("NO").uri)
        there = absent_as_of(db, world.log.around.heads, lot("H1").uri)
    world.record("storage", place=STORE, lots=(lot("H1"),))
    with world.read() as db:
        second = tell_story(db, lot("H1")).proof

    assert first.heads == second.heads == HeadsState(stated.index, stated.recorded_at, stated.heads.size)
    assert (first.newest_is_stated, second.newest_is_stated) == (True, False)
    assert (absent, there) == (stated, None)
    check_ledger(world)
