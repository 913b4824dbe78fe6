"""Take away what is not needed any more, and what belongs to people who were erased."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, select

from lotproof.notices.models import Lead, Notice, Outgoing, Preference
from lotproof.notices.state import State
from lotproof.people.models import Account
from lotproof.storage.engine import reading, writing

KEEP_LEFT, KEEP_NOTICES = timedelta(days=30), timedelta(days=400)
"""For how long it is known what left the house, and what somebody was told."""

_LOOKED_AT = 100


def tidy(engine: Engine, at: datetime) -> int:
    """Remove what has left, or was given up, a month ago, and notices of more than a year ago; returns how many."""
    left = (Outgoing.state != State.WAITING) & (Outgoing.made_at < at - KEEP_LEFT)
    old = Notice.at < at - KEEP_NOTICES
    with reading(
        engine
    ) as db:  # most looks find nothing: they read the oldest rows alone, and take no turn to write
        oldest_left = select(Outgoing.made_at).where(Outgoing.state != State.WAITING).order_by(Outgoing.id)
        oldest_told = select(Notice.at).order_by(Notice.id)
        if not _any_before(db, oldest_left, at - KEEP_LEFT) and not _any_before(
            db, oldest_told, at - KEEP_NOTICES
        ):
            return 0
    with writing(engine) as db:
        return (
            db.execute(delete(Outgoing).where(left)).rowcount + db.execute(delete(Notice).where(old)).rowcount
        )


def _any_before(db: Connection, oldest: Select[Any], limit: datetime) -> bool:
    """Whether one of the first rows is older: ids grow with time, but for ticks of another day."""
    return any(one < limit for one in db.execute(oldest.limit(_LOOKED_AT)).scalars())


def forget_erased(engine: Engine, at: datetime) -> int:
    """Remove what was told to accounts that are closed and have no address any more; returns how many notices.

    at: not asked for; a job has it.
    """
    gone = select(Account.id).where(
        Account.deactivated_at.is_not(None), Account.mail.is_(None), Account.phone.is_(None)
    )
    with reading(engine) as db:
        tables = (Notice, Outgoing, Preference, Lead)
        if not any(
            db.execute(select(one.account).where(one.account.in_(gone)).limit(1)).first() for one in tables
        ):
            return 0
    with writing(engine) as db:
        for table in (Outgoing, Preference, Lead):
            db.execute(delete(table).where(table.account.in_(gone)))
        return db.execute(delete(Notice).where(Notice.account.in_(gone))).rowcount
