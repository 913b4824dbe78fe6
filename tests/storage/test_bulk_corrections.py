"""Many events corrected at once: judged as if they had been right from the beginning, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select

from lotproof.kernel.errors import LotproofError, RefusedError
from lotproof.ledger import tables as t
from lotproof.lots.acts import hold
from lotproof.lots.bulk_corrections import Together, correct_together
from lotproof.lots.correctable import correctable_events
from lotproof.lots.correction_cases import Wish
from lotproof.lots.drafting import Author
from lotproof.lots.models import EventRow
from lotproof.lots.native import Fact
from lotproof.lots.recall import recall, require_all
from support.lived import lived_in
from support.random_life import Life
from support.world import (
    CASES,
    CYCLE,
    FARM,
    OPERATOR,
    PACKHOUSE,
    World,
    check_ledger,
    lot,
    make_world,
    portion,
)

FARMER = Author(FARM.party_uri)
TWO = Author(FARM.party_uri, approvals=("Li Na", "Wang Wei"))
Restate = Callable[[Fact], Fact]


@pytest.fixture
def world(migrated_engine: Engine, tmp_path: Path) -> World:
    return make_world(migrated_engine, tmp_path)


def as_it_is(fact: Fact) -> Fact:
    """Nothing is wrong."""
    return fact


def amount(**kg: str) -> Restate:
    """The same with these amounts in the field `portions`, `inputs` or `outputs`."""

    def restate(fact: Fact) -> Fact:
        changed = {
            name: (replace(getattr(fact, name)[0], amount=Decimal(text)),) for name, text in kg.items()
        }
        return replace(fact, **changed)

    return restate


def wrong(entry: int | None, restate: Restate | None = None, author: Author = FARMER) -> Wish:
    """One row: the event did not occur, or was as `restate` says."""
    assert entry is not None
    error = "incorrect_data" if restate else "did_not_occur"
    return Wish(f"row {entry}", entry, author, error, restate or as_it_is)


def put_right(world: World, *wishes: Wish, rehearse: bool = False) -> Together:
    """Correct a minute later."""
    world.later(minutes=1)
    return correct_together(world.log, lambda _: wishes, rehearse=rehearse)


def entries(world: World) -> int:
    with world.read() as db:
        return db.execute(select(func.count()).select_from(t.entry)).scalar_one()


def packed(world: World, kg: str, code: str = "C1") -> int | None:
    """Apples of H1 go into a lot of cases; its entry."""
    return world.record("processing", place=PACKHOUSE, inputs=(portion(lot("H1"), kg),),
                        outputs=(portion(lot(code, CASES), kg),)).index  # fmt: skip


def packed_twice_and_sold(world: World) -> tuple[int | None, int | None]:
    """300 of H1 go into one lot of cases by two events, and 250 of it are sold; the entries of the two."""
    world.harvested("H1", "1000")
    packings = packed(world, "100"), packed(world, "200")
    world.record(
        "sale",
        place=PACKHOUSE,
        portions=(portion(lot("C1", CASES), "250"),),
        buyer=FARM,
        references={"po": "1"},
    )
    return packings


def test_what_was_taken_from_lots_that_are_put_right_together_is_not_held_in_between(world: World) -> None:
    first, second = packed_twice_and_sold(world)

    done = put_right(
        world,
        wrong(first, amount(inputs="90", outputs="90")),
        wrong(second, amount(inputs="190", outputs="190")),
    )

    assert [one.outcome for one in done.corrected] == ["replaced", "replaced"]
    assert world.balance(lot("C1", CASES)).created == 280
    assert world.holds(lot("C1", CASES)) == []
    assert not [one for one in done.found if one.hold]
    check_ledger(world)


def test_what_contradicts_itself_after_all_of_them_is_held_once(world: World) -> None:
    first, second = packed_twice_and_sold(world)

    done = put_right(world, wrong(first, amount(outputs="10")), wrong(second, amount(outputs="20")))

    assert world.holds(lot("C1", CASES)) == ["more_taken_than_exists"]
    assert [(one.code, one.lot) for one in done.found if one.hold] == [
        ("more_taken_than_exists", lot("C1", CASES).uri)
    ]
    check_ledger(world)


def test_a_harvest_and_what_was_packed_of_it_are_put_right_whatever_the_order_of_the_rows(
    world: World,
) -> None:
    harvest = world.record(
        "harvest", place=PACKHOUSE, portions=(portion(lot("H1"), "10"),), cycle=CYCLE
    ).index
    packing = packed(world, "10")
    world.record("processing", place=PACKHOUSE, inputs=(portion(lot("C1", CASES), "4"),),
                 outputs=(portion(lot("D1", CASES), "4"),))  # fmt: skip

    put_right(
        world, wrong(packing, amount(inputs="900", outputs="900")), wrong(harvest, amount(portions="1000"))
    )

    assert (world.balance(lot("H1")).on_hand, world.balance(lot("C1", CASES)).on_hand) == (100, 896)
    assert world.holds(lot("C1", CASES)) == []
    assert world.holds(lot("D1", CASES)) == ["corrected_upstream"], "it came of what was told wrong"
    check_ledger(world)


def test_one_row_that_cannot_be_stops_all_and_every_such_row_is_told(world: World) -> None:
    harvest = world.record(
        "harvest", place=PACKHOUSE, portions=(portion(lot("H1"), "100"),), cycle=CYCLE
    ).index
    first, second = packed(world, "10"), packed(world, "20", "C2")
    size = entries(world)

    with pytest.raises(RefusedError) as caught:
        put_right(
            world,
            wrong(harvest),
            wrong(first, amount(inputs="1000")),
            wrong(second, amount(inputs="30", outputs="3000")),
        )

    assert caught.value.code == "rows_refused"
    assert {(one.where, one.code) for one in caught.value.problems} == {
        (f"row {first}", "more_taken_than_exists"),
        (f"row {second}", "more_taken_than_exists"),
        (f"row {second}", "more_out_than_in"),
    }
    assert entries(world) == size
    assert world.balance(lot("H1")).created == 100
    check_ledger(world)


def test_a_rehearsal_tells_the_same_and_changes_nothing(world: World) -> None:
    world.harvested("H1", "1000")
    packing = packed(world, "100")
    packed(world, "100", "C2")
    size = entries(world)

    rehearsed = put_right(world, wrong(packing), rehearse=True)
    assert entries(world) == size
    done = put_right(world, wrong(packing))

    assert [one.outcome for one in rehearsed.corrected] == [one.outcome for one in done.corrected]
    assert [one.code for one in rehearsed.found] == [one.code for one in done.found]
    assert entries(world) == size + 1
    check_ledger(world)


def test_the_same_again_is_answered_the_same_and_records_nothing(world: World) -> None:
    harvest = world.record(
        "harvest", place=PACKHOUSE, portions=(portion(lot("H1"), "10"),), cycle=CYCLE
    ).index
    loss = world.record("loss", place=PACKHOUSE, portions=(portion(lot("H1"), "1"),), reason="spoilt").index
    wishes = (wrong(harvest, amount(portions="11")), wrong(loss))
    done = put_right(world, *wishes)
    size = entries(world)

    again = put_right(world, *wishes)

    assert [one.outcome for one in again.corrected] == ["stood", "stood"]
    assert [(one.declared, one.recorded) for one in again.corrected] == [
        (one.declared, one.recorded) for one in done.corrected
    ]
    assert entries(world) == size
    with pytest.raises(RefusedError) as caught:
        put_right(world, wrong(harvest, amount(portions="12")))
    assert [one.code for one in caught.value.problems] == ["already_corrected"]
    check_ledger(world)


def test_an_event_that_stood_before_is_not_silently_lost(world: World) -> None:
    harvest = world.record(
        "harvest", place=PACKHOUSE, portions=(portion(lot("H1"), "10"),), cycle=CYCLE
    ).index
    [done] = put_right(world, wrong(harvest, amount(portions="11"))).corrected
    with world.read() as db:
        newer = db.execute(
            select(t.entry.c.entry_index).where(t.entry.c.submission == done.recorded)
        ).scalar_one()

    with pytest.raises(RefusedError) as caught:
        put_right(world, wrong(newer, amount(portions="10")))

    assert [one.code for one in caught.value.problems] == ["said_before"]
    assert world.balance(lot("H1")).created == 11
    check_ledger(world)


@pytest.mark.parametrize("why", ["hold", "recall"])
def test_lots_on_hold_and_recalled_lots_are_put_right_by_two_people_only(world: World, why: str) -> None:
    harvest = world.record(
        "harvest", place=PACKHOUSE, portions=(portion(lot("H1"), "100"),), cycle=CYCLE
    ).index
    packing = packed(world, "10")
    world.later(minutes=1)
    if why == "hold":
        hold(world.log, FARMER, [lot("H1"), lot("C1", CASES)], "smells odd")
    else:
        recall(world.log, FARMER, [lot("H1")], "residues")

    with pytest.raises(RefusedError) as caught:
        put_right(world, wrong(harvest, amount(portions="200")))
    assert [one.code for one in caught.value.problems] == ["correction_not_applied"]
    put_right(
        world,
        wrong(harvest, amount(portions="200"), TWO),
        wrong(packing, amount(inputs="20", outputs="20"), TWO),
    )

    assert world.balance(lot("H1")).on_hand == 180
    assert (
        world.holds(lot("H1")) == world.holds(lot("C1", CASES)) == ["manual" if why == "hold" else "recall"]
    )
    check_ledger(world)


def test_holds_recalls_and_releases_are_no_events_to_correct(world: World) -> None:
    apples = world.harvested("H1", "100")
    world.later(minutes=1)
    held = hold(world.log, FARMER, [apples], "smells odd").index

    with world.read() as db:
        offered = correctable_events(db, require_all(db, [apples]), world.log.around.blobs)
    with pytest.raises(RefusedError) as caught:
        put_right(world, wrong(held, author=TWO))

    assert [one.kind for one in offered] == ["harvest"]
    assert [one.code for one in caught.value.problems] == ["correction_not_applied"]
    assert world.holds(apples) == ["manual"]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_of_two_who_correct_one_event_at_once_one_is_told_that_it_was_done(world: World) -> None:
    harvest = world.record(
        "harvest", place=PACKHOUSE, portions=(portion(lot("H1"), "100"),), cycle=CYCLE
    ).index
    together = Barrier(2)

    def one(kg: str) -> str:
        together.wait(10)
        try:
            correct_together(world.log, lambda _: [wrong(harvest, amount(portions=kg))])
        except LotproofError as error:
            return error.problems[0].code
        return "done"

    world.later(minutes=1)
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, ["90", "80"])) == ["already_corrected", "done"]

    assert world.balance(lot("H1")).created in (80, 90)
    check_ledger(world)


@pytest.mark.parametrize("seed", range(2))
def test_after_any_life_what_is_derived_follows_from_the_entries(world: World, seed: int) -> None:
    lived_in(world)
    Life(world, seed).live(25)
    dice = Random(seed)  # noqa: S311 - dice of a test
    world.later(days=30)
    happened = 0
    for _ in range(4):
        with world.read() as db:
            rows = db.execute(
                select(t.entry.c.entry_index, EventRow.party)
                .join(EventRow, EventRow.submission == t.entry.c.submission)
                .where(EventRow.corrects.is_(None), EventRow.voided_by.is_(None))
            ).all()
        some = dice.sample(list(rows), 5)
        author = Author(OPERATOR.party_uri, approvals=("Ann", "Bo"))
        for size in (5, 2, 1):  # as many of them as may be
            wishes = [wrong(row.entry_index, dice.choice((None, half)), author) for row in some[:size]]
            if tried(world, wishes):
                happened += 1
                break

    assert happened
    check_ledger(world)


def half(fact: Fact) -> Fact:
    """Half of everything."""
    names = [name for name in ("portions", "inputs", "outputs") if getattr(fact, name)]
    return replace(fact, note="half", **{name: tuple(replace(one, amount=one.amount / 2)
                                                     for one in getattr(fact, name)) for name in names})  # fmt: skip


def tried(world: World, wishes: Sequence[Wish]) -> bool:
    """Whether they could be put right."""
    try:
        put_right(world, *wishes)
    except RefusedError:
        return False
    return True
