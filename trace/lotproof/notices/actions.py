"""What somebody does with her notices: read them, and choose how she hears of things."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Update, delete, insert, update

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.notices.delivery import CHOICES, CHOSEN_BY_PEOPLE, Channel, Delivery
from lotproof.notices.models import Notice, Preference
from lotproof.notices.queries import Told, get


def read(db: Connection, account: int, id: int, now: datetime) -> Told:
    """Mark one notice as read and return it. Raises: NotFoundError `unknown_notice`."""
    found = get(db, account, id)
    db.execute(_unread(account).where(Notice.id == id).values(read_at=now, in_digest=False))
    return found


def read_all(db: Connection, account: int, now: datetime) -> int:
    """Mark everything that was told until now as read, and return how many it were."""
    told = _unread(account).where(Notice.at <= now)
    return db.execute(told.values(read_at=now, in_digest=False)).rowcount


def choose(db: Connection, account: int, chosen: Mapping[tuple[str, str], str]) -> None:
    """Keep how somebody wants to hear of things. chosen: (topic, channel) → delivery; what is left out is as usual.

    Raises: InvalidInputError `invalid_preference`.
    """
    problems = [
        Problem(f"{topic}.{channel}", "invalid_preference", f"{delivery!r} cannot be chosen here")
        for (topic, channel), delivery in chosen.items()
        if not _can_be_chosen(topic, channel, delivery)
    ]
    if problems:
        said = "; ".join(f"{one.where}: {one.message}" for one in problems)
        raise InvalidInputError("invalid_preference", said, "choose one of those that are offered", problems)
    db.execute(delete(Preference).where(Preference.account == account))
    rows = [
        {"account": account, "topic": topic, "channel": channel, "delivery": Delivery(delivery)}
        for (topic, channel), delivery in chosen.items()
    ]
    if rows:
        db.execute(insert(Preference), rows)


def _can_be_chosen(topic: str, channel: str, delivery: str) -> bool:
    if topic not in CHOSEN_BY_PEOPLE or channel not in set(Channel):
        return False
    return delivery in CHOICES[Channel(channel)]


def _unread(account: int) -> Update:
    return update(Notice).where(Notice.account == account, Notice.read_at.is_(None))
