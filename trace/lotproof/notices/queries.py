"""What somebody was told: her list, how much of it is new, and how she wants to hear of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, cast, func, select

from lotproof.kernel.errors import NotFoundError
from lotproof.notices.delivery import Delivery
from lotproof.notices.kinds import KINDS, Topic
from lotproof.notices.models import Notice, Preference
from lotproof.people.models import Account


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as it was told; its words are found by `filling.filled`."""

    id: int
    kind: str
    about_type: str
    about_id: str
    detail: Mapping[str, Any]
    at: datetime
    read_at: datetime | None


_LARGEST_ID = (1 << 63) - 1
_COLUMNS = (
    Notice.id,
    Notice.kind,
    Notice.about_type,
    Notice.about_id,
    Notice.detail,
    Notice.at,
    Notice.read_at,
)


def unread(db: Connection, account: int) -> int:
    """Return how many notices somebody has not read. One statement."""
    mine = select(func.count()).where(Notice.account == account, Notice.read_at.is_(None))
    return db.execute(mine).scalar_one()


def listed(
    db: Connection,
    account: int,
    *,
    topic: Topic | None = None,
    only_unread: bool = False,
    q: str = "",
    first: int,
    most: int,
) -> tuple[list[Told], int]:
    """Return some of somebody's notices, newest first, and how many there are. Two statements.

    q: stands in what fills the words: a lot code, a name.
    """
    mine = Notice.account == account
    if topic is not None:
        mine &= Notice.kind.in_([name for name, kind in KINDS.items() if kind.topic is topic])
    if q:
        mine &= cast(Notice.detail, Text).icontains(q, autoescape=True)
    if only_unread:
        mine &= Notice.read_at.is_(None)
    count = db.execute(select(func.count()).select_from(Notice).where(mine)).scalar_one()
    rows = (
        select(*_COLUMNS).where(mine).order_by(Notice.at.desc(), Notice.id.desc()).offset(first).limit(most)
    )
    return [Told(*row) for row in db.execute(rows)], count


def get(db: Connection, account: int, id: int) -> Told:
    """Return one notice. Raises: NotFoundError `unknown_notice`, alike for one that is somebody else's."""
    one = select(*_COLUMNS).where(Notice.id == id, Notice.account == account)
    row = db.execute(one).one_or_none() if 0 < id <= _LARGEST_ID else None
    if row is None:
        raise NotFoundError("unknown_notice", f"you have no notice {id}", "look at /notices")
    return Told(*row)


def wishes(db: Connection, account: int) -> dict[tuple[str, str], Delivery]:
    """Return what somebody chose: (topic, channel) → delivery. One statement."""
    rows = select(Preference.topic, Preference.channel, Preference.delivery).where(
        Preference.account == account
    )
    return {(row.topic, row.channel): Delivery(row.delivery) for row in db.execute(rows)}


@dataclass(frozen=True, slots=True)
class Reach:
    """By which ways an account can be reached."""

    has_mail: bool
    has_phone: bool


def reach(db: Connection, account: int) -> Reach:
    """Return by which ways an account can be reached. One statement."""
    mail, phone = db.execute(select(Account.mail, Account.phone).where(Account.id == account)).one()
    return Reach(mail is not None, phone is not None)
