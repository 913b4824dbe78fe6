"""An operator's story: the disk is lost, last night's backup is restored, and the log goes on without a fork."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from lotproof.copies.archive import Archive
from lotproof.storage.blobs import BlobStore
from support.command_line import Lotproof

FARM, PACKER = "9520000000011", "9520000000028"


@pytest.fixture
def lost(lotproof: Lotproof, monkeypatch: pytest.MonkeyPatch) -> Lotproof:
    """A ledger with a backup, and entries published after it; then only the backup, the key and the tiles are left."""
    lotproof("org", "add", FARM, "--name", "Farm")
    lotproof.json("backup", "night.tar")
    lotproof("org", "add", PACKER, "--name", "Packer")
    shutil.copytree(lotproof.home / "tiles", lotproof.folder / "served")
    shutil.copy(lotproof.home / "keys" / "master.key", lotproof.folder / "kept.key")
    shutil.rmtree(lotproof.home)
    return lotproof


@pytest.fixture
def elsewhere(lotproof: Lotproof) -> Path:
    """An empty home that has the master key already."""
    home = lotproof.folder / "elsewhere"
    shutil.copytree(lotproof.home / "keys", home / "keys")
    return home


def bring_key(lotproof: Lotproof) -> None:
    """Put the master key where it was."""
    (lotproof.home / "keys").mkdir(parents=True, mode=0o700)
    shutil.copy(lotproof.folder / "kept.key", lotproof.home / "keys" / "master.key")


def test_a_backup_says_where_the_master_key_must_be_kept(lotproof: Lotproof) -> None:
    told = lotproof.text("backup", "night.tar")

    assert f"keep {lotproof.home / 'keys' / 'master.key'} in another place" in " ".join(told.split())


def test_without_its_master_key_nothing_is_restored(lost: Lotproof) -> None:
    refused = lost.refusal("restore", "night.tar", "--published", "served")

    assert refused["code"] == "no_master_key"
    assert "LOTPROOF_MASTER_KEY" in refused["hint"]


def test_the_program_refuses_to_fork_and_says_what_is_missing(lost: Lotproof) -> None:
    bring_key(lost)

    refused = lost.refusal("restore", "night.tar", "--published", "served")

    assert refused["code"] == "log_rolled_back"
    named = [one["message"] for one in refused["problems"]]
    assert any("key bind" in one and PACKER in one for one in named), named
    again = lost.refusal("org", "add", PACKER, "--name", "Packer")
    assert again["code"] == "log_rolled_back"
    assert "--adopt-published" in again["hint"]


@pytest.mark.parametrize("at_once", [True, False])
def test_what_was_published_is_taken_over_and_the_log_goes_on(lost: Lotproof, at_once: bool) -> None:
    bring_key(lost)
    if not at_once:
        lost.refusal("restore", "night.tar", "--published", "served")

    done = lost.json("restore", *(["night.tar"] if at_once else []), "--adopt-published", "served")

    assert done["added"] > 0
    assert len(done["lost"]["keys"]) == 1, "the packer's key was made after the backup"
    lost.json("org", "add", "9520000000035", "--name", "Shop")
    report = lost.json("verify")
    assert report["ok"]
    assert report["size"] > done["size"]
    assert lost.json("verify", "--log", lost.home / "tiles")["size"] == report["size"]


def test_a_key_that_was_lost_is_told_with_what_to_do(lost: Lotproof) -> None:
    bring_key(lost)

    told = lost.text("restore", "night.tar", "--adopt-published", "served")

    assert "lotproof key add" in told


def test_nothing_is_restored_over_what_is_there(lotproof: Lotproof) -> None:
    lotproof.json("backup", "night.tar")

    assert lotproof.refusal("restore", "night.tar")["code"] == "not_empty"
    assert lotproof.json("verify")["ok"]


def test_a_backup_moves_an_instance_to_another_home(
    lotproof: Lotproof, monkeypatch: pytest.MonkeyPatch
) -> None:
    lotproof.json("backup", "night.tar")
    moved = lotproof.folder / "moved"
    shutil.copytree(lotproof.home / "keys", moved / "keys")

    done = lotproof.json("restore", "night.tar", "--home", moved, "--published", lotproof.home / "tiles")

    monkeypatch.setenv("LOTPROOF_HOME", str(moved))
    assert lotproof.json("verify")["size"] == done["size"]
    assert lotproof.json("org", "add", FARM, "--name", "Farm")


@pytest.mark.parametrize("arguments", [(), ("nowhere.tar",), ("night.tar", "--published", "nowhere")])
def test_what_cannot_be_restored_is_told(lotproof: Lotproof, arguments: tuple[str, ...]) -> None:
    lotproof.json("backup", "night.tar")
    home = Path("elsewhere")
    shutil.copytree(lotproof.home / "keys", lotproof.folder / home / "keys")

    refused = lotproof.refusal("restore", *arguments, "--home", home)

    assert refused["code"] in ("usage", "no_such_backup", "no_such_log")
    assert not list((lotproof.folder / home).glob("tiles*"))


def test_that_erasures_since_the_backup_cannot_be_known_is_told(lotproof: Lotproof, elsewhere: Path) -> None:
    lotproof.json("backup", "night.tar")

    told = lotproof.text("restore", "night.tar", "--home", elsewhere, "--nothing-published")

    assert "erase them once more" in " ".join(told.split())


def test_a_disk_that_is_too_small_for_a_backup_is_told_and_leaves_none(
    lotproof: Lotproof, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_archive: Archive, _name: str, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "night.tar")

    monkeypatch.setattr(Archive, "add", full)

    refused = lotproof.refusal("backup", "night.tar")

    assert refused["code"] == "file_failed"
    assert "No space left" in refused["message"]
    assert not list(lotproof.folder.glob("*night.tar*"))


@pytest.mark.parametrize("full", ["database", "documents"])
def test_a_disk_that_is_too_small_for_what_is_restored_is_told_and_it_can_be_tried_again(
    lotproof: Lotproof, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    BlobStore(lotproof.home / "blobs").put(b"a certificate")
    lotproof.json("backup", "night.tar")
    asked = ("restore", "night.tar", "--home", elsewhere, "--published", lotproof.home / "tiles")

    def no_room(_blobs: BlobStore, _data: bytes) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def few_pages(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=30")

    with monkeypatch.context() as small:
        if full == "documents":
            small.setattr(BlobStore, "put", no_room)
        else:
            event.listen(Engine, "connect", few_pages)
        try:
            refused = lotproof.refusal(*asked)
        finally:
            if full == "database":
                event.remove(Engine, "connect", few_pages)

    assert refused["code"] in ("file_failed", "database_failed")
    assert "No space left" in refused["message"] or "full" in refused["message"]
    assert lotproof.json(*asked)["size"] == lotproof.json("verify")["size"]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_backup_that_was_cut_off_restores_nothing(
    lotproof: Lotproof, elsewhere: Path, share: float
) -> None:
    lotproof.json("backup", "night.tar")
    whole = (lotproof.folder / "night.tar").read_bytes()
    (lotproof.folder / "night.tar").write_bytes(whole[: int(len(whole) * share)])

    refused = lotproof.refusal("restore", "night.tar", "--home", elsewhere, "--nothing-published")

    assert refused["code"] in ("invalid_archive", "backup_not_whole")
    assert refused["hint"]


def test_a_document_that_is_missing_from_a_backup_is_named(lotproof: Lotproof, elsewhere: Path) -> None:
    sha = BlobStore(lotproof.home / "blobs").put(b"a certificate")
    lotproof.json("backup", "night")
    (lotproof.folder / "night" / "blobs" / sha[:2] / sha[2:]).unlink()

    refused = lotproof.refusal("restore", "night", "--home", elsewhere, "--nothing-published")

    assert refused["code"] == "backup_damaged"
    assert [(one["where"], one["code"]) for one in refused["problems"]] == [
        (f"blobs/{sha[:2]}/{sha[2:]}", "file_missing")
    ]
