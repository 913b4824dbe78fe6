"""States the heads of all chains on the log every so often, so that proofs can say what the newest entry is."""

from datetime import timedelta
from functools import partial

from lotproof.kernel.errors import RefusedError
from lotproof.ledger.heads import is_due, newest_stated, state_heads
from lotproof.ledger.log import Log
from lotproof.ledger.proofs import log_size
from lotproof.storage.engine import reading
from lotproof.storage.one_process import one_process_at
from lotproof_web.background import Loop

LOOK_EVERY_S = 30.0


class HeadsKeeper:
    """every: the least time between two heads entries, None where only `lotproof heads` makes them."""

    def __init__(self, log: Log, every: timedelta | None) -> None:
        self._log = log
        self._every = every
        look_s = LOOK_EVERY_S if every is None else min(LOOK_EVERY_S, every.total_seconds())
        self.loop = Loop("heads", self.turn, look_s, partial(one_process_at, log.engine, "heads"))

    def turn(self) -> None:
        """Make a heads entry if one is due and no other process is at it. Looking costs two small statements."""
        if self._every is None or self._log.is_mirror:
            return
        with reading(self._log.engine) as db:
            newest, size = newest_stated(db), log_size(db)
        if is_due(newest, size, self._log.around.clock(), self._every):
            try:
                state_heads(self._log)
            except RefusedError as error:
                if error.code != "heads_busy":
                    raise
