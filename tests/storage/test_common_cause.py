"""Common causes on a ledger: lots, crops, sprays, crates and places that several bad lots share."""

from __future__ import annotations

import pytest

from lotproof.kernel.errors import InvalidInputError, NotFoundError
from lotproof.kernel.identifiers import LotId
from lotproof.lots.acts import correct
from lotproof.lots.causes import Cause
from lotproof.lots.common_cause import Common, common_causes
from lotproof.lots.drafting import Author
from support.statements import counted
from support.world import (
    CASES,
    CYCLE,
    FARM,
    ORCHARD,
    PACKER,
    PACKHOUSE,
    PALLET,
    SPRAY,
    STORE,
    World,
    lot,
    portion,
)


def pack(world: World, source: LotId, code: str, kg: str = "100") -> LotId:
    cases = lot(code, CASES)
    world.record(
        "processing", PACKER, place=PACKHOUSE, inputs=(portion(source, kg),), outputs=(portion(cases, kg),)
    )
    return cases


def ask(world: World, *lots: LotId, at_least: int | None = None) -> Common:
    with world.read() as db:
        return common_causes(db, lots, at_least)


def one(found: Common, uri: str) -> Cause:
    [cause] = [cause for cause in found.causes if cause.uri == uri]
    return cause


def test_two_bad_lots_of_one_harvest_lead_to_it_first_and_then_to_its_crop(world: World) -> None:
    apples = world.harvested()
    first, second = pack(world, apples, "C1"), pack(world, apples, "C2")

    found = ask(world, first, second)

    assert [(cause.type, cause.uri) for cause in found.causes[:3]] == [
        ("lot", apples.uri),
        ("place", PACKHOUSE.place_uri),
        ("cycle", CYCLE),
    ]
    assert found.causes[0].distance == {first.uri: 1, second.uri: 1}
    assert found.causes[0].place == ORCHARD.place_uri
    assert found.lots == (first.uri, second.uri)


def test_a_spray_before_the_harvest_is_a_cause_and_one_after_it_is_not(world: World) -> None:
    world.record("planting", place=ORCHARD, cycle=CYCLE, crop="apple")
    world.record("input_applied", place=ORCHARD, cycle=CYCLE, registration=SPRAY)
    world.later(days=30)
    apples = world.harvested()
    world.record("input_applied", place=ORCHARD, cycle=CYCLE, registration="PD-LATE")

    found = ask(world, pack(world, apples, "C1"), pack(world, apples, "C2"))

    [spray] = [cause for cause in found.causes if cause.type == "input"]
    assert spray.uri.endswith(f"/input/{SPRAY}")
    assert set(spray.distance.values()) == {3}
    assert spray.product == {"en": "Spray"}


def test_a_crate_that_carried_what_both_came_from_is_a_cause(world: World) -> None:
    first, second = world.harvested("H1"), world.harvested("H2")
    for apples in (first, second):
        world.record("aggregate", container=PALLET, portions=(portion(apples, "100"),), place=ORCHARD)
        world.record("disaggregate", container=PALLET, portions=(portion(apples, "100"),), place=ORCHARD)

    found = ask(world, pack(world, first, "C1"), pack(world, second, "C2"))

    assert set(one(found, PALLET.uri).distance.values()) == {2}
    assert one(found, CYCLE).type == "cycle"
    assert not [cause for cause in found.causes if cause.type == "lot"]


def test_what_explains_only_some_is_told_where_that_is_asked_for(world: World) -> None:
    shared, alone = world.harvested("H1"), lot("ALONE")
    world.record("creation", place=STORE, portions=(portion(alone, "10"),))
    bad = [pack(world, shared, "C1"), pack(world, shared, "C2"), alone]

    all_of_them, some = ask(world, *bad), ask(world, *bad, at_least=2)

    assert (all_of_them.causes, all_of_them.most) == ((), 2)
    assert some.causes[0].uri == shared.uri
    assert some.causes[0].explains == (bad[0].uri, bad[1].uri)


def test_what_was_corrected_no_longer_counts(world: World) -> None:
    first, second = world.harvested("H1"), world.harvested("H2")
    pack(world, first, "C1")
    wrong = world.record(
        "processing",
        PACKER,
        place=PACKHOUSE,
        inputs=(portion(first, "5"),),
        outputs=(portion(lot("C2", CASES), "5"),),
    )
    assert wrong.index is not None
    correct(world.log, Author(PACKER.party_uri), wrong.index, "did_not_occur")
    pack(world, second, "C2")

    found = ask(world, lot("C1", CASES), lot("C2", CASES))

    assert not [cause for cause in found.causes if cause.type == "lot"]


def test_one_bad_lot_that_went_into_the_other_is_their_cause(world: World) -> None:
    apples = world.harvested()
    cases = pack(world, apples, "C1")

    found = ask(world, apples, cases)

    assert found.causes[0].uri == apples.uri
    assert found.causes[0].distance == {apples.uri: 0, cases.uri: 1}


def test_the_statements_do_not_grow_with_the_past(world: World) -> None:
    apples = world.harvested()
    few, many = [pack(world, apples, "A1"), pack(world, apples, "A2")], []
    for number in range(8):
        many.append(pack(world, world.harvested(f"M{number}"), f"B{number}"))
    with counted(world.log.engine) as first:
        ask(world, *few)
    with counted(world.log.engine) as second:
        ask(world, *many)

    assert len(first) == len(second) <= 12


def test_questions_without_an_answer_are_refused(world: World) -> None:
    apples = world.harvested()
    with pytest.raises(InvalidInputError, match="too_few_lots"):
        ask(world, apples, apples)
    with pytest.raises(InvalidInputError, match="invalid_min"):
        ask(world, apples, pack(world, apples, "C1"), at_least=3)
    with pytest.raises(NotFoundError, match="unknown_lot"):
        ask(world, apples, lot("NEVER"))


def test_the_farm_is_named_as_a_place(world: World) -> None:
    first, second = world.harvested("H1"), world.harvested("H2")

    found = ask(world, first, second)

    assert one(found, ORCHARD.place_uri).product == {"en": "Orchard"}
    assert FARM.party_uri not in [cause.uri for cause in found.causes]
