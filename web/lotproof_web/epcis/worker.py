"""Applies captured documents behind the requests that brought them.

- What is to be done stands in the database (jobs in state "staged"): a job that was acknowledged outlives the
  process, and goes on at the event where it stopped. The bell only says that there is something new.
- Several workers on one database take turns at each chunk, so no event is applied twice.
- A job that fails is tried again, at longer and longer intervals, and holds no other job up. One that can never
  succeed (its organisation has no key any more) is failed with the reason.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from lotproof.kernel.errors import ForbiddenError, InvalidInputError, LotproofError, NotFoundError
from lotproof.ledger.log import Log
from lotproof.lots.capture import apply_job, discard_abandoned, fail_job, unfinished
from lotproof.storage.one_process import one_process_at
from lotproof_web.background import Loop
from lotproof_web.error_text import told

EVERY_S = 5.0
"""How often to look for jobs that no bell rang for: those of a process that died."""
ABANDONED_AFTER = timedelta(days=1)
_PAUSES_S = (1.0, 2.0, 4.0, 8.0, 30.0, 120.0, 300.0)
_HOPELESS = (NotFoundError, InvalidInputError, ForbiddenError)

_logger = logging.getLogger(__name__)


class CaptureWorker:
    """elapsed: seconds on a clock that never goes back."""

    def __init__(self, log: Log, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._elapsed = elapsed
        self._failed: dict[str, tuple[int, float]] = {}  # job -> (how often, when to try again)
        self.loop = Loop("capture worker", self.sweep, EVERY_S, partial(one_process_at, log.engine, "capture worker"))

    def sweep(self) -> None:
        """Apply every job whose turn it is, the oldest first.

        Raises: the first error that a job left it with, after all of them had their turn.
        """
        discard_abandoned(self._log, self._log.around.clock() - ABANDONED_AFTER)
        errors = [error for job in unfinished(self._log) if (error := self._try(job))]
        if errors:
            raise errors[0]

    def _try(self, job: str) -> Exception | None:
        times, again_at = self._failed.get(job, (0, 0.0))
        if times and self._elapsed() < again_at:
            return None
        try:
            apply_job(self._log, job)
        except _HOPELESS as error:
            self._give_up(job, error)
        except Exception as error:
            self._failed[job] = (times + 1, self._elapsed() + _PAUSES_S[min(times, len(_PAUSES_S) - 1)])
            _logger.warning("capture job %s stopped, for the %d. time: %s", job, times + 1, told(error))
            return error
        self._failed.pop(job, None)
        return None

    def _give_up(self, job: str, error: LotproofError) -> None:
        _logger.error("capture job %s cannot be applied: %s", job, told(error))
        fail_job(self._log, job, error)
