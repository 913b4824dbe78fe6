"""Holds and recalls by own acts: what they reach, and what ends them. Every test ends in `check_ledger`."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lotproof.kernel.errors import RefusedError
from lotproof.lots import trace
from lotproof.lots.acts import correct, hold, release
from lotproof.lots.drafting import Author
from lotproof.lots.may import may
from lotproof.lots.recall import drill, recall
from support.own_acts import packed, refused
from support.world import (
    APPLES,
    CASES,
    FARM,
    OPERATOR,
    ORCHARD,
    PACKER,
    PACKHOUSE,
    SHOP,
    STORE,
    World,
    check_ledger,
    lot,
    portion,
)


def test_a_held_lot_does_not_move_until_two_people_release_it(world: World) -> None:
    apples = world.harvested()
    hold(world.log, Author(FARM.party_uri), [apples], "smells odd")
    world.later(minutes=1)

    ship = {"place": ORCHARD, "to_place": PACKHOUSE, "portions": (portion(apples, "10"),)}
    assert refused(world, "shipping", **ship) == "held_lot_moved"
    for people in ([], ["Li Na"], ["Li Na", " li  na".replace("  ", " ")]):
        with pytest.raises(RefusedError) as caught:
            release(world.log, Author(FARM.party_uri, approvals=tuple(people)), [apples], "it was the crate")
        assert caught.value.code == "two_people_needed"
    release(world.log, Author(FARM.party_uri, approvals=("Li Na", "Wang Wei")), [apples], "it was the crate")
    world.record("shipping", **ship)

    assert world.holds(apples) == []
    check_ledger(world)


def test_a_lot_on_hold_does_not_move_whatever_time_the_act_states(world: World) -> None:
    apples = world.harvested()
    before = world.later(minutes=1)
    world.later(minutes=1)
    hold(world.log, Author(FARM.party_uri), [apples], "smells odd")

    ship = {"at": before, "place": ORCHARD, "portions": (portion(apples, "10"),)}
    assert refused(world, "shipping", **ship) == "held_lot_moved"
    world.later(seconds=-30)  # the clock is set back: the hold begins later than now
    assert refused(world, "shipping", **{**ship, "at": world.clock.now}) == "held_lot_moved"
    assert world.balance(apples).shipped == 0
    check_ledger(world)


def test_may_answers_for_now_and_for_the_time_of_a_hold_that_was_released(world: World) -> None:
    apples = world.harvested()
    before = world.later(minutes=1)
    world.later(minutes=1)
    hold(world.log, Author(FARM.party_uri), [apples], "x")

    with world.read() as db:
        assert may(db, FARM.party_uri, "ship", apples.uri, world.clock.now).answer == "refused"
        assert may(db, FARM.party_uri, "ship", apples.uri, before).answer == "refused"
        assert may(db, FARM.party_uri, "create_lot", None, before).answer == "not_recorded"
        with pytest.raises(ValueError, match="no such action"):
            may(db, FARM.party_uri, "fly", None, before)

    held_at = world.clock.now
    world.later(minutes=1)
    release(world.log, Author(FARM.party_uri, approvals=("A", "B")), [apples], "fine")
    with world.read() as db:
        assert may(db, FARM.party_uri, "ship", apples.uri, held_at).answer == "refused"
        for free in (before, world.later(minutes=1)):
            answer = may(db, FARM.party_uri, "ship", apples.uri, free)
            assert (answer.answer, answer.code) == ("not_recorded", "inspection_not_recorded")
    check_ledger(world)


def test_a_failed_inspection_holds_the_lot(world: World) -> None:
    apples = world.harvested()
    world.record("inspection", place=ORCHARD, lots=(apples,), verdict="fail")

    assert world.holds(apples) == ["inspection_failed"]
    check_ledger(world)


def test_a_reading_outside_the_band_of_the_product_holds_the_lot(world: World) -> None:
    world.master("product", APPLES, {"names": {"en": "Apples"}, "uom": "KGM",
                                     "temperature_band": {"min": "-0.5", "max": "4"}})  # fmt: skip
    apples = world.harvested()
    world.record("storage", place=STORE, lots=(apples,), temperature=Decimal("3.9"))
    assert world.holds(apples) == []
    world.record(
        "sensor", place=STORE, lots=(apples,), temperature=Decimal("2"), temperature_max=Decimal("4.1")
    )

    assert world.holds(apples) == ["temperature_excursion"]
    check_ledger(world)


def test_a_recall_reaches_everything_below_and_says_where_it_is(world: World) -> None:
    packed(world)
    world.record(
        "sale",
        by=PACKER,
        place=PACKHOUSE,
        portions=(portion(lot("C1", CASES), "10", "XCS"),),
        buyer=SHOP,
        references={"po": "7"},
    )
    rehearsed = drill(world.log, [lot("H1")])
    assert world.holds(lot("C1", CASES)) == []

    found = recall(world.log, Author(OPERATOR.party_uri), [lot("H1")], "residue found")

    assert [one.lot for one in found.affected] == [lot("H1").uri, lot("C1", CASES).uri]
    assert found.affected == rehearsed.affected
    assert [(one.to, one.amount, one.how) for one in found.receivers] == [
        (SHOP.party_uri, Decimal(10), "sold")
    ]
    assert world.holds(lot("C1", CASES)) == ["recall"]
    with world.read() as db:
        assert trace.state_of(trace.require_lot(db, lot("C1", CASES).uri)) == "recalled"
    check_ledger(world)


def test_a_release_ends_a_recall_only_where_it_says_so(world: World) -> None:
    apples = world.harvested()
    recall(world.log, Author(OPERATOR.party_uri), [apples], "x")
    two = Author(OPERATOR.party_uri, approvals=("A", "B"))

    world.later(minutes=1)
    release(world.log, two, [apples], "not this")
    assert world.holds(apples) == ["recall"]
    world.later(minutes=1)
    release(world.log, two, [apples], "this", ends_recall=True)
    assert world.holds(apples) == []
    check_ledger(world)


def test_a_recall_follows_edges_of_events_that_were_corrected(world: World) -> None:
    packed(world)
    with world.read() as db:
        index = trace.trace_lot(db, lot("H1").uri, "down").edges[0].event
    assert index is not None
    correct(world.log, Author(PACKER.party_uri), index, "did_not_occur")

    found = drill(world.log, [lot("H1")])

    assert {(one.lot, one.only_by_voided) for one in found.affected} == {
        (lot("H1").uri, False),
        (lot("C1", CASES).uri, True),
    }
    check_ledger(world)
