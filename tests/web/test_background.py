"""Loops behind the requests: rung for or not, they take their turns, and tell of what fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lotproof_web.background import Loop

LONG_S = 60.0


@pytest.fixture
def loops() -> Iterator[list[Loop]]:
    """Loops that are stopped at the end."""
    started: list[Loop] = []
    yield started
    for loop in started:
        loop.stop()


def test_a_loop_begins_with_a_turn_and_takes_one_for_every_ring(loops: list[Loop]) -> None:
    turns = threading.Semaphore(0)
    loop = Loop("test", turns.release, every_s=3_600)
    loops.append(loop)

    loop.start()
    assert turns.acquire(timeout=LONG_S)
    loop.ring()

    assert turns.acquire(timeout=LONG_S)
    assert loop.is_running


def test_a_ring_during_a_turn_leads_to_another_turn(loops: list[Loop]) -> None:
    began, go_on, turns = threading.Event(), threading.Event(), threading.Semaphore(0)

    def turn() -> None:
        began.set()
        go_on.wait(LONG_S)
        turns.release()

    loop = Loop("test", turn, every_s=3_600)
    loops.append(loop)
    loop.start()
    assert began.wait(LONG_S)
    loop.ring()
    go_on.set()

    assert turns.acquire(timeout=LONG_S)
    assert turns.acquire(timeout=LONG_S)


def test_a_turn_comes_by_itself_after_a_while(loops: list[Loop]) -> None:
    turns = threading.Semaphore(0)
    loop = Loop("test", turns.release, every_s=0.01)
    loops.append(loop)

    loop.start()

    assert all(turns.acquire(timeout=LONG_S) for _ in range(3))


def test_what_fails_is_told_once_and_forgotten_when_it_works_again(caplog: pytest.LogCaptureFixture) -> None:
    outcomes: list[Exception | None] = [OSError("disk full"), OSError("disk full"), None]

    def turn() -> None:
        outcome = outcomes.pop(0)
        if outcome:
            raise outcome

    loop = Loop("test", turn, every_s=3_600)
    with caplog.at_level(logging.ERROR):
        loop.take_turn()
        loop.take_turn()
    failing = loop.fault
    loop.take_turn()

    assert (failing, loop.fault) == ("disk full", "")
    assert len(caplog.records) == 1


def test_work_that_another_process_does_is_left_to_it_and_a_ring_is_not_forgotten(loops: list[Loop]) -> None:
    turns, free, asked = threading.Semaphore(0), threading.Event(), threading.Semaphore(0)

    @contextmanager
    def alone() -> Iterator[bool]:
        asked.release()
        yield free.is_set()

    loop = Loop("test", turns.release, every_s=3_600, alone=alone)
    loops.append(loop)
    loop.start()
    assert asked.acquire(timeout=LONG_S)
    assert asked.acquire(timeout=LONG_S)  # it comes again by itself, as it was rung at its start
    worked_beside = turns.acquire(blocking=False)
    free.set()

    assert turns.acquire(timeout=LONG_S)
    assert not worked_beside


def test_a_loop_ends_when_it_is_stopped_and_may_be_stopped_before_it_began(loops: list[Loop]) -> None:
    never, once = Loop("never", lambda: None, every_s=3_600), Loop("once", lambda: None, every_s=3_600)

    never.stop()
    once.start()
    once.stop()

    assert not never.is_running
    assert not once.is_running
