"""A lock that serves its waiters in the order in which they came.

SQLite lets waiting writers in by chance: a few wait for very long. Whoever takes this lock before
`BEGIN IMMEDIATE` waits its turn instead. The lock works within one process; between processes SQLite's own
busy timeout stays.

- The lock goes from hand to hand: a release gives it to the longest waiter, so nobody can slip in between.
- It is not reentrant: taking it twice in one thread would wait for ever, and is refused at once.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from lotproof.kernel.errors import RefusedError


class FairLock:
    """First come, first served."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._owner: int | None = None
        self._waiting: deque[tuple[int, threading.Event]] = deque()

    @property
    def waiting(self) -> int:
        """How many threads wait for their turn."""
        return len(self._waiting)

    def acquire(self, timeout_s: float) -> None:
        """Take the lock, waiting for one's turn.

        Raises: RefusedError `database_busy` after `timeout_s`; RuntimeError where this thread has it already.
        """
        me = threading.get_ident()
        turn = threading.Event()
        with self._mutex:
            if self._owner == me:
                raise RuntimeError("this thread is already writing: use the connection that it has")
            if self._owner is None:
                self._owner = me
                return
            self._waiting.append((me, turn))
        try:
            came = turn.wait(timeout_s)
        except BaseException:
            self._give_up(me, turn)
            raise
        if not came:
            self._give_up(me, turn)
            message = f"other writers did not finish within {timeout_s:g} s"
            raise RefusedError("database_busy", message, "try again in a moment")

    def release(self) -> None:
        """Give the lock to the longest waiter. Raises: RuntimeError where this thread does not hold it."""
        with self._mutex:
            if self._owner != threading.get_ident():
                raise RuntimeError("only the thread that took a lock may release it")
            self._hand_over()

    @contextmanager
    def held(self, timeout_s: float) -> Iterator[None]:
        """Hold the lock for the length of a `with` block; raises as `acquire` does."""
        self.acquire(timeout_s)
        try:
            yield
        finally:
            self.release()

    def _give_up(self, me: int, turn: threading.Event) -> None:
        """Leave the queue; where the lock came in the same instant, pass it on."""
        with self._mutex:
            if turn.is_set():
                self._hand_over()
            else:
                self._waiting.remove((me, turn))

    def _hand_over(self) -> None:
        if not self._waiting:
            self._owner = None
            return
        self._owner, turn = self._waiting.popleft()
        turn.set()
