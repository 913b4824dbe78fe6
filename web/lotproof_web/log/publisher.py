"""Keeps the log's public files up to date: whatever was numbered is published within a second, many at once."""

from functools import partial

from lotproof.ledger.log import Log
from lotproof.storage.one_process import one_process_at
from lotproof_web.background import Loop

EVERY_S = 0.5


class Publisher:
    """Publishes at every turn what came since the last one; a turn with nothing new reads one row and one file."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.loop = Loop("log publisher", self.turn, EVERY_S, partial(one_process_at, log.engine, "log publisher"))

    def turn(self) -> None:
        """Number what a stopped process left behind, then publish. Raises: LogFaultError `log_rolled_back`."""
        self._log.catch_up()
        self._log.publish()
