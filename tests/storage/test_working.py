"""A mirror's log comes first. Its entries work on totals and traces afterwards, and a stop in between loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from lotproof.copies import mirror as mirroring
from lotproof.copies import working
from lotproof.copies.incoming import incoming_parcel
from lotproof.copies.mirror import Trust, Work, import_mirror
from lotproof.copies.working import let_work
from lotproof.instance import Place
from lotproof.kernel.errors import LotproofError
from lotproof.ledger import tables as t
from lotproof.ledger.log_source import DatabaseSource
from lotproof.ledger.standing import refuse_unworked, worked_of
from lotproof.lots.projections import verify_projections
from lotproof.lots.rebuild import end_of_piece, rebuild
from lotproof.proof.verify import verify_log
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import open_engine, reading, writing
from support.copying import MirrorPlace, exported, verified
from support.copying import grown as grow
from support.databases import Databases, Kind
from support.lived import lived_in
from support.world import World

PIECE = 7


class StoppedError(Exception):
    """What a killed process would be."""


@pytest.fixture
def place(databases: Databases, database_kind: Kind, tmp_path: Path) -> Iterator[MirrorPlace]:
    """An empty place, in a database of the same kind as the world's."""
    with databases.empty(database_kind) as url:
        yield MirrorPlace(Place(tmp_path / "mirror", url))


@pytest.fixture
def stopped(world: World, place: MirrorPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MirrorPlace:
    """A mirror whose import was stopped after two pieces had worked."""
    exported(lived_in(world), tmp_path / "export")
    with monkeypatch.context() as killed:
        killed.setattr(
            mirroring, "let_work", lambda engine, blobs, tick: let_work(engine, blobs, Stops(2), PIECE)
        )
        with pytest.raises(StoppedError):
            place.take(tmp_path / "export")
    return place


class Stops:
    """A tick that stops everything at one of the pieces."""

    def __init__(self, at: int) -> None:
        self._left = at

    def __call__(self, _entries: int) -> None:
        """Count a piece."""
        self._left -= 1
        if not self._left:
            raise StoppedError


def test_the_log_is_whole_and_verifies_while_its_entries_still_work(
    world: World, stopped: MirrorPlace, tmp_path: Path
) -> None:
    log = stopped.open()

    assert log.is_mirror
    with reading(log.engine) as db:
        assert verify_log(DatabaseSource(db), log_key=world.log.verifier_key).ok
        assert 2 * PIECE <= (worked_of(db) or 0) < world.log.publish()
    assert verified(stopped.home / "tiles").ok, "it is published, too"
    log.engine.dispose()


def test_whoever_reads_totals_meanwhile_is_told_how_far_it_is(stopped: MirrorPlace) -> None:
    log = stopped.open()

    with reading(log.engine) as db, pytest.raises(LotproofError) as refused:
        refuse_unworked(db)

    assert refused.value.code == "being_rebuilt"
    with reading(log.engine) as db:
        assert f"{worked_of(db)} of " in refused.value.message
    assert "lotproof import" in refused.value.hint
    log.engine.dispose()


@pytest.mark.parametrize("way", ["import", "rebuild"])
def test_it_goes_on_where_it_was_stopped_and_comes_to_the_same_rows(
    stopped: MirrorPlace, tmp_path: Path, way: str
) -> None:
    if way == "import":
        assert stopped.take(tmp_path / "export").result == "up_to_date"
    else:
        engine = open_engine(stopped.place.url)
        with writing(engine) as db:
            rebuild(db, BlobStore(stopped.home / "blobs"))
        engine.dispose()

    log = stopped.open()
    with reading(log.engine) as db:
        refuse_unworked(db)
        found = verify_projections(db, log.around.blobs)
    assert found.ok, [str(one.first) for one in found.tables if one.first]
    log.engine.dispose()


@pytest.mark.parametrize("piece", [1, 3, 1000])
def test_pieces_of_any_size_come_to_the_same_rows(
    world: World, place: MirrorPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(
        mirroring, "let_work", lambda engine, blobs, tick: let_work(engine, blobs, tick, piece)
    )
    exported(lived_in(world), tmp_path / "export", private=True)

    place.take(tmp_path / "export")

    log = place.open()
    with reading(log.engine) as db:
        found = verify_projections(db, log.around.blobs)
    assert found.ok, [str(one.first) for one in found.tables if one.first]
    log.engine.dispose()


def test_a_piece_never_ends_within_a_transaction(world: World) -> None:
    lived_in(world)
    with world.read() as db:
        rows = db.execute(select(t.entry.c.entry_index, t.entry.c.record_time)).all()
        times = {row.entry_index: row.record_time for row in rows}
        for first in range(len(times)):
            end = end_of_piece(db, first, 3)

            assert end > first
            assert end == len(times) or times[end] != times[end - 1]
    assert working._PIECE > 3


def test_a_log_that_grows_before_its_entries_have_worked_is_worked_through_later(
    world: World, stopped: MirrorPlace, tmp_path: Path
) -> None:
    grow(world, 5)
    exported(world, tmp_path / "export")

    with incoming_parcel(tmp_path / "export", stopped.home) as incoming:
        first = import_mirror(stopped.place, incoming, Trust(), Work(log_only=True))
    done = stopped.take(tmp_path / "export")

    assert (first.result, done.result) == ("grown", "up_to_date")
    log = stopped.open()
    with reading(log.engine) as db:
        found = verify_projections(db, log.around.blobs)
    assert found.ok, [str(one.first) for one in found.tables if one.first]
    log.engine.dispose()


def test_two_imports_at_once_share_the_work(stopped: MirrorPlace) -> None:
    blobs, engines = BlobStore(stopped.home / "blobs"), [open_engine(stopped.place.url) for _ in range(2)]
    with reading(engines[0]) as db:
        left = db.execute(select(t.head.c.size)).scalar_one() - (worked_of(db) or 0)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda engine: let_work(engine, blobs, lambda _entries: None, PIECE), engines))

    assert sum(done) == left
    with reading(engines[0]) as db:
        assert verify_projections(db, blobs).ok
    for engine in engines:
        engine.dispose()
