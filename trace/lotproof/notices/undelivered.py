"""What operators see of the outbox: how much waits, and what could not be sent."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from lotproof.notices.codes import KIND as CODE
from lotproof.notices.models import Outgoing
from lotproof.notices.outbox import try_again
from lotproof.notices.state import State
from lotproof.people.actor import Actor
from lotproof.people.deeds import note
from lotproof.people.models import Account
from lotproof.people.permissions import Permission

_TROUBLED = (Outgoing.state.in_([State.FAILED, State.NO_WAY])) | (
    (Outgoing.state == State.WAITING) & (Outgoing.last_error != "")
)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One mail or text message that has not got through. name: of the account, "" for none.  No address is shown."""

    id: int
    channel: str
    kind: str
    state: str
    tries: int
    error: str
    made_at: datetime
    next_try_at: datetime
    name: str

    @property
    def can_be_tried(self) -> bool:
        """Whether somebody can have it sent again: a code cannot, and what waits is tried by itself."""
        return self.state != State.WAITING and self.kind != CODE


def undelivered(db: Connection, *, first: int = 0, most: int = 100) -> list[Undelivered]:
    """Return what has not got through, newest first. One statement."""
    rows = (
        select(
            Outgoing.id,
            Outgoing.channel,
            Outgoing.kind,
            Outgoing.state,
            Outgoing.tries,
            Outgoing.last_error,
            Outgoing.made_at,
            Outgoing.next_try_at,
            func.coalesce(Account.name, ""),
        )
        .outerjoin(Account, Account.id == Outgoing.account)
        .where(_TROUBLED)
        .order_by(Outgoing.id.desc())
    )
    return [Undelivered(*row) for row in db.execute(rows.offset(first).limit(most))]


def by_state(db: Connection) -> dict[str, int]:
    """Return how many mails and text messages there are in each state. One statement."""
    rows = select(Outgoing.state, func.count()).group_by(Outgoing.state)
    return {row[0]: row[1] for row in db.execute(rows)}


def retry(db: Connection, actor: Actor, now: datetime, ids: list[int] | None = None) -> int:
    """Have what was given up sent again, and note who asked for it; returns how many. ids: None for all.

    Raises: ForbiddenError `not_allowed`.
    """
    actor.require(Permission.RUN_NOTICES)
    count = try_again(db, now, ids)
    note(
        db, actor, now, "retry_mails", "outgoing", "" if ids is None else " ".join(map(str, ids)), count=count
    )
    return count
