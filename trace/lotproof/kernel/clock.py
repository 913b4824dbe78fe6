"""Time as a value that is passed in: nothing below the web and the command line reads a clock for itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's present time, aware, in UTC."""
    return datetime.now(UTC)


class SteppingClock:
    """A clock that stands still until it is set or advanced; for tests and demonstrations."""

    def __init__(self, start: datetime) -> None:
        self.now = _aware(start)

    def __call__(self) -> datetime:
        return self.now

    def set(self, moment: datetime) -> None:
        """Jump to a moment, forwards or backwards."""
        self.now = _aware(moment)

    def advance(self, step: timedelta) -> None:
        """Move on by a step (a negative one moves backwards)."""
        self.now += step


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a clock holds aware times only")
    return moment
