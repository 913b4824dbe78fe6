"""`lotproof master-key`, and where the master key comes from."""

from __future__ import annotations

import pytest

from support.command_line import Lotproof

FARM = "9520000000011"


def test_it_is_replaced_and_the_ledger_goes_on(lotproof: Lotproof) -> None:
    file = lotproof.home / "keys" / "master.key"
    before = file.read_bytes()

    done = lotproof.json("master-key", "rotate")

    assert (done["file"], done["sealed"], done["set"]) == (str(file), 4, None)
    assert file.read_bytes() != before
    lotproof.json("org", "add", FARM, "--name", "Farm")
    assert lotproof.json("verify")["ok"]


def test_it_may_come_from_a_named_file_that_init_makes(
    unopened: Lotproof, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = unopened.folder / "secrets" / "master"
    monkeypatch.setenv("LOTPROOF_MASTER_KEY_FILE", str(file))
    unopened.json("init")

    unopened.json("master-key", "rotate")

    assert file.stat().st_mode & 0o777 == 0o600
    assert not (unopened.home / "keys").exists()
    file.chmod(0o644)
    assert unopened.refusal("org", "list")["code"] == "master_key_exposed"


def test_from_the_environment_it_moves_into_a_file(
    unopened: Lotproof, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTPROOF_MASTER_KEY", "ab" * 32)
    unopened.json("init")

    assert unopened.refusal("master-key", "rotate")["code"] == "master_key_given"
    done = unopened.json("master-key", "rotate", "--to", "new.key")
    assert unopened.refusal("org", "list")["code"] == "wrong_master_key"
    monkeypatch.delenv("LOTPROOF_MASTER_KEY")
    monkeypatch.setenv(done["set"], done["file"])

    assert unopened.json("org", "list")["parties"]


def test_it_is_given_once(lotproof: Lotproof, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTPROOF_MASTER_KEY", "ab" * 32)
    monkeypatch.setenv("LOTPROOF_MASTER_KEY_FILE", "/somewhere")

    refusal = lotproof.refusal("org", "list")

    assert (refusal["code"], refusal["problems"][0]["where"]) == (
        "invalid_settings",
        "LOTPROOF_MASTER_KEY_FILE",
    )
