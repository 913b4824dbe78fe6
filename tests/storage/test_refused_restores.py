"""What is not restored, and is told as what it is: nothing is changed then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from lotproof.copies.backup import backup
from lotproof.copies.restore import Wish, restore
from lotproof.instance import Place
from lotproof.kernel.errors import LotproofError
from lotproof.ledger.log import Log
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import open_engine, reading
from lotproof.storage.every_table import every_table
from lotproof.storage.in_use import hold
from lotproof.storage.migrate import upgrade
from support.copying import grown, home_tiles, lived_in, manifest_of, resummed
from support.databases import Databases, Kind
from support.restoring import MASTER_KEY, Restoring, code
from support.world import (
    World,
    make_world,
)  # fmt: skip


def everything(log: Log) -> dict[str, list[str]]:
    """All rows of all tables."""
    with reading(log.engine) as db:
        tables = every_table().sorted_tables
        return {one.name: sorted(map(repr, map(tuple, db.execute(select(one))))) for one in tables}


def test_without_a_word_about_what_was_published_nothing_is_restored(
    world: World, same: Restoring, tmp_path: Path
) -> None:
    backup(world.log, tmp_path / "backup.tar")

    with pytest.raises(LotproofError) as refused:
        same.restore(tmp_path / "backup.tar")

    assert code(refused) == "published_unknown"
    assert same.restore(tmp_path / "backup.tar", nothing=True).published is None
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
    assert not list(BlobStore(same.place.home / "blobs").names())
    with pytest.raises(LotproofError):
        same.open()


def test_a_backup_from_which_a_document_was_taken_restores_nothing(
    world: World, same: Restoring, tmp_path: Path
) -> None:
    backup(lived_in(world).log, tmp_path / "backup")
    next((tmp_path / "backup" / "blobs").glob("*/*")).unlink()
    resummed(tmp_path / "backup")

    with pytest.raises(LotproofError) as refused:
        same.restore(tmp_path / "backup", nothing=True)
    assert code(refused) == "backup_damaged"
    assert "0 documents, and its manifest says 1" in refused.value.message


def test_a_backup_of_a_release_to_come_is_not_guessed_at(
    world: World, same: Restoring, tmp_path: Path
) -> None:
    backup(world.log, tmp_path / "backup")
    manifest = manifest_of(tmp_path / "backup")
    (tmp_path / "backup" / "manifest.json").write_text(json.dumps(manifest | {"revision": "9999"}))

    with pytest.raises(LotproofError) as refused:
        same.restore(tmp_path / "backup", nothing=True)

    assert code(refused) == "newer_backup"
