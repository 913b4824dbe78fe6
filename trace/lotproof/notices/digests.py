"""The mail of the day: for each account that wants one, at 7 in the morning of her zone.

- An account's turn comes with the first look after 7; looks that were missed are made up for by one mail.
- Notices are taken and the mail is written in one transaction, so that each notice is in one mail, whoever looks.
- What she has read in the app by then is left out.
"""

from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Engine, func, insert, select, update

from lotproof.notices.composing import DIGEST_KIND
from lotproof.notices.delivery import Channel
from lotproof.notices.models import Notice, Outgoing
from lotproof.notices.telling import outgoing
from lotproof.notices.zones import zone_of
from lotproof.people.models import Account
from lotproof.storage.engine import reading, writing

HOUR = 7
MOST_LINES = 50


def newest_turn(at: datetime, zone: tzinfo) -> datetime:
    """Return the newest 7 o'clock in a zone that is not after a time."""
    local = at.astimezone(zone)
    turn = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return (
        turn
        if turn <= local
        else (local - timedelta(days=1)).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    )


def write_digests(engine: Engine, at: datetime) -> int:
    """Write the mails whose turn has come, and return how many."""
    with reading(engine) as db:
        waiting = (
            select(Account.id, Account.zone, func.min(Notice.at))
            .join(Notice, Notice.account == Account.id)
            .where(Notice.in_digest)
            .group_by(Account.id, Account.zone)
            .order_by(Account.id)
        )
        found = [(id, newest_turn(at, zone_of(zone)), oldest) for id, zone, oldest in db.execute(waiting)]
    return sum(_write(engine, id, turn, at) for id, turn, oldest in found if oldest < turn)


def _write(engine: Engine, account: int, turn: datetime, at: datetime) -> int:
    with writing(engine) as db:
        mine = (Notice.account == account) & Notice.in_digest & (Notice.at < turn)
        taken = update(Notice).where(mine).values(in_digest=False)
        rows = db.execute(taken.returning(Notice.id, Notice.kind, Notice.detail)).all()
        reader = db.execute(
            select(Account.language).where(
                Account.id == account, Account.mail.is_not(None), Account.deactivated_at.is_(None)
            )
        ).scalar()
        if not rows or reader is None:
            return 0
        lines = [{"kind": row.kind, "detail": row.detail} for row in sorted(rows, key=lambda row: row.id)]
        detail: dict[str, Any] = {"count": len(lines), "notices": lines[:MOST_LINES]}
        row = outgoing(Channel.MAIL, reader, at, kind=DIGEST_KIND, account=account, detail=detail)
        db.execute(insert(Outgoing), row)
        return 1
