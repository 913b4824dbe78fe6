"""What arrives late is judged with what stands: applications, crops, products, conversions. On both databases."""

from __future__ import annotations

from lotproof.lots.acts import release
from lotproof.lots.drafting import Author
from support.captured import codes, harvest, planting, spraying, taken
from support.world import (
    CASES,
    CYCLE,
    FARM,
    SPRAY,
    World,
    check_ledger,
    lot,
)


def packing(cases: int) -> dict[str, object]:
    """90 kg of X1 go into so many cases."""
    return {
        "type": "TransformationEvent", "eventTime": "2026-05-02T09:00:00+08:00", "eventTimeZoneOffset": "+08:00",
        "bizStep": "creating_class_instance",
        "inputQuantityList": [{"epcClass": lot("X1").uri, "quantity": 90, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": lot("C1", CASES).uri, "quantity": cases, "uom": "XCS"}],
    }  # fmt: skip


def test_a_late_harvest_finds_what_was_dated_before_it_and_closes_what_was_missing(world: World) -> None:
    cooling = harvest(eventTime="2026-04-30T09:00:00+08:00", action="OBSERVE", bizStep="storing")
    assert codes(taken(world, cooling)) == ["unknown_origin"]

    found = taken(world, harvest())

    assert codes(found) == ["chronology"]
    assert world.findings(lot("X1")) == ["chronology"]
    assert codes(taken(world, harvest(kg=5, eventTime="2026-04-29T09:00:00+08:00"))) == []
    assert world.findings(lot("X1")) == []
    check_ledger(world)


def test_a_late_application_finds_the_harvest_that_was_too_early(world: World) -> None:
    plant = {"type": "TransformationEvent", "eventTime": "2026-03-01T09:00:00+08:00", "eventTimeZoneOffset": "+08:00",
             "transformationID": CYCLE, "bizStep": "https://lotproof.org/ns/step/planting", "lotproof:crop": "apple",
             "inputQuantityList": [{"epcClass": lot("S1", CASES).uri, "quantity": 1, "uom": "KGM"}]}  # fmt: skip
    spray = plant | {"eventTime": "2026-04-20T09:00:00+08:00", "lotproof:registration": "PD20260001",
                     "bizStep": "https://lotproof.org/ns/step/applying_input"}  # fmt: skip
    taken(world, plant, harvest(**{"lotproof:cycle": CYCLE}))
    assert world.holds(lot("X1")) == []

    taken(world, spray)

    assert world.holds(lot("X1")) == ["harvest_too_early"]
    check_ledger(world)


def test_a_conversion_that_arrives_later_closes_its_gap(world: World) -> None:
    taken(world, harvest(), packing(5))
    assert world.findings(lot("C1", CASES)) == ["no_conversion"]

    body = {"gtin": CASES, "from_uom": "XCS", "to_uom": "KGM", "factor": "18"}
    world.master("conversion", f"{CASES}:XCS:KGM", body)

    assert world.findings(lot("C1", CASES)) == []
    check_ledger(world)


def test_a_conversion_that_shows_a_gain_opens_a_conflict(world: World) -> None:
    taken(world, harvest(), packing(6))

    body = {"gtin": CASES, "from_uom": "XCS", "to_uom": "KGM", "factor": "18"}
    world.master("conversion", f"{CASES}:XCS:KGM", body)

    assert world.findings(lot("C1", CASES)) == ["more_out_than_in"]
    assert world.holds(lot("C1", CASES)) == ["more_out_than_in"]
    check_ledger(world)


def test_a_harvest_that_a_document_dates_inside_the_interval_is_kept_and_held(world: World) -> None:
    found = taken(world, planting(), spraying(), harvest(**{"lotproof:cycle": CYCLE}))

    assert "harvest_too_early" in codes(found)
    assert world.holds(lot("X1")) == ["harvest_too_early"]
    check_ledger(world)


def test_an_application_without_a_known_crop_is_judged_when_the_planting_arrives(world: World) -> None:
    found = taken(world, spraying(), harvest(**{"lotproof:cycle": CYCLE}))
    assert "interval_not_recorded" in codes(found)
    assert world.holds(lot("X1")) == []

    taken(world, planting())

    assert world.holds(lot("X1")) == ["harvest_too_early"]
    check_ledger(world)


def test_an_application_of_an_unknown_product_is_judged_when_the_product_is_recorded(world: World) -> None:
    unknown = spraying(**{"lotproof:registration": "PD9"})
    found = taken(world, planting(), unknown, harvest(**{"lotproof:cycle": CYCLE}))
    assert "interval_not_recorded" in codes(found)
    assert world.holds(lot("X1")) == []

    world.master("input_product", "PD9", {"names": {"en": "Late"}, "intervals": {"apple": 30}})

    assert world.holds(lot("X1")) == ["harvest_too_early"]
    check_ledger(world)


def test_a_longer_interval_speaks_against_what_was_judged_already_and_a_shorter_one_for_it(
    world: World,
) -> None:
    taken(world, planting(), spraying(), harvest(**{"lotproof:cycle": CYCLE}))
    world.master("input_product", SPRAY, {"names": {"en": "Spray"}, "intervals": {"apple": 1}})
    assert world.findings(lot("X1")).count("harvest_too_early") == 0
    assert world.holds(lot("X1")) == ["harvest_too_early"]  # somebody was told: two people look first
    release(
        world.log, Author(FARM.party_uri, approvals=("A", "B")), [lot("X1")], "judged by the right interval"
    )

    world.master("input_product", SPRAY, {"names": {"en": "Spray"}, "intervals": {"apple": 45}})

    assert world.findings(lot("X1")).count("harvest_too_early") == 1
    assert world.holds(lot("X1")) == ["harvest_too_early"]
    check_ledger(world)


def test_a_product_that_is_no_longer_recorded_for_the_crop_holds_what_was_picked_after_it(
    world: World,
) -> None:
    world.master("input_product", SPRAY, {"names": {"en": "Spray"}, "intervals": {"apple": 1}})
    taken(world, planting(), spraying(), harvest(**{"lotproof:cycle": CYCLE}))
    assert world.holds(lot("X1")) == []

    world.master("input_product", SPRAY, {"names": {"en": "Spray"}, "intervals": {"rice": 1}})
    assert world.holds(lot("X1")) == ["input_not_allowed"]

    world.master("input_product", SPRAY, {"names": {"en": "Spray"}, "intervals": {"rice": 1, "apple": 1}})
    assert "input_not_allowed" not in world.findings(lot("X1"))
    check_ledger(world)


def test_another_crop_of_a_growing_cycle_judges_its_applications_again(world: World) -> None:
    world.master("cycle", CYCLE, {"crop": "rice"})
    taken(world, spraying(), harvest(**{"lotproof:cycle": CYCLE}))
    assert world.holds(lot("X1")) == ["input_not_allowed"]

    world.master("cycle", CYCLE, {"crop": "apple"})

    assert world.findings(lot("X1")).count("input_not_allowed") == 0
    assert world.holds(lot("X1")) == ["harvest_too_early", "input_not_allowed"]
    check_ledger(world)


def test_what_was_picked_after_a_forbidden_product_is_held(world: World) -> None:
    taken(world, planting("rice"), spraying(), harvest(**{"lotproof:cycle": CYCLE}))

    assert world.holds(lot("X1")) == ["input_not_allowed"]
    check_ledger(world)
