"""A folder holds one season: made once, found again, and nobody else's files are ever touched."""

from __future__ import annotations

import fcntl
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lotproof.demo import homes
from lotproof.demo.homes import LOCK, MARK, Season, open_or_make
from lotproof.kernel.clock import system_clock
from lotproof.kernel.errors import LotproofError, RefusedError
from lotproof.ledger.log import Log
from support.built_season import TODAY


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, date]]:
    """Instead of a season nothing is built; the list says what would have been."""
    asked: list[tuple[int, date]] = []

    def build(log: Log, clock: Any, seed: int, today: date, progress: Any) -> None:
        asked.append((seed, today))

    monkeypatch.setattr(homes, "build_season", build)
    return asked


def _open(home: Path, seed: int = 1, today: date = TODAY) -> tuple[Log, bool]:
    log, was_there = open_or_make(home, seed, today, system_clock, os.urandom, lambda _acts: None)
    log.engine.dispose()
    return log, was_there


def test_a_season_is_made_once_and_found_again(tmp_path: Path, builds: list[tuple[int, date]]) -> None:
    first, was_there = _open(tmp_path / "demo")
    again, is_there = _open(tmp_path / "demo")

    assert (was_there, is_there) == (False, True)
    assert builds == [(1, TODAY)]
    assert first.verifier_key == again.verifier_key
    assert again.around.clock is system_clock


def test_another_seed_or_day_takes_the_place_of_the_old_one(
    tmp_path: Path, builds: list[tuple[int, date]]
) -> None:
    origins = {
        _open(tmp_path, seed, today)[0].origin
        for seed, today in ((1, TODAY), (2, TODAY), (2, date(2026, 5, 1)))
    }

    assert len(builds) == len(origins) == 3


def test_a_half_built_season_is_made_anew(
    tmp_path: Path, builds: list[tuple[int, date]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopped:
        stopped.setattr(homes, "build_season", _stop)
        with pytest.raises(KeyboardInterrupt):
            _open(tmp_path)

    assert Season.read(tmp_path) == Season(1, TODAY, is_finished=False)
    assert _open(tmp_path)[1] is False
    assert builds == [(1, TODAY)]


def _stop(*_: Any) -> None:
    raise KeyboardInterrupt


def test_a_season_of_another_release_or_one_that_does_not_open_is_made_anew(
    tmp_path: Path, builds: list[tuple[int, date]]
) -> None:
    _open(tmp_path)
    Season(1, TODAY, is_finished=True, made_by="0.0.1").write(tmp_path)
    _open(tmp_path)
    (tmp_path / "lotproof.sqlite3").unlink()
    _open(tmp_path)

    assert len(builds) == 3


def test_a_folder_with_anything_else_is_refused_and_left_alone(
    tmp_path: Path, builds: list[tuple[int, date]]
) -> None:
    (tmp_path / "lotproof.sqlite3").write_text("precious")

    with pytest.raises(RefusedError) as refused:
        _open(tmp_path)

    assert refused.value.code == "not_a_demonstration"
    assert (tmp_path / "lotproof.sqlite3").read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lotproof.sqlite3"]
    assert builds == []


def test_files_beside_a_season_outlive_its_making_anew(
    tmp_path: Path, builds: list[tuple[int, date]]
) -> None:
    _open(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")

    _open(tmp_path, seed=2)

    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_broken_mark_counts_as_no_season(tmp_path: Path, builds: list[tuple[int, date]]) -> None:
    (tmp_path / MARK).write_text('{"seed": 1')

    assert Season.read(tmp_path) is None
    assert _open(tmp_path)[1] is False


def test_two_processes_do_not_make_the_same_season_at_once(
    tmp_path: Path, builds: list[tuple[int, date]]
) -> None:
    with (tmp_path / LOCK).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(LotproofError) as refused:
            _open(tmp_path)

    assert refused.value.code == "demonstration_busy"
    assert builds == []
