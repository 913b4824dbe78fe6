"""A backup is taken while everything goes on, is restored into an empty place, and never lets the log fork."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from lotproof.copies.adopt import Adoption, adopt_published
from lotproof.copies.backup import BACKUP, backup
from lotproof.copies.every_table import every_table
from lotproof.copies.parcel_reader import check
from lotproof.copies.published import Published
from lotproof.copies.restore import Restored, Wish, restore
from lotproof.instance import Place, open_instance
from lotproof.kernel.clock import SteppingClock
from lotproof.kernel.errors import LotproofError
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.ledger.log_source import DatabaseSource
from lotproof.lots.queries import balance_of
from lotproof.proof.verify import verify_log
from lotproof.storage.engine import open_engine, reading
from lotproof.storage.in_use import hold
from lotproof.storage.migrate import upgrade
from support.copying import MirrorPlace, exported, grown, home_tiles, lived_in, manifest_of, resummed
from support.databases import Databases, Kind
from support.world import (
    CYCLE,
    ORCHARD,
    START,
    Entropy,
    World,
    check_ledger,
    lot,
    make_world,
    portion,
)  # fmt: skip

MASTER_KEY = bytes(32)


@dataclass(frozen=True)
class Restoring:
    """An empty place, and short words for what is done there."""

    place: Place

    def restore(self, file: Path, tiles: Path | None = None, *, nothing: bool = False) -> Restored:
        """Restore a backup; tiles: what was published."""
        return restore(self.place, file, Wish(published(tiles) if tiles else None, nothing))

    def adopt(self, tiles: Path) -> Adoption:
        """Take over what was published."""
        return adopt_published(self.place, published(tiles))

    def open(self) -> Log:
        """Open it as a server would."""
        return open_instance(self.place, SteppingClock(START), Entropy("restored"))


def going_on(restored: Restoring, before: World) -> World:
    """Open what was restored, and go on there at the time at which the world before ended."""
    clock = SteppingClock(before.clock.now)
    return World(open_instance(restored.place, clock, Entropy("on")), clock, Entropy("on"))


def published(folder: Path) -> Published:
    """Tiles in a folder, wherever they were published."""
    return Published(str(folder), lambda path: (folder / path).read_bytes())


@pytest.fixture(params=["same", "other"])
def target(
    request: pytest.FixtureRequest, databases: Databases, database_kind: Kind, tmp_path: Path
) -> Iterator[Restoring]:
    """An empty place, in a database of the same kind and in one of the other kind."""
    others: dict[Kind, Kind] = {"sqlite": "postgresql", "postgresql": "sqlite"}
    kind = database_kind if request.param == "same" else others[database_kind]
    with databases.empty(kind) as url:
        yield Restoring(Place(tmp_path / "restored", url, MASTER_KEY))


@pytest.fixture
def same(databases: Databases, database_kind: Kind, tmp_path: Path) -> Iterator[Restoring]:
    """An empty place, in a database of the same kind."""
    with databases.empty(database_kind) as url:
        yield Restoring(Place(tmp_path / "restored", url, MASTER_KEY))


def code(error: pytest.ExceptionInfo[LotproofError]) -> str:
    """The code of what was raised."""
    return error.value.code


def everything(log: Log) -> dict[str, list[str]]:
    """All rows of all tables."""
    with reading(log.engine) as db:
        tables = every_table().sorted_tables
        return {one.name: sorted(map(repr, map(tuple, db.execute(select(one))))) for one in tables}


def test_every_row_and_document_comes_back_in_either_database(
    world: World, target: Restoring, tmp_path: Path
) -> None:
    lived_in(world)
    backup(world.log, tmp_path / "backup.tar")

    done = target.restore(tmp_path / "backup.tar", home_tiles(world) if world.log.publish() else None)

    log = target.open()
    assert (done.origin, done.size, done.blobs) == (world.log.origin, world.log.publish(), 1)
    assert everything(log) == everything(world.log)
    assert list(log.around.blobs.names()) == list(world.log.around.blobs.names())
    log.engine.dispose()


def test_a_restored_ledger_goes_on_as_if_nothing_had_been(
    world: World, target: Restoring, tmp_path: Path
) -> None:
    lived_in(world)
    world.log.publish()
    backup(world.log, tmp_path / "backup.tar")
    target.restore(tmp_path / "backup.tar", home_tiles(world))

    on = going_on(target, world)
    lived_in(on, "H2")

    check_ledger(on)
    assert on.balance(lot("H1")) == world.balance(lot("H1"))
    exported(on, tmp_path / "export")
    assert on.log.verifier_key == world.log.verifier_key
    on.log.engine.dispose()


def test_no_master_key_and_no_open_key_is_in_a_backup(world: World, tmp_path: Path) -> None:
    backup(lived_in(world).log, tmp_path / "backup")

    manifest = manifest_of(tmp_path / "backup")

    assert "another place" in manifest["masterKey"]
    assert set(manifest["tables"]) >= {"log_head", "signing_key", "log_disclosure", "api_key", "lot"}
    assert check(tmp_path / "backup", BACKUP).manifest == manifest


def test_a_backup_is_of_one_moment_while_others_write(world: World, same: Restoring, tmp_path: Path) -> None:
    lived_in(world)
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            grown(world, 3, f"W{len(written)}")
            written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for name in ("one.tar", "two.tar"):
            backup(world.log, tmp_path / name)
    finally:
        stop.set()
        writer.join()
    world.log.publish()

    with pytest.raises(LotproofError) as behind:
        same.restore(tmp_path / "two.tar", home_tiles(world))
    assert code(behind) == "log_rolled_back", "what was written meanwhile is known to be missing"
    assert written


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # elsewhere nothing ever waits
def test_what_waited_to_be_numbered_is_in_the_backup(
    world: World, same: Restoring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _leave_waiting(world, monkeypatch)
    backup(world.log, tmp_path / "backup.tar")
    world.log.publish()
    same.restore(tmp_path / "backup.tar", home_tiles(world))

    log = same.open()
    assert len(log.sequence()) == 1
    log.engine.dispose()


def test_a_log_that_others_have_seen_more_of_does_not_open(
    world: World, target: Restoring, tmp_path: Path
) -> None:
    lived_in(world)
    backup(world.log, tmp_path / "backup.tar")
    size = world.log.publish()
    newer = lived_in(world, "H2").log.publish()

    with pytest.raises(LotproofError) as refused:
        target.restore(tmp_path / "backup.tar", home_tiles(world))

    assert code(refused) == "log_rolled_back"
    assert [one.where for one in refused.value.problems] == [f"entry {n}" for n in range(size, newer)]
    told = "\n".join(one.message for one in refused.value.problems)
    assert "event harvest" in told
    assert lot("H2").uri in told
    assert "--adopt-published" in refused.value.hint
    with pytest.raises(LotproofError) as closed:
        target.open()
    assert code(closed) == "log_rolled_back"


def test_published_entries_are_adopted_byte_for_byte(world: World, target: Restoring, tmp_path: Path) -> None:
    lived_in(world)
    backup(world.log, tmp_path / "backup.tar")
    lived_in(world, "H2")
    newest = world.log.publish()
    with pytest.raises(LotproofError):
        target.restore(tmp_path / "backup.tar", home_tiles(world))

    done = target.adopt(home_tiles(world))

    assert done.size == newest
    assert done.lost.hidden > 0, "the sale's order number was never published"
    assert len(done.lost.documents) == 1, "nor was the long list"
    log = target.open()
    with reading(log.engine) as db, world.read() as original:
        for table in (t.node, t.chain, t.chain_link):
            assert set(db.execute(select(table))) == set(original.execute(select(table))), table.name
        leaves = select(t.entry.c.entry_index, t.entry.c.leaf, t.entry.c.record_time)
        assert set(db.execute(leaves)) == set(original.execute(leaves))
        note = select(t.head.c.checkpoint)
        assert db.execute(note).scalar() == original.execute(note).scalar()
        assert balance_of(db, lot("H2").uri) == balance_of(original, lot("H2").uri)
    log.engine.dispose()
    on = going_on(target, world)
    lived_in(on, "H3")
    check_ledger(on)
    with pytest.raises(LotproofError) as shorter:
        target.restore(tmp_path / "backup.tar", home_tiles(world))
    assert code(shorter) == "not_empty"
    _is_continuation(world, on)
    on.log.engine.dispose()


def _is_continuation(before: World, after: World) -> None:
    """Whoever followed the log before the disk was lost finds the new one consistent with it."""
    with before.read() as db:
        state = verify_log(DatabaseSource(db), log_key=before.log.verifier_key).state
    with after.read() as db:
        report = verify_log(DatabaseSource(db), log_key=before.log.verifier_key, state=state)
    assert report.ok, report.fault
    assert report.checked > 0


def test_what_is_submitted_again_after_an_adoption_is_the_entry_that_came_back(
    world: World, same: Restoring, tmp_path: Path
) -> None:
    backup(world.log, tmp_path / "backup.tar")
    at = world.later(minutes=1)
    harvest = {"at": at, "place": ORCHARD, "portions": (portion(lot("H9"), "7"),), "cycle": CYCLE}
    first = world.record("harvest", **harvest)
    world.log.publish()
    with pytest.raises(LotproofError):
        same.restore(tmp_path / "backup.tar", home_tiles(world))
    same.adopt(home_tiles(world))

    on = going_on(same, world)
    again = on.record("harvest", **harvest)

    assert again.entered.repeated
    with on.read() as db:
        entry = select(t.entry.c.entry_index).where(t.entry.c.submission == again.entered.submission)
        assert db.execute(entry).scalar() == first.index
    assert on.balance(lot("H9")).created == 7
    on.log.engine.dispose()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # elsewhere nothing ever waits
def test_what_waited_in_the_backup_and_was_published_since_is_one_entry(
    world: World, same: Restoring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _leave_waiting(world, monkeypatch)
    backup(world.log, tmp_path / "backup.tar")
    world.log.sequence()
    world.harvested("W2")
    newest = world.log.publish()
    with pytest.raises(LotproofError):
        same.restore(tmp_path / "backup.tar", home_tiles(world))

    done = same.adopt(home_tiles(world))

    assert (done.size, done.waiting) == (newest, 1)
    log = same.open()
    assert log.sequence() == [], "nothing waits any more"
    check_ledger(World(log, SteppingClock(world.clock.now)))
    with reading(log.engine) as db, world.read() as original:
        assert balance_of(db, lot("W1").uri) == balance_of(original, lot("W1").uri)
    log.engine.dispose()


def test_without_a_word_about_what_was_published_nothing_is_restored(
    world: World, same: Restoring, tmp_path: Path
) -> None:
    backup(world.log, tmp_path / "backup.tar")

    with pytest.raises(LotproofError) as refused:
        same.restore(tmp_path / "backup.tar")

    assert code(refused) == "published_unknown"
    assert same.restore(tmp_path / "backup.tar", nothing=True).published is None
    same.open().engine.dispose()


def test_the_tiles_of_the_home_itself_speak_unasked(world: World, same: Restoring, tmp_path: Path) -> None:
    backup(world.log, tmp_path / "backup.tar")
    lived_in(world).log.publish()
    same.place.home.mkdir()
    home_tiles(world).rename(same.place.home / "tiles")

    with pytest.raises(LotproofError) as refused:
        same.restore(tmp_path / "backup.tar", nothing=True)

    assert code(refused) == "log_rolled_back"
    assert same.adopt(same.place.home / "tiles").added > 0
    same.open().engine.dispose()


def test_a_backup_of_a_history_that_was_never_published_is_refused_whole(
    databases: Databases, database_kind: Kind, world: World, same: Restoring, tmp_path: Path
) -> None:
    with databases.migrated(database_kind) as url:
        engine = open_engine(url)
        other = make_world(engine, tmp_path / "other")
        grown(other, 4, "That")
        backup(other.log, tmp_path / "backup.tar")
        engine.dispose()
    grown(world, 9, "This").log.publish()

    with pytest.raises(LotproofError) as refused:
        same.restore(tmp_path / "backup.tar", home_tiles(world))

    assert code(refused) == "log_forked"
    assert list((same.place.home / "evidence").iterdir())
    with pytest.raises(LotproofError) as nothing:
        same.open()
    assert code(nothing) == "not_initialised"


@pytest.mark.parametrize("key", [bytes(31) + b"\1", None])
def test_another_master_key_is_told_before_anything_is_restored(
    world: World, same: Restoring, tmp_path: Path, key: bytes | None
) -> None:
    backup(world.log, tmp_path / "backup.tar")
    place = Place(same.place.home, same.place.database_url, key)

    with pytest.raises(LotproofError) as refused:
        restore(place, tmp_path / "backup.tar", Wish(nothing_published=True))

    assert code(refused) == ("wrong_master_key" if key else "no_master_key")
    assert "bring the one of that day" in refused.value.hint
    assert same.restore(tmp_path / "backup.tar", nothing=True).size > 0, "the place is as empty as before"


def test_nothing_is_ever_restored_over_a_ledger(world: World, tmp_path: Path) -> None:
    backup(world.log, tmp_path / "backup.tar")
    taken = Restoring(Place(tmp_path, world.log.engine.url.render_as_string(hide_password=False), MASTER_KEY))
    before = everything(world.log)

    with pytest.raises(LotproofError) as refused:
        taken.restore(tmp_path / "backup.tar", nothing=True)

    assert code(refused) == "not_empty"
    assert world.log.origin in refused.value.message
    assert everything(world.log) == before


def test_nothing_is_restored_into_an_instance_that_is_served(
    world: World, same: Restoring, tmp_path: Path
) -> None:
    backup(world.log, tmp_path / "backup.tar")
    world.log.publish()
    engine = open_engine(same.place.url)
    serving = [hold(engine), hold(engine)]

    for one in serving:
        with pytest.raises(LotproofError) as refused:
            same.restore(tmp_path / "backup.tar", home_tiles(world))
        assert code(refused) == "instance_running"
        with pytest.raises(LotproofError) as not_adopted:
            same.adopt(home_tiles(world))
        assert code(not_adopted) == "instance_running"
        one.release()

    assert same.restore(tmp_path / "backup.tar", home_tiles(world)).size > 0
    engine.dispose()


def test_an_empty_database_with_newer_tables_is_empty_all_the_same(
    world: World, same: Restoring, tmp_path: Path
) -> None:
    backup(world.log, tmp_path / "backup.tar")
    engine = open_engine(same.place.url)
    upgrade(engine)
    engine.dispose()

    assert same.restore(tmp_path / "backup.tar", nothing=True).size > 0


@pytest.mark.parametrize("damage", ["row", "missing row", "leaf", "unknown table", "checkpoint"])
def test_a_backup_that_was_changed_restores_nothing(
    world: World, same: Restoring, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "backup"
    backup(lived_in(world).log, folder)
    entries = folder / "tables" / "log_entry" / "000001.jsonl"
    lines = entries.read_text().splitlines(keepends=True)
    if damage == "row":
        entries.write_text("".join(["[1,2]\n", *lines[1:]]))
    elif damage == "missing row":
        entries.write_text("".join(lines[:-1]))
    elif damage == "leaf":
        row = json.loads(lines[3])
        row[4] = json.loads(lines[2])[4]
        entries.write_text("".join([*lines[:3], json.dumps(row) + "\n", *lines[4:]]))
    elif damage == "unknown table":
        manifest = manifest_of(folder)
        manifest["tables"]["invented"] = {"columns": ["id"], "rows": 0}
        (folder / "manifest.json").write_text(json.dumps(manifest))
    else:
        (folder / "checkpoint").write_text("forged\n")
    resummed(folder)

    with pytest.raises(LotproofError) as refused:
        same.restore(folder, nothing=True)

    assert code(refused) in ("backup_damaged", "not_verified")
    with pytest.raises(LotproofError):
        same.open()


def test_a_backup_of_a_release_to_come_is_not_guessed_at(world: World, same: Restoring, tmp_path: Path) -> None:
    backup(world.log, tmp_path / "backup")
    manifest = manifest_of(tmp_path / "backup")
    (tmp_path / "backup" / "manifest.json").write_text(json.dumps(manifest | {"revision": "9999"}))

    with pytest.raises(LotproofError) as refused:
        same.restore(tmp_path / "backup", nothing=True)

    assert code(refused) == "newer_backup"


def test_a_mirror_is_backed_up_and_restored_as_a_mirror(
    databases: Databases, database_kind: Kind, world: World, same: Restoring, tmp_path: Path
) -> None:
    exported(world, tmp_path / "export")
    with databases.empty(database_kind) as url:
        mirror = MirrorPlace(Place(tmp_path / "mirror", url))
        mirror.take(tmp_path / "export")
        log = mirror.open()
        backup(log, tmp_path / "backup.tar")
        log.engine.dispose()

    keyless = Restoring(Place(same.place.home, same.place.database_url))
    keyless.restore(tmp_path / "backup.tar")

    restored = keyless.open()
    assert restored.is_mirror
    restored.engine.dispose()


def _leave_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Record something that is committed and not numbered, as a process leaves it that is killed between the two."""
    with monkeypatch.context() as stopped:
        stopped.setattr(world.log._group, "numbered", lambda _submissions: [])
        world.record("harvest", place=ORCHARD, portions=(portion(lot("W1"), "5"),), cycle=CYCLE)
