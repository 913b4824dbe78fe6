"""Work that goes on behind the requests, in threads of the serving process."""

import logging
import threading
from collections.abc import Callable

_logger = logging.getLogger(__name__)


class Loop:
    """A thread that does one thing again and again: when it is rung for, and every so often without.

    - Whatever fails is logged and tried again at the next turn; `fault` says what it was until a turn succeeds.
    - A ring during a turn leads to another turn, so nothing that was there before the ring is missed.
    - The thread may be killed at any point of its work: it must be safe to begin again.
    """

    def __init__(self, name: str, turn: Callable[[], object], every_s: float) -> None:
        self.name = name
        self.fault = ""
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
        while not self._stopping:
            self._bell.wait(self._every_s)
            self._bell.clear()
            if not self._stopping:
                self.take_turn()

    def take_turn(self) -> None:
        """Do the work once, in the caller's thread; one turn at a time."""
        with self._turning:
            self._take_turn()

    def _take_turn(self) -> None:
        try:
            self._turn()
        except Exception as error:
            if str(error) != self.fault:  # the same fault at every turn is told once
                _logger.exception("%s failed; it will be tried again", self.name)
            self.fault = str(error) or type(error).__name__
        else:
            self.fault = ""
