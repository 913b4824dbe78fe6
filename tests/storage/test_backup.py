"""A backup is taken while everything goes on, and comes back whole into an empty place."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from lotproof.copies.backup import BACKUP, backup
from lotproof.copies.parcel_reader import check
from lotproof.instance import Place
from lotproof.kernel.errors import LotproofError
from lotproof.ledger.log import Log
from lotproof.storage.engine import reading
from lotproof.storage.every_table import every_table
from support.copying import MirrorPlace, exported, grown, home_tiles, lived_in, manifest_of
from support.databases import Databases, Kind
from support.restoring import Restoring, code, going_on, leave_waiting
from support.world import (
    World,
    check_ledger,
    lot,
)  # fmt: skip


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


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["backup.tar", "backup"])
def test_nobody_else_on_the_machine_may_read_a_backup(world: World, tmp_path: Path, name: str) -> None:
    before = os.umask(0)
    try:
        backup(world.log, tmp_path / name)
    finally:
        os.umask(before)

    assert (tmp_path / name).stat().st_mode & 0o077 == 0


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
    leave_waiting(world, monkeypatch)
    backup(world.log, tmp_path / "backup.tar")
    world.log.publish()
    same.restore(tmp_path / "backup.tar", home_tiles(world))

    log = same.open()
    assert len(log.sequence()) == 1
    log.engine.dispose()


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
