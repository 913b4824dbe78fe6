"""One act that touches everything: a document, rows of lots, private parts, entries; then sequencing and publishing.

`settled` is what a new process does with whatever a fault or a kill left, and `check_all` looks at everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

from sqlalchemy import func, select

from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.ledger.log_source import DatabaseSource
from lotproof.ledger.publisher import CHECKPOINT, new_files
from lotproof.lots.acts import record_in
from lotproof.lots.drafting import Author
from lotproof.lots.models import EventLot, EventRow, Lot
from lotproof.lots.native import Fact
from lotproof.proof.tile_source import TileSource
from lotproof.proof.verify import VerifyState, verify_log
from lotproof.storage.engine import open_engine, reading
from support.world import CASES, PACKER, PACKHOUSE, World, check_ledger, lot, portion

KG = "10"


def document(n: int) -> bytes:
    """The document of act n. All of them lie in one folder of the store, so that each act does the same writes."""
    tries = (b"the delivery note of act %d, try %d" % (n, attempt) for attempt in count())
    return next(one for one in tries if sha256(one).digest()[0] == 0)


def act(log: Log, n: int, at: datetime) -> Sequence[int]:
    """Pack 10 kg of H1 as Cn and ship them, with a document; returns the submissions. The same n is the same act."""
    packer = Author(PACKER.party_uri)
    cases = lot(f"C{n}", CASES)
    with log.unit_of_work() as uow:
        uow.keep_blob(document(n))
        packed = Fact("initial_packing", at, place=PACKHOUSE, inputs=(portion(lot("H1"), KG),),
                      outputs=(portion(cases, KG),))  # fmt: skip
        shipped = Fact("shipping", at + timedelta(seconds=1), place=PACKHOUSE, portions=(portion(cases, KG),),
                       references={"po": f"order {n}"})  # fmt: skip
        done = [record_in(uow, log.operator, packer, fact) for fact in (packed, shipped)]
    return [one.submission for one in done]


def prepared(world: World) -> World:
    """Give the world a lot to take from, published."""
    world.harvested("H1", "100000")
    world.log.publish()
    return world


def reopened(world: World) -> World:
    """The same ledger as a new process would open it. Raises what opening raises."""
    world.log.engine.dispose()
    engine = open_engine(world.log.engine.url.render_as_string(hide_password=False))
    return World(Log(replace(world.log.around, engine=engine)), world.clock, world.entropy)


@contextmanager
def settled(world: World) -> Iterator[World]:
    """Reopen, number what was left, publish; closed at the end of the block."""
    fresh = reopened(world)
    try:
        fresh.log.catch_up()
        fresh.log.publish()
        yield fresh
    finally:
        fresh.log.engine.dispose()


def times_recorded(world: World, n: int) -> int:
    """How often act n stands: 0 or 1, else it fails. Both its events stand, or none."""
    with world.read() as db:
        row = db.execute(select(Lot.id, Lot.created).where(Lot.uri == lot(f"C{n}", CASES).uri)).one_or_none()
        if row is None:
            return 0
        events = select(func.count(EventRow.submission.distinct())).join(
            EventLot, EventLot.submission == EventRow.submission
        )
        standing = db.execute(events.where(EventLot.lot == row.id)).scalar_one()
    balance = world.balance(lot(f"C{n}", CASES))
    assert (standing, str(balance.created), str(balance.shipped)) == (2, KG, KG)
    return 1


def check_all(world: World) -> None:
    """Log, projections, inbox, tiles and checkpoint agree; every file of the tiles is that of the database."""
    check_ledger(world)
    check_files(world, 0)
    tiles = tiles_of(world)
    report = verify_log(TileSource(lambda path: (tiles / path).read_bytes()), log_key=world.log.verifier_key)
    assert report.ok, report.fault


def check_on(world: World, state: VerifyState | None) -> VerifyState:
    """Check what came since the state of an earlier check; returns the new one. `check_all` looks at everything."""
    with world.read() as db:
        report = verify_log(DatabaseSource(db), log_key=world.log.verifier_key, state=state)
    assert report.ok, report.fault
    check_files(world, state.size if state else 0)
    assert report.state is not None
    return report.state


def check_files(world: World, since: int) -> None:
    """The inbox is empty, and the published files of the entries from `since` on are those of the database."""
    tiles = tiles_of(world)
    with world.read() as db:
        assert db.execute(select(func.count()).select_from(t.inbox)).scalar_one() == 0
        head = db.execute(select(t.head.c.size, t.head.c.checkpoint)).one()
        assert (tiles / CHECKPOINT).read_bytes() == head.checkpoint.encode()
        for path, data in new_files(db, since, head.size):
            assert (tiles / path).read_bytes() == data, path
    _no_litter(tiles)


def tiles_of(world: World) -> Path:
    """The folder of the log's files."""
    assert world.log.around.tiles is not None
    return world.log.around.tiles


def _no_litter(tiles: Path) -> None:
    """What a killed publisher leaves beside the log's files is one file at most, at the top."""
    hidden = {str(path.relative_to(tiles)) for path in tiles.rglob(".*")}
    assert hidden <= {".publishing", ".unfinished"}, hidden


def document_is_kept(world: World, n: int) -> bool:
    """Whether the document of act n is there, whole."""
    return world.log.around.blobs.exists(sha := sha256(document(n)).hexdigest()) and (
        world.log.around.blobs.get(sha) == document(n)
    )


def log_size(log: Log) -> int:
    """How many entries the database holds."""
    with reading(log.engine) as db:
        return int(db.execute(select(t.head.c.size)).scalar_one())
