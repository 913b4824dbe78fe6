"""What has to be done because time has passed: a list of jobs, each safe to do again, or twice at once.

- A job is given the log and a time, does everything that was due by then, and returns how much it was. What it did
  before it does not do again, so that missed and repeated ticks come to the same.
- A job that fails is told, and the others are done all the same.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from lotproof.ledger.log import Log
from lotproof.notices import deadlines, digests, tidying
from lotproof.notices.holidays import days, years
from lotproof.notices.recipients import people_with
from lotproof.notices.telling import tell
from lotproof.notices.working_days import CHINA
from lotproof.people.roles import Role
from lotproof.storage.engine import reading, writing

Job = tuple[str, Callable[[Log, datetime], int]]
_DECEMBER = 12
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job. fault: why it failed, "" where it did not."""

    job: str
    count: int
    fault: str = ""


def tick(log: Log, at: datetime, jobs: Iterable[Job]) -> list[Done]:
    """Do every job for a time. A mirror has nothing to do."""
    return [] if log.is_mirror else [_do(log, at, name, job) for name, job in jobs]


def _do(log: Log, at: datetime, name: str, job: Callable[[Log, datetime], int]) -> Done:
    try:
        return Done(name, job(log, at))
    except Exception as error:
        _logger.exception("job %s failed; the next tick tries it again", name)
        return Done(name, 0, type(error).__name__)


def ask_for_holidays(log: Log, at: datetime) -> int:
    """In December, tell operators once that the next year's holidays are not entered; returns how many were told."""
    today = at.astimezone(CHINA).date()
    if today.month != _DECEMBER:
        return 0
    year = today.year + 1
    with reading(log.engine) as db:
        if year in years(days(db)):
            return 0
    with writing(log.engine) as db:
        operators = people_with(db, None, [Role.OPERATOR])
        once = f"holidays_missing:{year}"
        return tell(db, operators, "holidays_missing", "holidays", str(year), {"year": year}, at, once)


JOBS: tuple[Job, ...] = (
    ("reminders", lambda log, at: deadlines.remind(log.engine, at)),
    ("escalations", lambda log, at: deadlines.escalate(log.engine, at)),
    ("holidays", ask_for_holidays),
    ("digests", lambda log, at: digests.write_digests(log.engine, at)),
    ("tidying", lambda log, at: tidying.tidy(log.engine, at)),
    ("erased", lambda log, at: tidying.forget_erased(log.engine, at)),
)
