"""Sends mails and text messages, and does every minute what is due because time has passed."""

from datetime import datetime
from functools import partial

from lotproof.kernel.errors import LotproofError
from lotproof.ledger.log import Log
from lotproof.notices.outbox import send_due
from lotproof.notices.senders import Ways
from lotproof.storage.one_process import one_process_at
from lotproof.ticks import tick
from lotproof_web.background import Loop

LOOK_EVERY_S = 5.0
"""What another process wrote is found by looking; what this one wrote rings."""


class MailKeeper:
    """ways: what there is to send by.  public_url: where links lead."""

    def __init__(self, log: Log, ways: Ways, public_url: str) -> None:
        self._log, self.ways, self._public_url = log, ways, public_url
        self._ticked: datetime | None = None
        self.loop = Loop("mails", self.turn, LOOK_EVERY_S, partial(one_process_at, log.engine, "mails"))

    def turn(self) -> None:
        """Tick if this minute has not, and send what waits. Looking costs one small statement.

        Raises: LotproofError `job_failed`, after everything else was done.
        """
        if self._log.is_mirror:
            return
        clock = self._log.around.clock
        broken = self._tick(clock())
        send_due(self._log.engine, self.ways, clock, self._public_url)
        if broken:
            raise LotproofError(
                "job_failed", f"not done: {', '.join(broken)}", "it is tried again in a minute"
            )

    def _tick(self, now: datetime) -> list[str]:
        minute = now.replace(second=0, microsecond=0)
        if minute == self._ticked:
            return []
        self._ticked = minute
        return [done.job for done in tick(self._log, now) if done.fault]
