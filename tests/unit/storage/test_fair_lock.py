"""The fair lock: first come, first served, and never taken twice by one thread."""

import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from lotproof.kernel.errors import RefusedError
from lotproof.storage import fair_lock
from lotproof.storage.fair_lock import FairLock

LONG_S = 30.0


def until(condition: Callable[[], bool]) -> None:
    """Wait for other threads to get somewhere; a test that hangs fails instead."""
    pause = threading.Event()
    for _ in range(30_000):
        if condition():
            return
        pause.wait(0.001)
    raise AssertionError("the other threads did not get there")


def in_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_waiters_are_served_in_the_order_in_which_they_came() -> None:
    lock, served, threads = FairLock(), [], []

    def take(number: int) -> None:
        with lock.held(LONG_S):
            served.append(number)

    with lock.held(LONG_S):
        for number in range(20):
            threads.append(in_thread(lambda n=number: take(n)))
            until(lambda n=number: lock.waiting == n + 1)
    for thread in threads:
        thread.join()

    assert served == list(range(20))


def test_whoever_comes_back_at_once_stands_behind_those_who_wait() -> None:
    lock, served = FairLock(), []

    def take() -> None:
        with lock.held(LONG_S):
            served.append("waiter")

    lock.acquire(LONG_S)
    thread = in_thread(take)
    until(lambda: lock.waiting == 1)
    lock.release()
    with lock.held(LONG_S):
        served.append("greedy")
    thread.join()

    assert served == ["waiter", "greedy"]


def test_taking_the_lock_twice_in_one_thread_is_refused_at_once() -> None:
    lock = FairLock()

    with lock.held(LONG_S), pytest.raises(RuntimeError, match="already writing"):
        lock.acquire(LONG_S)

    with lock.held(LONG_S):
        assert lock.waiting == 0


def test_a_thread_that_does_not_hold_the_lock_cannot_release_it() -> None:
    lock = FairLock()

    with pytest.raises(RuntimeError, match="may release"):
        lock.release()


def test_a_waiter_whose_patience_ends_is_refused_and_leaves_the_queue() -> None:
    lock, refused = FairLock(), []

    def take() -> None:
        with pytest.raises(RefusedError) as caught:
            lock.acquire(0.01)
        refused.append(caught.value.code)

    with lock.held(LONG_S):
        in_thread(take).join()
        assert lock.waiting == 0

    assert refused == ["database_busy"]
    with lock.held(LONG_S):
        pass


def test_a_turn_that_comes_in_the_instant_in_which_patience_ends_is_passed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class TooLate(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            super().wait(LONG_S)
            return False

    lock, refused = FairLock(), []

    def take() -> None:
        with pytest.raises(RefusedError):
            lock.acquire(LONG_S)
        refused.append(True)

    lock.acquire(LONG_S)
    stand_in = SimpleNamespace(Event=TooLate, get_ident=threading.get_ident)
    monkeypatch.setattr(fair_lock, "threading", stand_in)
    thread = in_thread(take)
    until(lambda: lock.waiting == 1)
    lock.release()
    thread.join()

    assert refused
    with lock.held(0):
        assert lock.waiting == 0


def test_a_waiter_that_is_interrupted_leaves_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            raise KeyboardInterrupt

    lock = FairLock()
    in_thread(lambda: lock.acquire(LONG_S)).join()
    stand_in = SimpleNamespace(Event=Interrupted, get_ident=threading.get_ident)
    monkeypatch.setattr(fair_lock, "threading", stand_in)

    with pytest.raises(KeyboardInterrupt):
        lock.acquire(LONG_S)

    assert lock.waiting == 0
