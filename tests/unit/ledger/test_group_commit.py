"""Threads of one process have their entries numbered together, whichever of them does it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from lotproof.ledger.group_commit import GroupCommit
from lotproof.ledger.sequencer import Sequenced

LONG_S = 60.0


def placed(submissions: Sequence[int]) -> list[Sequenced]:
    return [Sequenced(id, 100 + id, bytes(32)) for id in submissions]


class Slow:
    """Numbers what it is asked for, the first time only when it is let go."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, submissions: Sequence[int]) -> list[Sequenced]:
        self.asked.append(list(submissions))
        if len(self.asked) == 1:
            self.begun.set()
            assert self.go_on.wait(LONG_S)
        return placed(submissions)


def test_who_numbers_is_asked_for_all_who_wait_so_that_each_is_told_once() -> None:
    slow = Slow()
    group = GroupCommit(slow)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(group.numbered, [1])
        assert slow.begun.wait(LONG_S)
        others = [pool.submit(group.numbered, [id]) for id in (2, 3, 4)]
        while len(group._waiting) < 4:  # they have all come to wait
            assert not first.done()
        slow.go_on.set()
        done = [one.result(LONG_S) for one in (first, *others)]

    assert [one[0].index for one in done] == [101, 102, 103, 104]
    assert slow.asked == [[1], [2, 3, 4]]


def test_an_error_is_raised_to_the_one_who_numbered_and_the_others_try_for_themselves() -> None:
    begun, go_on = threading.Event(), threading.Event()
    calls = list[list[int]]()

    def fails_once(submissions: Sequence[int]) -> list[Sequenced]:
        calls.append(list(submissions))
        if len(calls) == 1:
            begun.set()
            assert go_on.wait(LONG_S)
            raise ConnectionError("gone")
        return placed(submissions)

    group = GroupCommit(fails_once)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(group.numbered, [1])
        assert begun.wait(LONG_S)
        second = pool.submit(group.numbered, [2])
        go_on.set()

        with pytest.raises(ConnectionError):
            first.result(LONG_S)
        assert second.result(LONG_S) == placed([2])
    assert group._waiting == set()
