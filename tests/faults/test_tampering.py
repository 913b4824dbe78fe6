"""Somebody changes the database or the files behind the ledger's back: it is found, and named where it was done.

Single bits of leaves, hashes, tiles, checkpoints, signatures and keys: `tests/unit/proof/test_flipped_bits.py`, of
heads entries `test_verify_heads.py`, of bundles `test_bundle.py`; the command's answer: `tests/cli/test_verify.py`.
Here are the rows of a running ledger, and whole histories.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, inspect, select, update

from lotproof.kernel.errors import LogFaultError
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.ledger.log_source import DatabaseSource
from lotproof.proof.merkle import leaf_hash, stored_index
from lotproof.proof.tile_source import TileSource
from lotproof.proof.verify import Report, VerifyState, compare_heads, verify_log
from lotproof.storage.engine import open_engine, writing
from support.databases import Databases, Kind
from support.one_act import act, prepared, reopened, tiles_of
from support.world import World, make_world

Change = Callable[[Connection], object]
"""Of a log of 14 entries. Field and entry that the verifier names are those that were changed, None for the whole log;
of two neighbours with hashes that fit their bytes it can only say that one of them was changed."""


def leaf_of(db: Connection, index: int) -> bytes:
    """The bytes of an entry."""
    return bytes(db.execute(select(t.entry.c.leaf).where(t.entry.c.entry_index == index)).scalar_one())


def set_leaf(db: Connection, index: int, leaf: bytes, with_hash: bool = False) -> None:
    """Put other bytes in an entry's place, with the hash that belongs to them or without."""
    db.execute(update(t.entry).where(t.entry.c.entry_index == index).values(leaf=leaf))
    if with_hash:
        node = update(t.node).where(t.node.c.id == stored_index(0, index))
        db.execute(node.values(hash=leaf_hash(leaf)))


def swap(db: Connection) -> None:
    """Two entries change places, with their hashes."""
    first, second = leaf_of(db, 5), leaf_of(db, 6)
    set_leaf(db, 5, second, with_hash=True)
    set_leaf(db, 6, first, with_hash=True)


def add_one(db: Connection) -> None:
    """A copy of an entry stands behind the last one."""
    last = db.execute(select(t.head.c.size)).scalar_one()
    row = dict(db.execute(select(t.entry).where(t.entry.c.entry_index == 5)).one()._mapping)
    db.execute(insert(t.entry), row | {"entry_index": last, "submission": 10_000})


def cut_off(db: Connection) -> None:
    """The last three entries are gone."""
    size = db.execute(select(t.head.c.size)).scalar_one()
    db.execute(delete(t.entry).where(t.entry.c.entry_index >= size - 3))


def in_note(db: Connection, place: int) -> None:
    """Change one letter of the checkpoint."""
    note = db.execute(select(t.head.c.checkpoint)).scalar_one()
    other = "B" if note[place] == "A" else "A"
    db.execute(update(t.head).values(checkpoint=other.join((note[:place], note[place:][1:]))))


CHANGES: dict[str, tuple[Change, int | None, str]] = {
    "an entry's bytes": (lambda db: set_leaf(db, 4, leaf_of(db, 4) + b" "), 4, "leaf"),
    "an entry's bytes with their hash": (lambda db: set_leaf(db, 4, leaf_of(db, 4) + b" ", True), 4, "leaf"),
    "an entry is deleted": (lambda db: db.execute(delete(t.entry).where(t.entry.c.entry_index == 4)), 4, "leaf"),
    "two entries are swapped": (swap, 4, "leaf"),  # 4 and 5 do not give the node above them
    "an entry stands in another's place": (lambda db: set_leaf(db, 6, leaf_of(db, 5), True), 6, "leaf"),
    "an entry is added": (add_one, None, "checkpoint"),
    "the end is cut off": (cut_off, -3, "leaf"),
    "a stored hash": (lambda db: db.execute(update(t.node).where(t.node.c.id == 2).values(hash=bytes(32))), 0, "node"),
    "the checkpoint's signature": (lambda db: in_note(db, -3), None, "checkpoint"),
    "the checkpoint's root": (lambda db: in_note(db, 25), None, "checkpoint"),
    "a chain's head": (lambda db: db.execute(update(t.chain).where(t.chain.c.id == 1).values(length=99)), None, "head"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_the_database_is_found_where_it_was_made(world: World, what: str) -> None:
    prepared(world)
    before = verified(world)
    assert before.ok
    change, index, field = CHANGES[what]

    with writing(world.log.engine) as db:
        change(db)

    fault = verified(world).fault
    assert fault is not None
    assert before.size is not None
    expected = before.size + index if index is not None and index < 0 else index
    assert (fault.index if expected is not None else None, fault.field) == (expected, field), fault


def verified(world: World, state: VerifyState | None = None) -> Report:
    """Verify the database, with the table of heads."""
    with world.read() as db:
        report = verify_log(DatabaseSource(db), log_key=world.log.verifier_key, state=state)
        if report.state is not None:
            return replace(report, fault=compare_heads(report.state, DatabaseSource(db).heads()))
    return report


def test_a_history_that_was_rewritten_and_signed_again_is_caught_from_outside_alone(
    databases: Databases, database_kind: Kind, tmp_path: Path
) -> None:
    """Whoever has all keys can make another history that is right in itself; the docs say so."""
    with databases.migrated(database_kind) as url, databases.migrated(database_kind) as other_url:
        engine, other_engine = open_engine(url), open_engine(other_url)
        world = prepared(make_world(engine, tmp_path / "told"))
        other = prepared(make_world(other_engine, tmp_path / "rewritten"))  # the same keys
        act(world.log, 1, world.later(minutes=1))
        world.log.publish()
        seen = verified(world)
        for n in (2, 3):
            act(other.log, n, other.later(minutes=1))

        assert other.log.verifier_key == world.log.verifier_key
        assert verified(other).ok
        assert seen.state is not None
        against_what_was_seen = verified(other, seen.state)
        assert against_what_was_seen.fault is not None
        with pytest.raises(LogFaultError) as opened:
            Log(replace(other.log.around, tiles=world.log.around.tiles))
        assert opened.value.code == "log_forked"
        engine.dispose()
        other_engine.dispose()


def test_another_history_is_never_published_over_what_was_published(world: World, tmp_path: Path) -> None:
    prepared(world)
    note = (tiles_of(world) / "checkpoint").read_bytes()
    with writing(world.log.engine) as db:
        node = select(t.node.c.id).order_by(t.node.c.id.desc()).limit(1)
        newest = db.execute(node).scalar_one()
        right = db.execute(select(t.node.c.hash).where(t.node.c.id == newest)).scalar_one()
        db.execute(update(t.node).where(t.node.c.id == newest).values(hash=bytes(32)))
    act(world.log, 1, world.later(minutes=1))

    with pytest.raises(LogFaultError) as caught:
        world.log.publish()

    assert caught.value.code == "log_forked"
    assert (tiles_of(world) / "checkpoint").read_bytes() == note
    with writing(world.log.engine) as db:
        db.execute(update(t.node).where(t.node.c.id == newest).values(hash=right))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_older_database_under_newer_files_is_refused_and_the_newer_one_goes_on(
    world: World, tmp_path: Path
) -> None:
    prepared(world)
    path, backup, newest = Path(str(world.log.engine.url.database)), tmp_path / "backup", tmp_path / "newest"
    world.log.engine.dispose()
    shutil.copy(path, backup)
    act(world.log, 1, world.later(minutes=1))
    world.log.publish()
    world.log.engine.dispose()
    shutil.move(path, newest)
    shutil.copy(backup, path)

    with pytest.raises(LogFaultError) as opened:
        Log(world.log.around)
    with pytest.raises(LogFaultError) as published:
        world.log.publish()
    world.log.engine.dispose()

    assert (opened.value.code, published.value.code) == ("log_rolled_back", "log_rolled_back")
    shutil.move(newest, path)
    assert Log(world.log.around).publish() == verified(world).size


@pytest.mark.parametrize("what", ["an entry's bytes", "an entry is deleted"])
def test_what_was_changed_in_the_database_does_not_go_out(world: World, what: str) -> None:
    prepared(world)
    before = {path: path.read_bytes() for path in tiles_of(world).rglob("*") if path.is_file()}
    with writing(world.log.engine) as db:
        CHANGES[what][0](db)
    act(world.log, 1, world.later(minutes=1))

    with pytest.raises(LogFaultError) as caught:
        world.log.publish()

    assert caught.value.code == "entry_damaged"
    assert "entry 4 " in caught.value.message
    assert {path: path.read_bytes() for path in tiles_of(world).rglob("*") if path.is_file()} == before


def test_a_checkpoint_file_that_was_changed_is_written_again(world: World) -> None:
    prepared(world)
    checkpoint = tiles_of(world) / "checkpoint"
    right = checkpoint.read_bytes()
    checkpoint.write_bytes(right[:-12] + bytes(reversed(right[-12:-6])) + right[-6:])

    world.log.publish()

    assert checkpoint.read_bytes() == right


def test_a_checkpoint_file_that_says_nothing_stops_publishing(world: World) -> None:
    prepared(world)
    checkpoint = tiles_of(world) / "checkpoint"
    checkpoint.write_bytes(b"")

    with pytest.raises(LogFaultError) as caught:
        world.log.publish()
    with pytest.raises(LogFaultError) as opened:
        reopened(world)

    assert caught.value.code == opened.value.code == "checkpoint_damaged"
    assert checkpoint.read_bytes() == b""


def test_files_that_were_changed_are_found_and_a_new_publishing_does_not_hide_it(world: World) -> None:
    prepared(world)
    tiles = tiles_of(world)
    (bundle,) = (tiles / "tile/entries/000.p").iterdir()
    bundle.write_bytes(bundle.read_bytes().replace(b"Farm", b"Form"))
    world.log.publish()

    report = verify_log(TileSource(lambda path: (tiles / path).read_bytes()), log_key=world.log.verifier_key)

    assert report.fault is not None
    assert (report.fault.index, report.fault.field) == (4, "leaf")  # bundle 000 has 0 to 255
    assert verified(world).ok


def test_whoever_opens_while_another_process_publishes_takes_it_for_no_fork(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(world)

    def busy_moment(db: Connection) -> set[str]:
        tables = set(inspect(db).get_table_names())  # now this moment of the database is fixed
        act(world.log, 1, world.later(minutes=1))
        world.log.publish()
        return tables

    monkeypatch.setattr("lotproof.ledger.log._tables", busy_moment)
    other = reopened(world)

    assert other.log.publish() == verified(world).size
    other.log.engine.dispose()
