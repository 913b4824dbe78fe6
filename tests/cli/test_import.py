"""An auditor's story: she takes an export to her own machine, mirrors it, verifies it, and cannot change it."""

from __future__ import annotations

import pytest

from support.command_line import Lotproof

WRITING = (
    ("org", "add", "9520000000011", "--name", "Farm"),
    ("api-key", "create", "--org", "9520000000004", "--scope", "read"),
    ("hold", "09520000100018/H1", "--reason", "x"),
)


@pytest.fixture
def auditor(lotproof: Lotproof, monkeypatch: pytest.MonkeyPatch) -> Lotproof:
    """Her command, in whose home the mirror of a small ledger is."""
    lotproof("org", "add", "9520000000011", "--name", "Farm")
    key = lotproof.json("export", "export.tar")["logKey"]
    done = lotproof.json("import", "export.tar", "--home", "hers", "--key", key)
    assert (done["result"], done["pinned"]) == ("made", True)
    monkeypatch.setenv("LOTPROOF_HOME", str(lotproof.folder / "hers"))
    return lotproof


def test_a_mirror_is_verified_where_no_key_was_ever_kept(auditor: Lotproof) -> None:
    report = auditor.json("verify")

    assert report["ok"]
    assert not (auditor.folder / "hers" / "keys").exists()
    assert auditor.json("verify", "--log", "hers/tiles")["root"] == report["root"]


@pytest.mark.parametrize("command", WRITING, ids=lambda command: command[0])
def test_every_writing_command_is_refused(auditor: Lotproof, command: tuple[str, ...]) -> None:
    refused = auditor.refusal(*command)

    assert refused["code"] == "read_only_mirror"
    assert refused["hint"]


def test_migrating_a_mirror_is_no_writing_to_its_log(auditor: Lotproof) -> None:
    assert auditor.json("migrate")["after"]


def test_a_mirror_is_exported_as_its_log_was(auditor: Lotproof) -> None:
    auditor.json("export", "again.tar")

    assert (auditor.folder / "again.tar").read_bytes() == (auditor.folder / "export.tar").read_bytes()


def test_a_key_that_came_with_the_log_is_said_to_be_no_proof(lotproof: Lotproof) -> None:
    lotproof.json("export", "export")

    told = lotproof.text("import", "export", "--home", "hers")

    assert "The key came with the log" in told


@pytest.mark.parametrize("source", ["nowhere", "ftp://example.org/log", "https://127.0.0.1:1/log"])
def test_what_is_no_log_is_refused(lotproof: Lotproof, source: str) -> None:
    refused = lotproof.refusal(
        "import", source, "--home", "hers", "--key", lotproof.json("log", "key")["key"]
    )

    assert refused["code"] in ("no_such_export", "invalid_log", "no_such_log")


def test_an_import_into_the_ledger_itself_is_refused(lotproof: Lotproof) -> None:
    lotproof.json("export", "export")

    assert lotproof.refusal("import", "export", "--home", lotproof.home)["code"] == "not_empty"
    assert lotproof.json("verify")["ok"]


def test_while_entries_still_work_totals_are_refused_and_the_log_is_not(
    lotproof: Lotproof, monkeypatch: pytest.MonkeyPatch
) -> None:
    lotproof("record", "creation", "--portions", "09520000100018/H1=5 KGM")
    lotproof.json("export", "export")
    lotproof.json("import", "export", "--home", "hers", "--log-only")
    mine = lotproof.json("balance", "09520000100018/H1")
    monkeypatch.setenv("LOTPROOF_HOME", str(lotproof.folder / "hers"))

    refused = lotproof.refusal("balance", "09520000100018/H1")

    assert refused["code"] == "being_rebuilt"
    assert "0 of" in refused["message"]
    assert lotproof.json("verify")["ok"]
    assert lotproof.json("import", "export", "--home", "hers")["result"] == "up_to_date"
    assert lotproof.json("balance", "09520000100018/H1") == mine
