"""`lotproof verify` finds what was changed behind the ledger's back, and names the place."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lotproof_cli import progress, verify
from support.command_line import Lotproof
from support.opaque_log import leaves, opaque_log


def change(lotproof: Lotproof, statement: str) -> None:
    """Change the database as somebody with a text editor would."""
    with closing(sqlite3.connect(lotproof.home / "lotproof.sqlite3")) as db:
        assert db.execute(statement).rowcount == 1
        db.commit()


@pytest.mark.parametrize(
    ("statement", "index", "field"),
    [
        (
            "UPDATE log_entry SET leaf = replace(leaf, 'operator', 'Operator') WHERE entry_index = 2",
            2,
            "leaf",
        ),
        ("UPDATE log_node SET hash = zeroblob(32) WHERE id = 0", 0, "node"),
        ("UPDATE log_chain SET length = length + 1 WHERE id = 0", None, "head"),
        ("DELETE FROM log_entry WHERE entry_index = 1", 1, "leaf"),
        (
            "UPDATE log_head SET checkpoint = replace(checkpoint, '— localhost', '— Localhost')",
            None,
            "checkpoint",
        ),
    ],
)
def test_a_change_in_the_database_is_found_and_located(
    lotproof: Lotproof, statement: str, index: int | None, field: str
) -> None:
    change(lotproof, statement)

    result = lotproof("verify")
    answer = lotproof("verify", "--json")

    assert (result.exit_code, answer.exit_code) == (1, 1)
    assert "A fault: " in result.stdout
    found = json.loads(answer.stdout)
    assert (found["ok"], found["fault"]["index"], found["fault"]["field"]) == (False, index, field)
    assert found["fault"]["what"]


def test_a_changed_tile_is_found_and_named(lotproof: Lotproof) -> None:
    (tile,) = (lotproof.home / "tiles/tile/0/000.p").iterdir()
    tile.write_bytes(bytes(len(tile.read_bytes())))

    found = lotproof("verify", "--log", lotproof.home / "tiles")

    assert found.exit_code == 1
    assert "tile/0/000.p/" in found.stdout


def test_another_key_than_the_pinned_one_is_a_fault(lotproof: Lotproof, tmp_path: Path) -> None:
    key = lotproof.text("log", "key").strip()
    other = "localhost:8000/log+" + key.split("+", 1)[1].replace("+A", "+B")

    assert lotproof.refusal("verify", "--key", other)["code"] == "invalid_key"
    assert lotproof("verify", "--authority", "did:key:z6MkOther").exit_code == 1


@pytest.fixture
def address(lotproof: Lotproof) -> Iterator[str]:
    """The published log, served as any server of files would."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    tiles = partial(Quiet, directory=str(lotproof.home / "tiles"))
    with ThreadingHTTPServer(("127.0.0.1", 0), tiles) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_log_is_verified_over_http(lotproof: Lotproof, address: str) -> None:
    found = lotproof.json("verify", "--log", f"{address}/")

    assert found["ok"]
    assert found["checked"] == lotproof.json("verify")["checked"]
    assert not found["pinned"]
    assert "was not checked" in lotproof.text("verify", "--log", address)


def test_a_file_that_the_server_does_not_have_is_a_fault_of_the_log(lotproof: Lotproof, address: str) -> None:
    (tile,) = (lotproof.home / "tiles/tile/entries/000.p").iterdir()
    tile.unlink()

    found = lotproof("verify", "--log", address)

    assert found.exit_code == 1
    assert "tile/entries/000.p/" in found.stdout
    assert "missing" in found.stdout


def test_of_a_log_of_others_the_command_says_what_it_did_not_check(
    unopened: Lotproof, tmp_path: Path
) -> None:
    files, key = opaque_log(leaves(300))
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)

    found = unopened.json("verify", "--log", tmp_path, "--key", key)
    hashes = unopened.json("verify", "--log", tmp_path, "--hashes")

    assert (found["ok"], found["pinned"], found["depth"], found["entries_checked"]) == (
        True,
        True,
        "tree",
        False,
    )
    assert "not Lotproof's" in unopened.text("verify", "--log", tmp_path, "--key", key)
    assert (hashes["checked"], hashes["depth"], hashes["pinned"]) == (300, "hashes", False)
    (tmp_path / "tile/0/000").write_bytes(bytes(8192))
    assert unopened("verify", "--log", tmp_path).exit_code == 1
    # Who names our authority says that it is a log of ours.
    as_ours = unopened("verify", "--log", tmp_path, "--authority", "did:key:z6Mk", "--json")
    assert (as_ours.exit_code, json.loads(as_ours.stdout)["ok"]) == (1, False)


@pytest.mark.parametrize("place", ["http://127.0.0.1:9", "gone", "ftp://example.org/log"])
def test_a_log_that_cannot_be_read_is_no_fault_of_the_log(unopened: Lotproof, place: str) -> None:
    refused = unopened.refusal("verify", "--log", place)

    assert refused["code"] in ("no_such_log", "invalid_log")
    assert place.rpartition("/")[2] in refused["message"]


def test_a_large_log_is_verified_by_several_processes_with_the_same_answer(
    lotproof: Lotproof, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = lotproof.json("verify")
    monkeypatch.setattr(verify, "WORTH_PROCESSES", 1)

    assert lotproof.json("verify") == alone


def test_progress_is_shown_on_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with progress.progress("working", 3) as tick:
        assert list(progress.ticking([1, 2, 3], tick)) == [1, 2, 3]

    assert capsys.readouterr() == ("", "")

    monkeypatch.setattr(progress, "on_terminal", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress.progress("working", 3) as tick:
        assert list(progress.ticking([1, 2, 3], tick, every=2)) == [1, 2, 3]

    assert "working" in capsys.readouterr().err
