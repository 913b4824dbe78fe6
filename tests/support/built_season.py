"""The demonstration season as tests build it: a folder, its log, and the clock that was moved along it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lotproof.demo.cast import OPERATOR_GLN, OPERATOR_NAMES
from lotproof.demo.chance import SeededBytes
from lotproof.demo.season import build_season, first_moment
from lotproof.instance import Place, init_instance
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
