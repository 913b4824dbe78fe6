"""A clock that stands still until it is told to move."""

from datetime import UTC, datetime, timedelta

import pytest

from lotproof.kernel.clock import Clock, SteppingClock, system_clock

START = datetime(2026, 11, 23, 8, 36, tzinfo=UTC)


def test_a_stepping_clock_stands_still_until_it_is_advanced() -> None:
    clock = SteppingClock(START)

    assert clock() == START == clock()

    clock.advance(timedelta(minutes=5))

    assert clock() == clock.now == datetime(2026, 11, 23, 8, 41, tzinfo=UTC)


def test_a_stepping_clock_can_go_backwards() -> None:
    clock = SteppingClock(START)

    clock.set(START - timedelta(days=1))
    clock.advance(timedelta(hours=-1))

    assert clock() == datetime(2026, 11, 22, 7, 36, tzinfo=UTC)


def test_a_time_without_offset_is_no_time_for_a_clock() -> None:
    naive = START.replace(tzinfo=None)

    with pytest.raises(ValueError, match="aware"):
        SteppingClock(naive)
    with pytest.raises(ValueError, match="aware"):
        SteppingClock(START).set(naive)


def test_the_system_clock_is_a_clock_of_aware_times() -> None:
    clock: Clock = system_clock

    assert clock().utcoffset() == timedelta(0)
