"""Work that goes on behind the requests, in threads of the serving process."""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from lotproof_web.error_text import told

AGAIN_S = 0.25
"""How soon a loop that was rung looks again, where another process was at work: it may have looked before the ring."""

Alone = Callable[[], AbstractContextManager[bool]]
"""Gives a block, and whether this process may do the work in it; see `lotproof.storage.one_process`."""

_logger = logging.getLogger(__name__)


class Loop:
    """A thread that does one thing again and again: when it is rung for, and every so often without.

    - Whatever fails is logged and tried again at the next turn; `fault` says what it was until a turn succeeds.
    - A ring during a turn leads to another turn, so nothing that was there before the ring is missed.
    - The thread may be killed at any point of its work: it must be safe to begin again.
    - With several processes one of them works at a time: `alone` says whether it is this one's turn.
    """

    def __init__(
        self, name: str, turn: Callable[[], object], every_s: float, alone: Alone = lambda: nullcontext(True)
    ) -> None:
        self.name = name
        self.fault = ""
        self.failed: Callable[[str], object] = lambda _name: None
        """Told this loop's name after every turn that failed."""
        self._alone = alone
        self._turn = turn
        self._every_s = every_s
        self._bell = threading.Event()
        self._turning = threading.Lock()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def is_running(self) -> bool:
        """Whether the thread is there."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin, with a turn at once."""
        self._bell.set()
        self._thread.start()

    def ring(self) -> None:
        """Ask for a turn now; costs next to nothing and never waits."""
        self._bell.set()

    def stop(self, wait_s: float = 10.0) -> None:
        """End after the turn that is going on. Waits for it, but not for ever."""
        self._stopping = True
        self._bell.set()
        if self._thread.is_alive():
            self._thread.join(wait_s)

    def _run(self) -> None:
        owed = False  # a ring that found another process at work
        while not self._stopping:
            rung = self._bell.wait(AGAIN_S if owed else self._every_s) or owed
            self._bell.clear()
            if not self._stopping:
                owed = not self.take_turn() and rung

    def take_turn(self) -> bool:
        """Do the work once, in the caller's thread, one turn at a time; returns False where another process does it."""
        with self._turning:
            return self._take_turn()

    def _take_turn(self) -> bool:
        try:
            with self._alone() as free:
                if free:
                    self._turn()
        except Exception as error:
            said = told(error)
            if said != self.fault:  # the same fault at every turn is told once
                _logger.exception("%s failed; it will be tried again", self.name)
            self.fault = said
            self.failed(self.name)
            return True
        self.fault = ""
        return free
