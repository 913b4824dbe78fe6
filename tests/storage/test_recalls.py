"""Recalls of many lots: all or nothing, looked up again, worked through as lists, and ended by two people."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from lotproof.kernel.errors import LotproofError, NotFoundError, RefusedError
from lotproof.kernel.identifiers import LotId
from lotproof.ledger import tables as t
from lotproof.lots import recall as recall_module
from lotproof.lots.acts import hold
from lotproof.lots.drafting import Author
from lotproof.lots.models import EventRow
from lotproof.lots.recall import drill, recall
from lotproof.lots.recall_lists import LISTS, lines_of
from lotproof.lots.recalls import end_recall, list_recalls, require_recall, show_recall
from lotproof.storage.engine import in_batches
from support.statements import counted
from support.world import (
    CASES,
    CYCLE,
    OPERATOR,
    PACKER,
    PACKHOUSE,
    SHOP,
    STORE,
    World,
    check_ledger,
    lot,
    portion,
)

HERE = Author(OPERATOR.party_uri)
TWO = Author(OPERATOR.party_uri, approvals=("Li Na", "Wang Wei"))


def packed(world: World, count: int) -> list[LotId]:
    """One lot of apples in so many lots of cases, by events of at most 150 of them."""
    apples = world.harvested("H1", str(count))
    cases = [lot(f"C{number:05}", CASES) for number in range(count)]
    for some in in_batches(cases, 150):
        world.record(
            "processing", PACKER, place=PACKHOUSE, inputs=(portion(apples, str(len(some))),),
            outputs=tuple(portion(one, "1") for one in some),
        )  # fmt: skip
    return cases


def test_a_recall_of_many_lots_is_entries_of_200_with_one_uri(world: World) -> None:
    cases = packed(world, 450)
    ticks: list[int] = []

    found = recall(world.log, HERE, [lot("H1")], "residues", ticks.append)

    assert len(found.affected) == 451
    assert ticks == [200, 200, 51]
    with world.read() as db:
        [listed] = list_recalls(db)
        recalls = select(func.count()).select_from(EventRow).where(EventRow.kind == "recall")
        assert db.execute(recalls).scalar_one() == 3
    assert (listed.recall, listed.by, listed.lots, listed.still) == (
        found.recall,
        OPERATOR.party_uri,
        451,
        451,
    )
    assert len(listed.entries) == 3
    assert world.holds(cases[449]) == ["recall"]
    check_ledger(world)


def test_a_recall_that_fails_in_the_middle_holds_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = packed(world, 250)
    real, calls = recall_module.record_in, []

    def failing(*args: object) -> object:
        calls.append(args)
        if len(calls) == 2:
            raise LotproofError("broken", "the second entry cannot be written")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(recall_module, "record_in", failing)
    with world.read() as db:
        before = db.execute(select(func.count()).select_from(t.entry)).scalar_one()
    with pytest.raises(LotproofError, match="broken"):
        recall(world.log, HERE, [lot("H1")], "residues")

    assert world.holds(cases[0]) == []
    with world.read() as db:
        assert list_recalls(db) == []
        assert db.execute(select(func.count()).select_from(t.entry)).scalar_one() == before
    check_ledger(world)


def test_the_statements_of_a_drill_do_not_grow_with_its_lots(world: World) -> None:
    packed(world, 20)
    with counted(world.log.engine) as few:
        drill(world.log, [lot("H1")])
    packed_more = lot("H2")
    world.record("harvest", place=PACKHOUSE, portions=(portion(packed_more, "100"),), cycle=CYCLE)
    world.record("processing", PACKER, place=PACKHOUSE, inputs=(portion(packed_more, "100"),),
                 outputs=tuple(portion(lot(f"D{number}", CASES), "1") for number in range(100)))  # fmt: skip
    for number in range(10):
        world.record("sale", PACKER, place=PACKHOUSE, portions=(portion(lot(f"D{number}", CASES), "1"),), buyer=SHOP,
                     references={"po": str(number)})  # fmt: skip

    with counted(world.log.engine) as many:
        drill(world.log, [packed_more])

    assert len(many) == len(few) + 2  # who got some of it: their events, and what is hidden in them


def test_the_lists_say_of_each_lot_where_it_is(world: World) -> None:
    apples = world.harvested("H1", "100")
    kept, sold, moving, eaten, bare = (
        lot(code, CASES) for code in ("KEPT", "SOLD", "MOVING", "EATEN", "RETAIL")
    )
    world.record("processing", PACKER, place=PACKHOUSE, inputs=(portion(apples, "100"),),
                 outputs=tuple(portion(one, "20") for one in (kept, sold, moving, eaten, bare)))  # fmt: skip
    world.record(
        "sale", PACKER, place=PACKHOUSE, portions=(portion(sold, "20"),), buyer=SHOP, references={"po": "1"}
    )
    world.record("shipping", PACKER, place=PACKHOUSE, to_place=STORE, portions=(portion(moving, "20"),))
    world.record(
        "destruction", PACKER, place=PACKHOUSE, portions=(portion(eaten, "20"),), reason="rot", witness="w"
    )
    world.record("retail_sale", PACKER, portions=(portion(bare, "5"),))

    lines = lines_of(drill(world.log, [apples]))

    told = {(line.list, line.lot.rpartition("/")[2], line.amount, line.at) for line in lines}
    assert told == {
        ("gone", "H1", Decimal(0), "https://id.gs1.org/414/9520000001001"),
        ("on_hand", "KEPT", Decimal(20), PACKHOUSE.place_uri),
        ("sold", "SOLD", Decimal(20), SHOP.party_uri),
        ("in_transit", "MOVING", Decimal(20), STORE.place_uri),
        ("gone", "EATEN", Decimal(0), PACKHOUSE.place_uri),
        ("on_hand", "RETAIL", Decimal(15), PACKHOUSE.place_uri),
        ("not_recorded", "RETAIL", Decimal(5), None),
    }
    assert [line.list for line in lines] == sorted((line.list for line in lines), key=LISTS.index)


def test_a_recall_is_looked_up_again_with_the_state_of_today(world: World) -> None:
    cases = packed(world, 3)
    done = recall(world.log, HERE, [lot("H1")], "residues")
    assert done.recall
    world.record(
        "destruction", PACKER, place=PACKHOUSE, portions=(portion(cases[0], "1"),), reason="r", witness="w"
    )

    with world.read() as db:
        shown = show_recall(db, done.recall, None)

    assert (shown.recall.lots, shown.recall.still, shown.ended) == (4, 4, ())
    on_hand = {one.lot: one.on_hand for one in shown.reach.affected}
    assert on_hand[cases[0].uri] == 0
    assert on_hand[cases[1].uri] == 1


def test_two_people_end_a_recall_for_all_its_lots_and_nothing_else(world: World) -> None:
    cases = packed(world, 230)
    first = recall(world.log, HERE, [lot("H1")], "residues").recall
    second = recall(world.log, HERE, [cases[0]], "glass").recall
    hold(world.log, HERE, [cases[1]], "smells odd")
    assert first
    assert second

    with pytest.raises(RefusedError, match="two_people_needed"):
        end_recall(world.log, HERE, first, "tested")
    ended = end_recall(world.log, TWO, first, "tested")

    assert (ended.lots, ended.still) == (231, 0)
    assert world.holds(cases[0]) == ["recall"]
    assert world.holds(cases[1]) == ["manual"]
    assert world.holds(cases[229]) == []
    with world.read() as db:
        assert require_recall(db, second).still == 1
        assert len(show_recall(db, first, None).ended) == 231
    with pytest.raises(RefusedError, match="recall_has_ended"):
        end_recall(world.log, TWO, first, "tested")
    check_ledger(world)


def test_what_is_no_recall_is_said(world: World) -> None:
    with world.read() as db, pytest.raises(NotFoundError, match="unknown_recall"):
        require_recall(db, "urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8")
    with pytest.raises(NotFoundError, match="unknown_lot"):
        recall(world.log, HERE, [world.harvested(), lot("NEVER")], "x")
