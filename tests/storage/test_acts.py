"""Own acts: what is recorded, what is refused and why. On both databases; every test ends in `check_ledger`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.kernel.identifiers import Gln
from lotproof.lots import trace
from lotproof.lots.acts import correct, hold, record_all, release
from lotproof.lots.containers import contents
from lotproof.lots.drafting import Author
from lotproof.lots.may import may
from lotproof.lots.models import EventRow
from lotproof.lots.native import Fact
from lotproof.lots.recall import drill, recall
from support.world import (
    APPLES,
    CASES,
    CYCLE,
    FARM,
    OPERATOR,
    ORCHARD,
    PACKER,
    PACKHOUSE,
    PALLET,
    SEEDS,
    SHOP,
    SPRAY,
    STORE,
    World,
    check_ledger,
    lot,
    portion,
)


def refused(world: World, kind: str, **fields: object) -> str:
    """Return the code with which an act is refused."""
    with pytest.raises(RefusedError) as caught:
        world.record(kind, **fields)  # type: ignore[arg-type]
    return caught.value.code


def packed(world: World, cases: str = "50", kg: str = "900") -> None:
    """Harvest 1000 kg as H1 and pack some of it as C1."""
    world.master(
        "conversion", f"{CASES}:XCS:KGM", {"gtin": CASES, "from_uom": "XCS", "to_uom": "KGM", "factor": "18"}
    )
    world.harvested()
    world.record("initial_packing", by=PACKER, place=PACKHOUSE, inputs=(portion(lot("H1"), kg),),
                 outputs=(portion(lot("C1", CASES), cases, "XCS"),))  # fmt: skip


def test_a_harvest_creates_its_lot_and_an_edge_from_its_cycle(world: World) -> None:
    apples = world.harvested(kg="1250.5")

    balance = world.balance(apples)
    assert (balance.created, balance.on_hand, balance.uom) == (Decimal("1250.5"), Decimal("1250.5"), "KGM")
    with world.read() as db:
        up = trace.trace_lot(db, apples.uri, "up")
    assert [(one.type, one.distance) for one in up.lots] == [("lot", 0), ("cycle", 1)]
    check_ledger(world)


def test_the_same_act_twice_is_one_entry(world: World) -> None:
    at = world.later(minutes=1)

    first = world.record("harvest", at=at, place=ORCHARD, portions=(portion(lot("H1"), "5"),), cycle=CYCLE)
    again = world.record("harvest", at=at, place=ORCHARD, portions=(portion(lot("H1"), "5"),), cycle=CYCLE)

    assert not first.entered.repeated
    assert again.entered.repeated
    assert again.entered.submission == first.entered.submission
    assert world.balance(lot("H1")).created == 5
    check_ledger(world)


def test_the_same_event_of_another_party_is_kept_and_counts_once(world: World) -> None:
    at = world.later(minutes=1)
    for party in (FARM, PACKER):
        world.record(
            "harvest", by=party, at=at, place=ORCHARD, portions=(portion(lot("H1"), "5"),), cycle=CYCLE
        )

    assert world.balance(lot("H1")).created == 5
    check_ledger(world)


def test_a_harvest_inside_the_interval_is_refused_until_the_very_day(world: World) -> None:
    world.record("planting", place=ORCHARD, cycle=CYCLE, crop="apple", inputs=())
    world.record("input_applied", place=ORCHARD, cycle=CYCLE, registration=SPRAY)  # 1 June, Shanghai

    world.clock.set(datetime(2026, 6, 21, 15, 59, tzinfo=UTC))  # 21 June 23:59 in the orchard
    assert refused(world, "harvest", at=world.clock.now, place=ORCHARD, portions=(portion(lot("H1"), "5"),),
                   cycle=CYCLE) == "harvest_too_early"  # fmt: skip
    world.clock.set(datetime(2026, 6, 21, 16, 0, tzinfo=UTC))  # midnight of 22 June there
    world.record(
        "harvest", at=world.clock.now, place=ORCHARD, portions=(portion(lot("H1"), "5"),), cycle=CYCLE
    )

    check_ledger(world)


def test_an_application_that_ends_later_moves_the_first_day(world: World) -> None:
    world.record("planting", place=ORCHARD, cycle=CYCLE, crop="apple", inputs=())
    ended = world.clock.now + timedelta(minutes=2)
    world.record("input_applied", place=ORCHARD, cycle=CYCLE, registration=SPRAY, ended_at=ended)

    with world.read() as db:
        assert trace.require_lot(db, CYCLE).earliest_harvest == date(2026, 6, 22)
    check_ledger(world)


def test_a_product_that_is_not_registered_for_the_crop_is_refused(world: World) -> None:
    world.record("planting", place=ORCHARD, cycle=CYCLE, crop="rice", inputs=())

    assert (
        refused(world, "input_applied", place=ORCHARD, cycle=CYCLE, registration=SPRAY) == "input_not_allowed"
    )
    check_ledger(world)


def test_more_than_there_is_cannot_be_packed(world: World) -> None:
    world.harvested(kg="100")

    code = refused(world, "initial_packing", place=PACKHOUSE, inputs=(portion(lot("H1"), "100.001"),),
                   outputs=(portion(lot("C1", CASES), "5", "XCS"),))  # fmt: skip

    assert code == "more_taken_than_exists"
    assert world.balance(lot("H1")).consumed == 0
    with world.read() as db, pytest.raises(NotFoundError):
        trace.require_lot(db, lot("C1", CASES).uri)
    check_ledger(world)


def test_the_sum_of_two_portions_of_one_lot_counts(world: World) -> None:
    world.harvested(kg="100")
    two = (portion(lot("H1"), "60"), portion(lot("H1"), "60"))

    assert refused(world, "retail_sale", place=STORE, portions=two) == "more_taken_than_exists"
    check_ledger(world)


def test_more_cannot_come_out_than_went_in(world: World) -> None:
    world.harvested(kg="100")

    code = refused(world, "processing", place=PACKHOUSE, inputs=(portion(lot("H1"), "50"),),
                   outputs=(portion(lot("J1", CASES), "50.5"),))  # fmt: skip

    assert code == "more_out_than_in"
    check_ledger(world)


def test_a_declared_tolerance_allows_a_gain_and_asks_about_a_loss(world: World) -> None:
    world.master("tolerance", "processing", {"percent": "2"})
    world.harvested(kg="200")
    world.record("processing", place=PACKHOUSE, inputs=(portion(lot("H1"), "50"),),
                 outputs=(portion(lot("J1", CASES), "50.5"),))  # fmt: skip
    world.record("processing", place=PACKHOUSE, inputs=(portion(lot("H1"), "50"),),
                 outputs=(portion(lot("J2", CASES), "40"),))  # fmt: skip

    assert "yield_out_of_tolerance" not in world.findings(lot("J1", CASES))
    assert "yield_out_of_tolerance" in world.findings(lot("J2", CASES))
    assert world.holds(lot("J2", CASES)) == []
    check_ledger(world)


def test_kilograms_become_cases_by_the_declared_conversion(world: World) -> None:
    packed(world)

    assert world.balance(lot("H1")).on_hand == 100
    assert world.balance(lot("C1", CASES)).on_hand == 50
    assert "no_conversion" not in world.findings(lot("C1", CASES))
    check_ledger(world)


def test_a_lot_cannot_come_from_itself(world: World) -> None:
    world.harvested("A")
    world.record(
        "processing", place=PACKHOUSE, inputs=(portion(lot("A"), "10"),), outputs=(portion(lot("B"), "10"),)
    )

    code = refused(world, "processing", place=PACKHOUSE, inputs=(portion(lot("B"), "5"),),
                   outputs=(portion(lot("A"), "5"),))  # fmt: skip

    assert code == "cycle"
    check_ledger(world)


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


def test_what_is_in_a_container_moves_with_it_only_while_it_is_inside(world: World) -> None:
    apples = world.harvested(kg="100")
    other = world.harvested("H2", kg="100")
    world.record("aggregate", place=PACKHOUSE, container=PALLET, portions=(portion(apples, "40"),))
    inside = world.later(minutes=1)
    world.record("shipping", place=PACKHOUSE, to_place=STORE, container=PALLET)
    world.record(
        "receiving", place=STORE, from_place=PACKHOUSE, container=PALLET, portions=(portion(apples, "40"),)
    )
    world.record("disaggregate", place=STORE, container=PALLET)
    world.record("aggregate", place=PACKHOUSE, container=PALLET, portions=(portion(other, "10"),))

    assert world.balance(apples).shipped == 40
    assert world.balance(apples).on_hand == 100
    with world.read() as db:
        assert [one.uri for one in contents(db, [PALLET.uri], inside)] == [apples.uri]
        assert [one.uri for one in contents(db, [PALLET.uri], world.clock.now)] == [other.uri]
    check_ledger(world)


def test_more_than_there_is_cannot_be_packed_on_pallets(world: World) -> None:
    apples = world.harvested(kg="100")
    world.record("aggregate", place=PACKHOUSE, container=PALLET, portions=(portion(apples, "60"),))

    code = refused(world, "aggregate", place=PACKHOUSE, container=PALLET, portions=(portion(apples, "60"),))

    assert code == "container_conflict"
    check_ledger(world)


def test_returned_goods_are_in_quarantine_until_a_release(world: World) -> None:
    apples = world.harvested(kg="10")
    world.record("retail_sale", place=STORE, portions=(portion(apples, "10"),))
    world.record("return", place=STORE, portions=(portion(apples, "4"),), reason="soft")

    assert world.balance(apples).on_hand == 4
    sale = {"place": STORE, "portions": (portion(apples, "1"),)}
    assert refused(world, "retail_sale", **sale) == "more_taken_than_exists"
    release(world.log, Author(FARM.party_uri, approvals=("A", "B")), [apples], "looked at")
    world.record("retail_sale", **sale)
    check_ledger(world)


def test_a_count_adjusts_to_what_was_counted(world: World) -> None:
    apples = world.harvested(kg="100")
    world.record("count", place=STORE, portions=(portion(apples, "97.5"),), reason="count")

    assert world.balance(apples).adjusted == Decimal("2.5")
    assert world.balance(apples).on_hand == Decimal("97.5")
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


def test_facts_recorded_together_are_all_recorded_or_none(world: World) -> None:
    def harvest(code: str, kg: str) -> Fact:
        at = world.later(minutes=1)
        return Fact("harvest", at, place=ORCHARD, portions=(portion(lot(code), kg),), cycle=CYCLE)

    author = Author(FARM.party_uri)
    rows = [("row 2", author, harvest("A", "1")), ("row 3", author, harvest("B", "1"))]
    sale = Fact("retail_sale", world.later(minutes=9), place=STORE, portions=(portion(lot("B"), "99"),))
    rows.append(("row 4", author, sale))

    with pytest.raises(RefusedError) as caught:
        record_all(world.log, rows)

    assert [(p.where, p.code) for p in caught.value.problems] == [("row 4", "more_taken_than_exists")]
    with world.read() as db, pytest.raises(NotFoundError):
        trace.require_lot(db, lot("A").uri)
    check_ledger(world)


def test_what_has_not_happened_yet_cannot_be_recorded(world: World) -> None:
    ahead = world.clock.now + timedelta(minutes=6)

    code = refused(world, "harvest", at=ahead, place=ORCHARD, portions=(portion(lot("H"), "1"),), cycle=CYCLE)

    assert code == "future_event"
    check_ledger(world)


def test_a_party_without_a_key_records_nothing(world: World) -> None:
    stranger = Gln("9520000000042")
    with pytest.raises(NotFoundError) as caught:
        world.record("harvest", by=stranger, place=ORCHARD, portions=(portion(lot("H"), "1"),), cycle=CYCLE)

    assert caught.value.code == "no_signing_key"
    check_ledger(world)


def test_seed_lots_stand_in_the_history_of_the_harvest(world: World) -> None:
    seeds = lot("S1", SEEDS)
    world.record("receiving", place=ORCHARD, portions=(portion(seeds, "20"),))
    world.record("planting", place=ORCHARD, cycle=CYCLE, crop="apple", inputs=(portion(seeds, "15"),))
    world.harvested()

    with world.read() as db:
        up = trace.trace_lot(db, lot("H1").uri, "up")
    assert [one.uri for one in up.lots] == [lot("H1").uri, CYCLE, seeds.uri]
    assert world.balance(seeds).on_hand == 5
    check_ledger(world)


def test_a_harvest_that_states_a_day_inside_the_interval_is_refused_however_late_it_is_recorded(
    world: World,
) -> None:
    world.record("planting", place=ORCHARD, cycle=CYCLE, crop="apple", inputs=())
    world.record("input_applied", place=ORCHARD, cycle=CYCLE, registration=SPRAY)  # first day: 22 June
    at = world.later(days=30)

    code = refused(world, "harvest", at=at, place=ORCHARD, portions=(portion(lot("H1"), "5"),), cycle=CYCLE,
                   harvested_on=date(2026, 6, 10))  # fmt: skip

    assert code == "harvest_too_early"
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


def test_a_return_in_another_unit_comes_back_when_the_conversion_is_recorded(world: World) -> None:
    cases = lot("C1", CASES)
    world.record("receiving", place=STORE, portions=(portion(cases, "90"),))
    world.record("retail_sale", place=STORE, portions=(portion(cases, "90"),))
    world.record("return", place=STORE, portions=(portion(cases, "2", "XCS"),), reason="soft")

    world.master(
        "conversion", f"{CASES}:XCS:KGM", {"gtin": CASES, "from_uom": "XCS", "to_uom": "KGM", "factor": "18"}
    )

    assert (world.balance(cases).sold, world.balance(cases).on_hand) == (Decimal(54), Decimal(36))
    assert (
        refused(world, "retail_sale", place=STORE, portions=(portion(cases, "1"),))
        == "more_taken_than_exists"
    )
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
