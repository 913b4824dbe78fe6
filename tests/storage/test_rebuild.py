"""What is derived comes out of the entries again, row by row, also without what was hidden.

That every other test's rows do too is what `check_ledger` asks.
"""

from __future__ import annotations

from sqlalchemy import delete, select, update

from lotproof.ledger import tables as t
from lotproof.lots.projections import ProjectionsReport, verify_projections
from lotproof.lots.rebuild import PROJECTIONS, not_derived, rebuild
from lotproof.proof.merkle import leaf_hash
from lotproof.storage.base import Base
from lotproof.storage.engine import writing
from support.lived import lived_in
from support.world import World, check_ledger


def projections(world: World) -> ProjectionsReport:
    """Compare a world's derived tables with a rebuild."""
    with world.read() as db:
        return verify_projections(db, world.log.around.blobs)


def test_a_rebuild_in_place_changes_nothing(world: World) -> None:
    lived_in(world)
    before = projections(world)
    assert before.ok, before
    assert all(one.rows for one in before.tables), before

    with writing(world.log.engine) as db:
        done = rebuild(db, world.log.around.blobs)

    assert projections(world) == before
    assert done.entries == before.entries
    world.later(days=30)
    world.harvested("after")
    check_ledger(world)


def test_a_rebuild_mends_whatever_was_lost(world: World) -> None:
    lived_in(world)
    with writing(world.log.engine) as db:
        for table in (*PROJECTIONS, t.chain_link, t.chain, t.entry_party):
            db.execute(delete(table))
    assert not projections(world).ok

    with writing(world.log.engine) as db:
        rebuild(db, world.log.around.blobs)

    assert projections(world).ok
    check_ledger(world)


def test_totals_findings_and_holds_do_not_read_what_is_hidden(world: World) -> None:
    """A copy without disclosures and without the digests of contents comes to the same rows, but for those digests."""
    lived_in(world)
    with writing(world.log.engine) as db:
        for row in db.execute(select(t.entry)).all():
            known = update(t.submission).where(t.submission.c.id == row.submission)
            db.execute(known.values(content=leaf_hash(row.leaf)))
        db.execute(delete(t.disclosure))

    differing = {one.name: one.first for one in projections(world).tables if one.first}

    assert differing.keys() <= {"event", "record", "qualification"}
    assert {one.column for one in differing.values()} <= {"content", "body", "document"}


def test_what_is_derived_and_what_is_not_are_all_tables_there_are() -> None:
    ledgered = {table.name for table in Base.metadata.tables.values() if table.info.get("ledgered")}

    assert ledgered == {table.name for table in PROJECTIONS}
    assert {"account", "api_key", "capture_job", "log_disclosure", "log_submission"} <= set(not_derived())
