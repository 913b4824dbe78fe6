"""Every job of every floor that is done because time has passed, in the order in which they are done."""

from collections.abc import Sequence
from datetime import datetime

from lotproof.ledger.log import Log
from lotproof.lots.book.uploads import forget_old
from lotproof.notices import ticking
from lotproof.notices.ticking import Done, Job
from lotproof.suppliers.alerts import tell_of_ends
from lotproof.suppliers.forgetting import forget_erased as forget_suppliers

JOBS: tuple[Job, ...] = (
    ("papers that end", tell_of_ends),
    ("suppliers erased", forget_suppliers),
    ("season files", forget_old),
    *ticking.JOBS,
)
"""What tells of things comes before `digests`, so that it is in the mail of the same day."""


def tick(log: Log, at: datetime, jobs: Sequence[Job] = JOBS) -> list[Done]:
    """Do what was due by a time, and say what came of each job. Safe to be called again, late, or twice at once."""
    return ticking.tick(log, at, jobs)
