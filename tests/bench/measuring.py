"""Samples of time, and two things measured in turn so that a noisy machine disturbs both alike."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

Round = Callable[[], Sequence[float]]
"""One round of a measurement: seconds per unit, one sample or several."""


@dataclass(slots=True)
class Samples:
    """Seconds per unit."""

    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The time of the middle sample."""
        return statistics.median(self.seconds)

    def percentile(self, percent: float) -> float:
        """The time that `percent` of the samples do not exceed (nearest rank)."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * percent // 100) - 1).__int__())]

    @contextmanager
    def timed(self, units: int = 1) -> Iterator[None]:
        """Add what the block takes, shared out among its units."""
        start = perf_counter()
        yield
        self.seconds.append((perf_counter() - start) / units)


def in_turn(rounds: int, ours: Round, floor: Round) -> tuple[Samples, Samples]:
    """Run A B A B … and return both; the first round of each warms caches and does not count."""
    measured, beside = Samples(), Samples()
    for number in range(rounds + 1):
        for kept, run in ((measured, ours), (beside, floor)):
            seconds = run()
            if number:
                kept.seconds.extend(seconds)
    return measured, beside
