"""`lotproof monitor` follows a log: what continues is told, what does not is an alarm with its evidence."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from lotproof.kernel.errors import ForbiddenError, NotFoundError
from lotproof.proof.any_log import parse_any_note
from lotproof.proof.following import Seen, Step, follow
from lotproof.proof.tile_source import TileSource
from lotproof_cli.following import Around, pause_s, watch_log
from lotproof_cli.monitor_state import Memory
from support.command_line import Lotproof
from support.log_builder import FARM, LogBuilder, event, lot, orchard
from support.opaque_log import leaves, opaque_log


@dataclass
class Followed:
    """A log in a folder, and the command that follows it."""

    lotproof: Lotproof
    key: str

    @property
    def place(self) -> Path:
        """Where the log lies."""
        return self.lotproof.folder / "log"

    def show(self, log: LogBuilder | dict[str, bytes]) -> None:
        """Let the log be this from now on."""
        shutil.rmtree(self.place, ignore_errors=True)
        for path, data in (log.tiles() if isinstance(log, LogBuilder) else log).items():
            (self.place / path).parent.mkdir(parents=True, exist_ok=True)
            (self.place / path).write_bytes(data)

    def look(self, *more: str) -> tuple[int, list[dict[str, Any]]]:
        """Look once; return the exit code and what was told."""
        result = self.lotproof(
            "monitor", self.place, "--once", "--json", *self._state, "--key", self.key, *more
        )
        assert result.exit_code in (0, 1), result.output
        return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]

    def alarm(self, *more: str) -> tuple[str, dict[str, Any]]:
        """Look once, and return the code and the evidence of the one alarm."""
        code, told = self.look(*more)
        assert code == 1
        (found,) = (one for one in told if one["event"] == "alarm")
        return found["code"], json.loads(Path(found["evidence"]).read_text())

    @property
    def _state(self) -> tuple[str, str]:
        return "--state", str(self.lotproof.folder / "state.json")


@pytest.fixture
def followed(unopened: Lotproof) -> Followed:
    """A log of 20 entries that was looked at once."""
    log = orchard(20)
    found = Followed(unopened, log.log_key)
    found.show(log)
    code, told = found.look()
    assert (code, told[0]["event"], told[0]["size"], told[0]["depth"]) == (
        0,
        "step",
        len(log.leaves),
        "entries",
    )
    return found


def grown(entries: int, code: str = "more") -> LogBuilder:
    """The log with so many more entries."""
    log = orchard(20)
    for n in range(entries):
        log.add_event(event(lot(f"{code}{n}")))
    return log


def test_what_continues_is_verified_and_remembered(followed: Followed) -> None:
    followed.show(grown(300))

    code, told = followed.look()
    again, nothing = followed.look()

    assert (code, told[0]["new"]) == (0, 300)
    assert (again, nothing[0]["new"]) == (0, 0)
    text = followed.lotproof.text(
        "monitor", followed.place, "--once", "--state", followed.lotproof.folder / "state.json"
    )
    assert "nothing new; entries verified" in text


def test_a_fork_keeps_both_notes_and_the_good_log_goes_on(followed: Followed) -> None:
    followed.show(grown(5, "this"))
    followed.look()
    seen = (followed.place / "checkpoint").read_text()
    for forked in (grown(5, "that"), grown(9, "that"), grown(400, "that")):
        followed.show(forked)

        code, evidence = followed.alarm()

        assert code == "fork"
        assert (evidence["here"], evidence["offered"]) == (seen, (followed.place / "checkpoint").read_text())
    followed.show(grown(9, "this"))
    assert followed.look()[0] == 0


def test_a_log_that_shrinks_is_an_alarm(followed: Followed) -> None:
    followed.show(orchard(19))

    code, evidence = followed.alarm()

    assert code == "shrunk"
    assert {"here", "offered", "at", "key"} <= evidence.keys()


def test_a_signature_that_does_not_fit_is_an_alarm(followed: Followed) -> None:
    files = grown(3).tiles()
    note = files["checkpoint"].decode()
    followed.show({**files, "checkpoint": note.replace("\n", "\n1", 1).encode()})
    assert followed.alarm()[0] == "bad_signature"

    followed.show({**files, "checkpoint": b"\xff no note"})
    assert followed.alarm()[0] == "bad_signature"


def test_tiles_that_do_not_hold_are_an_alarm(followed: Followed) -> None:
    files = grown(3).tiles()
    name = next(path for path in files if path.startswith("tile/entries"))
    followed.show({**files, name: files[name].replace(b"more1", b"more7")})

    code, evidence = followed.alarm()

    assert code == "fault"
    assert "entry" in evidence["message"]
    tile = next(path for path in files if path.startswith("tile/0/"))
    followed.show({**files, tile: bytes(len(files[tile]))})
    assert followed.alarm()[0] == "fault"


def test_two_entries_with_one_place_in_a_chain_are_an_alarm(followed: Followed) -> None:
    log = grown(2)
    before = dict(log.heads)
    log.add_event(event(lot("more0")))
    log.heads = before
    log.add_event(event(lot("more0"), kilograms=99))
    followed.show(log)

    code, evidence = followed.alarm()

    assert code == "two_entries_one_place"
    assert lot("more0") in evidence["message"]


def test_new_entries_about_what_is_watched_are_told(followed: Followed) -> None:
    followed.show(grown(3))

    code, told = followed.look("--watch", lot("more1"), "--watch", FARM)

    assert code == 0
    assert [one for one in told if one["event"] == "news"] == [
        {"event": "news", "index": len(grown(1).leaves), "what": told[1]["what"], "about": [lot("more1")]}
    ]


def test_a_new_key_of_a_watched_party_is_an_alarm_once(followed: Followed) -> None:
    log = grown(0)
    log.add_key("bind", "second", FARM, ["second", "authority"])
    followed.show(log)

    code, evidence = followed.alarm("--watch", FARM)

    assert code == "key_of_watched"
    assert "key bind" in evidence["message"]
    assert followed.look("--watch", FARM)[0] == 0


def test_a_program_is_called_with_the_evidence_and_without_a_shell(
    followed: Followed, tmp_path: Path
) -> None:
    script = tmp_path / "tell.py"
    script.write_text("import sys, pathlib\npathlib.Path(sys.argv[1]).write_text('|'.join(sys.argv[2:]))\n")
    called = tmp_path / "called"
    followed.show(orchard(19))

    followed.look("--exec", f"{sys.executable} {script} {called} '$(id)'")

    first, evidence = called.read_text().split("|")
    assert first == "$(id)"
    assert json.loads(Path(evidence).read_text())["code"] == "shrunk"
    called.unlink()
    followed.look("--exec", f"{sys.executable} {script} {called}")
    assert not called.exists(), "the same alarm is not told twice"
    followed.show(orchard(18))
    assert [one["event"] for one in followed.look("--exec", "/no/such/program")[1]] == [
        "alarm",
        "exec_failed",
    ]


def test_a_log_of_others_is_followed_by_its_tree(unopened: Lotproof) -> None:
    files, key = opaque_log(leaves(100))
    found = Followed(unopened, key)
    found.show(files)
    assert found.look()[1][0]["depth"] == "tree"

    found.show(opaque_log(leaves(600))[0])
    assert found.look()[1][0]["new"] == 500
    assert found.look("--hashes")[1][0]["depth"] == "hashes"
    found.show(opaque_log([b"x", *leaves(700)[1:]])[0])
    assert found.alarm()[0] == "fork"


def test_what_is_needed_and_what_does_not_fit_is_said(followed: Followed) -> None:
    lotproof, state = followed.lotproof, followed.lotproof.folder / "state.json"
    other = opaque_log(leaves(1))[1]

    assert lotproof.refusal("monitor", followed.place, "--once", "--state", "new")["code"] == "log_key_needed"
    assert (
        lotproof.refusal("monitor", followed.place, "--once", "--state", state, "--key", other)["code"]
        == "another_key"
    )
    state.write_text(state.read_text().replace('"tree": "', '"tree": "00'))
    assert lotproof.refusal("monitor", followed.place, "--once", "--state", state)["code"] == "invalid_state"


def test_an_address_that_does_not_answer_makes_the_exit_code_1(unopened: Lotproof) -> None:
    found = unopened("monitor", "http://127.0.0.1:9/log", "--once", "--key", orchard(3).log_key, "--json")

    assert found.exit_code == 1
    assert json.loads(found.stdout)["event"] == "unreachable"


def test_pauses_grow_while_nobody_answers_and_the_third_failure_is_told(tmp_path: Path) -> None:
    log = orchard(5)
    memory, slept, called = Memory(tmp_path / "state.json", log.log_key), list[float](), list[Path]()
    looks: list[Callable[[], Step]] = [
        lambda: _seen(log), *[_nobody] * 4, lambda: follow(_source(log), memory.key, memory.seen)
    ]  # fmt: skip

    def call(evidence: Path) -> None:
        called.append(evidence)

    def look() -> Step:
        return looks.pop(0)()

    around = Around(look, lambda: datetime(2026, 6, 1, tzinfo=UTC), slept.append, call)
    told = list(islice(watch_log(memory, around, 60, once=False), 7))

    assert [one.event for one in told] == ["step", *["unreachable"] * 3, "alarm", "unreachable", "step"]
    assert slept == [60, 5, 10, 20, 40]
    assert len(called) == 1
    assert pause_s(100, 60) == 900
    assert pause_s(100, 3600) == 3600


def test_where_entries_are_for_members_the_hashes_are_followed() -> None:
    log, hidden = orchard(300), list[str]()

    def read(path: str) -> bytes:
        if path.startswith("tile/entries"):
            hidden.append(path)
            raise ForbiddenError("entries_for_members", "they are not shown")
        return log.tiles()[path]

    first = follow(TileSource(read, parse_any_note), log.log_key, None)
    assert isinstance(first.seen, Seen)
    log.add_event(event(lot("new")))
    second = follow(TileSource(read, parse_any_note), log.log_key, first.seen)

    assert (first.alarm, first.depth, second.alarm, second.depth) == (None, "hashes", None, "hashes")
    assert second.size == (first.size or 0) + 1
    assert hidden


def _source(log: LogBuilder) -> TileSource:
    return TileSource(log.tiles().__getitem__, parse_any_note)


def _seen(log: LogBuilder) -> Step:
    return follow(_source(log), log.log_key, None)


def _nobody() -> Step:
    raise NotFoundError("no_such_log", "nobody answers")
