"""An operator's story: the disk is lost, last night's backup is restored, and the log goes on without a fork."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

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


def test_a_backup_moves_an_instance_to_another_home(lotproof: Lotproof, monkeypatch: pytest.MonkeyPatch) -> None:
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
