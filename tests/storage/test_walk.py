"""What a walk costs does not grow with the ledger, also where somebody let SQLite gather statistics."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from lotproof.lots import trace, trace_rows
from lotproof.lots.acts import correct
from lotproof.lots.drafting import Author
from lotproof.lots.models import Lot, LotEdge
from lotproof.lots.walk import walk
from support.world import CASES, FARM, PACKHOUSE, World, check_ledger, lot, make_world, portion

only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def world(migrated_engine: Engine, tmp_path: Path) -> World:
    return make_world(migrated_engine, tmp_path)


def chain(world: World, count: int) -> None:
    """Apples that were packed, and packed again, so many times."""
    world.harvested("H1", "1000")
    before = lot("H1")
    for number in range(count):
        after = lot(f"C{number}", CASES)
        world.record(
            "processing", place=PACKHOUSE, inputs=(portion(before, "10"),), outputs=(portion(after, "10"),)
        )
        before = after


def plan(world: World, statement: object) -> str:
    """What SQLite makes of a statement, read by a connection that knows the statistics."""
    world.log.engine.dispose()
    sql = statement.compile(dialect=world.log.engine.dialect)  # type: ignore[attr-defined]
    with world.log.engine.connect() as db:
        driver = db.connection.dbapi_connection
        assert driver is not None
        values = [1] * str(sql).count("?")
        return "\n".join(row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}", values))  # type: ignore[attr-defined]


@only_sqlite
def test_statistics_lead_to_no_filter_over_all_edges(world: World) -> None:
    chain(world, 20)
    with world.log.engine.connect().execution_options(lotproof_write=True) as db, db.begin():
        db.execute(text("ANALYZE"))

    start = select(Lot.id.label("id")).where(Lot.id == 1)
    closed = start.cte("closed", recursive=True)
    filtered = select(LotEdge.src).join(closed, LotEdge.dst == closed.c.id).where(LotEdge.voided.is_(False))
    assert "BLOOM" in plan(world, select(closed.union(filtered).c.id)), "else this test shows nothing"
    for direction in ("up", "down"):
        assert "BLOOM" not in plan(world, select(walk(start, direction).c.id))
        for statements in (trace_rows._EDGES, trace_rows._LOTS):
            assert "BLOOM" not in plan(world, statements[direction, False])


def test_a_walk_ends_at_what_was_corrected_unless_it_is_asked_to_go_on(world: World) -> None:
    chain(world, 3)
    with world.read() as db:
        middle = trace.trace_lot(db, lot("C1", CASES).uri, "up").edges[-1].event
    assert middle is not None
    world.later(minutes=1)
    correct(world.log, Author(FARM.party_uri), middle, "did_not_occur")

    with world.read() as db:
        stands = trace.trace_lot(db, lot("C2", CASES).uri, "up")
        all_of_it = trace.trace_lot(db, lot("C2", CASES).uri, "up", with_voided=True)

    assert [one.uri for one in stands.lots] == [lot("C2", CASES).uri, lot("C1", CASES).uri]
    assert not [edge for edge in stands.edges if edge.voided]
    assert len([one for one in all_of_it.lots if one.type == "lot"]) == 4
    assert [edge.dst for edge in all_of_it.edges if edge.voided] == [lot("C1", CASES).uri]
    check_ledger(world)
