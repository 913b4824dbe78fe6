"""Number together what threads of this process submitted at about the same time.

- One of those who wait numbers everybody's entries; the others are told so without asking the database.
- Between processes the log's lock and the head's compare-and-swap decide. Whoever finds its entries numbered
  by another process reads where they stand.
"""

import threading
from collections.abc import Callable, Sequence

from lotproof.ledger.sequencer import Sequenced

_MOST_TOLD = 10_000
"""Of other processes' entries nobody here will ask: the oldest are forgotten, and could still be read."""


class GroupCommit:
    """number: numbers all that waits in the inbox, in a transaction of its own, and returns at least where the
    given submissions stand, also those that another process numbered. Called by one thread at a time."""

    def __init__(self, number: Callable[[Sequence[int]], list[Sequenced]]) -> None:
        self._number = number
        self._changed = threading.Condition()
        self._somebody_numbers = False
        self._waiting: set[int] = set()
        self._told: dict[int, Sequenced] = {}

    def numbered(self, submissions: Sequence[int]) -> list[Sequenced]:
        """Return where these submissions stand, which are committed already; waits for others or numbers them.

        Raises: what `number` raises, to the thread that called it; the others then try for themselves.
        """
        try:
            with self._changed:
                self._waiting.update(submissions)
                while self._somebody_numbers and not self._knows(submissions):
                    self._changed.wait()
                if self._knows(submissions):
                    return [self._told.pop(id) for id in submissions]
                self._somebody_numbers = True
                everybody = sorted(self._waiting)
            return self._number_for(everybody, set(submissions))
        finally:
            with self._changed:
                self._waiting.difference_update(submissions)

    def _number_for(self, everybody: Sequence[int], mine: set[int]) -> list[Sequenced]:
        done = list[Sequenced]()
        try:
            done = self._number(everybody)
        finally:
            self._tell([one for one in done if one.submission not in mine])
        return [one for one in done if one.submission in mine]

    def _knows(self, submissions: Sequence[int]) -> bool:
        return all(id in self._told for id in submissions)

    def _tell(self, others: Sequence[Sequenced]) -> None:
        with self._changed:
            self._somebody_numbers = False
            self._told.update({one.submission: one for one in others})
            while len(self._told) > _MOST_TOLD:
                del self._told[next(iter(self._told))]
            self._changed.notify_all()
