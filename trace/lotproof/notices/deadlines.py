"""Deadlines: opened by an act, closed by the act that was awaited, and told of while they stand.

- There is one deadline for a kind and an object. To open it again moves it, and it is told anew.
- Whoever has to act is reminded once before, where a time for that was given. When it has passed they are told, and so
  is the lead of their role, each once, however often and in how many processes that is looked for.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, insert, select, update

from lotproof.notices.models import Deadline
from lotproof.notices.recipients import leads_of, people_with
from lotproof.notices.telling import tell
from lotproof.notices.words import DEADLINES
from lotproof.people.roles import Role
from lotproof.storage.engine import reading, writing

About = tuple[str, str]
"""(type, id) of an object, as notices name it."""
_AT_ONCE = 100


def open(  # noqa: A001 - deadlines.open, as in `deadlines.close`
    db: Connection,
    kind: str,
    about: About,
    role: Role,
    party: str | None,
    due_at: datetime,
    *,
    name: str,
    remind_at: datetime | None = None,
) -> None:
    """Open a deadline, or move it. db: writing.  kind: of `words.DEADLINES`.  about: (type, id) of the object.

    role, party: whose people have to act; party None: those of the role anywhere.  name: of the object, as people know
    it; it stands in what they are told.  remind_at: when they are reminded, None for not.
    """
    if kind not in DEADLINES:
        raise ValueError(f"there are no words for a deadline {kind!r}")
    row: dict[str, Any] = {
        "name": name,
        "role": role,
        "party": party,
        "due_at": due_at,
        "remind_at": remind_at,
        "reminded_at": None,
        "escalated_at": None,
        "closed_at": None,
    }
    moved = db.execute(update(Deadline).where(_of(kind, about)).values(row))
    if not moved.rowcount:
        db.execute(insert(Deadline), {"kind": kind, "about_type": about[0], "about_id": about[1], **row})


def close(db: Connection, kind: str, about: About, now: datetime) -> None:
    """End a deadline: what it asked for was done, or is not wanted any more. Nothing happens where none is open."""
    open_one = _of(kind, about) & Deadline.closed_at.is_(None)
    db.execute(update(Deadline).where(open_one).values(closed_at=now))


def remind(engine: Engine, at: datetime) -> int:
    """Remind of every open deadline whose time for that has come, and return how many there were."""
    due = (
        Deadline.closed_at.is_(None)
        & Deadline.reminded_at.is_(None)
        & (Deadline.remind_at <= at)
        & (Deadline.due_at > at)
    )
    return _each(engine, at, due, "reminded_at", _tell_near)


def escalate(engine: Engine, at: datetime) -> int:
    """Tell of every open deadline that has passed, and return how many there were."""
    due = Deadline.closed_at.is_(None) & Deadline.escalated_at.is_(None) & (Deadline.due_at <= at)
    return _each(engine, at, due, "escalated_at", _tell_passed)


def _of(kind: str, about: About) -> ColumnElement[bool]:
    return (Deadline.kind == kind) & (Deadline.about_type == about[0]) & (Deadline.about_id == about[1])


def _each(
    engine: Engine,
    at: datetime,
    due: ColumnElement[bool],
    mark: str,
    told: Callable[[Connection, Row[Any], datetime], None],
) -> int:
    """Mark and tell, some at a time: a stop between two transactions leaves the rest for the next call."""
    count = 0
    with reading(engine) as db:  # most looks find nothing, and take no turn to write
        if not db.execute(select(Deadline.id).where(due).limit(1)).first():
            return 0
    while True:
        with writing(engine) as db:
            some = select(Deadline.id).where(due).order_by(Deadline.due_at, Deadline.id).limit(_AT_ONCE)
            # The condition stands outside too: whoever waited for another process's lock asks it again.
            mine = update(Deadline).where(Deadline.id.in_(some), due).values({mark: at})
            rows = db.execute(mine.returning(*Deadline.__table__.c)).all()
            for row in sorted(rows, key=lambda row: row.id):
                told(db, row, at)
        if not rows:
            return count
        count += len(rows)


def _tell_near(db: Connection, row: Row[Any], at: datetime) -> None:
    _tell(db, row, at, "deadline_near", people_with(db, row.party, [Role(row.role)]))


def _tell_passed(db: Connection, row: Row[Any], at: datetime) -> None:
    leads = set(leads_of(db, row.role, row.party))
    _tell(db, row, at, "deadline_escalated", leads)
    _tell(db, row, at, "deadline_passed", set(people_with(db, row.party, [Role(row.role)])) - leads)


def _tell(db: Connection, row: Row[Any], at: datetime, kind: str, accounts: "list[int] | set[int]") -> None:
    values = {"deadline": row.kind, "name": row.name, "due_at": row.due_at}
    once = f"{kind}:{row.id}:{row.due_at.isoformat()}"
    tell(db, accounts, kind, row.about_type, row.about_id, values, at, once)
