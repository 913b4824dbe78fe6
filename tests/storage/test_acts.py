"""Own acts: what is recorded, what is refused and why. On both databases; every test ends in `check_ledger`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.kernel.identifiers import Gln
from lotproof.lots import trace
from lotproof.lots.acts import record_all, release
from lotproof.lots.containers import contents
from lotproof.lots.drafting import Author
from lotproof.lots.native import Fact
from support.own_acts import packed, refused
from support.world import (
    CASES,
    CYCLE,
    FARM,
    ORCHARD,
    PACKER,
    PACKHOUSE,
    PALLET,
    SEEDS,
    SPRAY,
    STORE,
    World,
    check_ledger,
    lot,
    portion,
)


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
