"""The demonstration season as tests build it: a folder, its log, and the clock that was moved along it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from lotproof.demo.cast import OPERATOR_GLN, OPERATOR_NAMES
from lotproof.demo.chance import SeededBytes
from lotproof.demo.season import build_season, first_moment
from lotproof.instance import Place, init_instance, open_instance
from lotproof.kernel.clock import SteppingClock
from lotproof.ledger.log import Log

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Built:
    """A season in a folder of its own."""

    log: Log
    clock: SteppingClock
    home: Path


Build = Callable[..., Built]


def build_in(home: Path, seed: int = 1, today: date = TODAY) -> Built:
    """Build a season in an empty folder."""
    clock = SteppingClock(first_moment(today))
    log = init_instance(
        Place(home), clock, SeededBytes(seed), "demo.example/log", OPERATOR_GLN, OPERATOR_NAMES
    )
    build_season(log, clock, seed, today)
    return Built(log, clock, home)


def first_season(run_folder: Path, home: Path) -> Built:
    """Return the season of seed 1 in a folder that is not there yet: built once in a run, then copied."""
    original, note = run_folder / "season", run_folder / "season-ends"
    with (run_folder / "season.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            built = build_in(original)
            built.log.engine.dispose()  # the last connection to leave folds SQLite's write-ahead log into the file
            note.write_text(built.clock.now.isoformat())
    shutil.copytree(original, home)
    clock = SteppingClock(datetime.fromisoformat(note.read_text()))
    return Built(open_instance(Place(home), clock, os.urandom), clock, home)
