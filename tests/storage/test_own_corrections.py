"""Own events that are corrected: what is taken back, what is held, and who may. Every test ends in `check_ledger`."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from lotproof.kernel.errors import RefusedError
from lotproof.lots import trace
from lotproof.lots.acts import correct, hold
from lotproof.lots.drafting import Author
from lotproof.lots.models import EventRow
from lotproof.lots.native import Fact
from support.own_acts import packed, refused
from support.world import (
    CASES,
    CYCLE,
    FARM,
    OPERATOR,
    ORCHARD,
    PACKER,
    PACKHOUSE,
    PALLET,
    SPRAY,
    STORE,
    World,
    check_ledger,
    lot,
    portion,
)


def test_what_two_people_correct_on_a_held_lot_keeps_the_time_at_which_it_happened(world: World) -> None:
    apples = world.harvested()
    shipped = world.record("shipping", place=ORCHARD, portions=(portion(apples, "100"),))
    at = world.clock.now
    world.later(minutes=1)
    hold(world.log, Author(FARM.party_uri), [apples], "smells odd")
    right = Fact("shipping", at, place=ORCHARD, portions=(portion(apples, "90"),))
    later = Fact("shipping", world.later(minutes=1), place=ORCHARD, portions=(portion(apples, "90"),))
    assert shipped.index is not None

    alone, both = Author(FARM.party_uri, approvals=("A",)), Author(FARM.party_uri, approvals=("A", "B"))
    for author, fact, code in (
        (alone, right, "correction_not_applied"),
        (both, later, "held_lot_moved"),
    ):
        with pytest.raises(RefusedError) as caught:
            correct(world.log, author, shipped.index, "incorrect_data", fact)
        assert caught.value.code == code
    correct(world.log, both, shipped.index, "incorrect_data", right)

    assert world.balance(apples).shipped == 90
    check_ledger(world)


def test_a_correction_voids_what_it_corrects_and_the_right_fact_takes_its_place(world: World) -> None:
    at = world.later(minutes=1)
    wrong = world.record("harvest", at=at, place=ORCHARD, portions=(portion(lot("H1"), "1000"),), cycle=CYCLE)
    assert wrong.index is not None

    right = Fact("harvest", at, place=ORCHARD, portions=(portion(lot("H1"), "100"),), cycle=CYCLE)
    world.later(minutes=1)
    correct(world.log, Author(FARM.party_uri), wrong.index, "incorrect_data", right)

    assert world.balance(lot("H1")).created == 100
    check_ledger(world)


def test_a_correction_holds_what_came_of_the_corrected_lot(world: World) -> None:
    packed(world)
    with world.read() as db:
        index = trace.trace_lot(db, lot("H1").uri, "up").edges[0].event
    assert index is not None

    world.later(minutes=1)
    correct(world.log, Author(FARM.party_uri), index, "did_not_occur")

    assert "more_taken_than_exists" not in world.findings(lot("C1", CASES))
    assert world.holds(lot("C1", CASES)) == ["corrected_upstream"]
    assert "unknown_origin" in world.findings(lot("H1"))
    check_ledger(world)


def test_somebody_elses_event_is_corrected_by_the_operator_with_two_people_only(world: World) -> None:
    made = world.record("harvest", place=ORCHARD, portions=(portion(lot("H1"), "5"),), cycle=CYCLE)
    assert made.index is not None

    for author in (Author(PACKER.party_uri), Author(OPERATOR.party_uri, approvals=("A",))):
        with pytest.raises(RefusedError):
            correct(world.log, author, made.index, "did_not_occur")
    correct(world.log, Author(OPERATOR.party_uri, approvals=("A", "B")), made.index, "did_not_occur")

    assert world.balance(lot("H1")).created == 0
    check_ledger(world)


def test_a_corrected_planting_takes_its_crop_back(world: World) -> None:
    wrong = world.record("planting", place=ORCHARD, cycle=CYCLE, crop="rice", inputs=())
    assert wrong.index is not None
    right = Fact("planting", world.later(minutes=1), place=ORCHARD, cycle=CYCLE, crop="apple")

    correct(world.log, Author(FARM.party_uri), wrong.index, "incorrect_data", right)
    world.record("input_applied", place=ORCHARD, cycle=CYCLE, registration=SPRAY)

    with world.read() as db:
        assert trace.require_lot(db, CYCLE).crop == "apple"
    check_ledger(world)


def test_a_corrected_return_leaves_nothing_in_quarantine(world: World) -> None:
    apples = world.harvested(kg="10")
    world.record("retail_sale", place=STORE, portions=(portion(apples, "4"),))
    wrong = world.record("return", place=STORE, portions=(portion(apples, "4"),), reason="soft")
    assert wrong.index is not None

    correct(world.log, Author(FARM.party_uri), wrong.index, "did_not_occur")
    world.record("retail_sale", place=STORE, portions=(portion(apples, "6"),))

    assert world.balance(apples).on_hand == 0
    check_ledger(world)


def test_a_corrected_destruction_puts_returned_goods_back_into_quarantine(world: World) -> None:
    apples = world.harvested(kg="10")
    world.record("retail_sale", place=STORE, portions=(portion(apples, "10"),))
    world.record("return", place=STORE, portions=(portion(apples, "4"),), reason="soft")
    wrong = world.record(
        "destruction", place=STORE, portions=(portion(apples, "4"),), reason="soft", witness="W"
    )
    assert wrong.index is not None

    correct(world.log, Author(FARM.party_uri), wrong.index, "did_not_occur")

    assert (
        refused(world, "retail_sale", place=STORE, portions=(portion(apples, "1"),))
        == "more_taken_than_exists"
    )
    check_ledger(world)


def test_a_shipping_of_a_container_is_taken_back_though_its_packing_was_corrected_before(
    world: World,
) -> None:
    apples = world.harvested(kg="100")
    packing = world.record("aggregate", place=PACKHOUSE, container=PALLET, portions=(portion(apples, "40"),))
    shipping = world.record("shipping", place=PACKHOUSE, to_place=STORE, container=PALLET)
    assert packing.index is not None
    assert shipping.index is not None
    world.later(minutes=1)

    correct(world.log, Author(FARM.party_uri), packing.index, "did_not_occur")
    correct(world.log, Author(FARM.party_uri), shipping.index, "did_not_occur")

    assert world.balance(apples).shipped == 0
    check_ledger(world)


def test_of_two_equal_events_the_operator_corrects_the_one_that_was_named(world: World) -> None:
    at = world.later(minutes=1)
    fact: dict[str, Any] = {
        "at": at,
        "place": ORCHARD,
        "portions": (portion(lot("H1"), "5"),),
        "cycle": CYCLE,
    }
    world.record("harvest", by=FARM, **fact)
    named = world.record("harvest", by=PACKER, **fact)
    assert named.index is not None

    correct(world.log, Author(OPERATOR.party_uri, approvals=("A", "B")), named.index, "did_not_occur")

    with world.read() as db:
        voided = db.execute(select(EventRow.party).where(EventRow.voided_by.is_not(None))).scalars().all()
    assert voided == [PACKER.party_uri]
    assert world.balance(lot("H1")).created == 5
    check_ledger(world)


def test_a_corrected_application_no_longer_speaks_against_the_harvest(world: World) -> None:
    world.record("planting", place=ORCHARD, cycle=CYCLE, crop="apple", inputs=())
    sprayed_at = world.later(minutes=1)
    apples = world.harvested()
    spray = world.record("input_applied", at=sprayed_at, place=ORCHARD, cycle=CYCLE, registration=SPRAY)
    assert world.findings(apples).count("harvest_too_early") == 1
    assert spray.index is not None

    correct(world.log, Author(FARM.party_uri), spray.index, "did_not_occur")

    assert "harvest_too_early" not in world.findings(apples)
    assert world.holds(apples) == ["harvest_too_early"]
    check_ledger(world)
