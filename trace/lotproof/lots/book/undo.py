"""Take back what was recorded by mistake: a correction, within its rules. Nothing is deleted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.ledger import tables as t
from lotproof.ledger.readers import Reader
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.acts import declare_wrong
from lotproof.lots.book.forms import FORMS
from lotproof.lots.drafting import Author
from lotproof.lots.entering import Entered, place_due_holds
from lotproof.lots.events import full_event
from lotproof.lots.findings import Opened
from lotproof.lots.kinds import BY_NAME, Effect
from lotproof.lots.models import EventLot, EventRow, Lot, LotEdge
from lotproof.lots.native import Fact
from lotproof.lots.restating import fact_of
from lotproof.people.actor import Actor
from lotproof.people.deeds import note
from lotproof.storage.blobs import BlobStore

_BY_RELEASE = frozenset({Effect.HOLD, Effect.RECALL, Effect.RELEASE})


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands recorded. entry: None until it is numbered.  lots: URIs of the lots and growing cycles.

    undo: "" where it may be taken back, else why not: "by_release", "others", "on_hold", "undone".
    used: how many other lots were made of what it made; they are looked at again when it is taken back.
    """

    submission: int
    entry: int | None
    kind: str
    at: datetime
    party: str
    place: str | None
    fact: Fact | None
    lots: tuple[str, ...]
    undo: str
    used: int


def receipt_of(
    db: Connection, reader: Reader, submission: int, blobs: BlobStore, party: str | None
) -> Receipt:
    """Return what an event recorded. party: whose receipt it is shown to.

    Raises: NotFoundError `no_such_event`, alike where there is none and where it is of others.
    """
    row = _event(db, submission)
    if row is None or (reader is not None and row.party != reader):
        raise NotFoundError("no_such_event", "no such event is recorded", "look at the list of lots")
    parts = db.execute(
        select(Lot.uri, Lot.holds, EventLot.total, EventLot.lot)
        .join(EventLot, EventLot.lot == Lot.id)
        .where(EventLot.submission == submission)
        .order_by(EventLot.position)
    ).all()
    made = [part.lot for part in parts if part.total == "created"]
    edges = select(func.count(LotEdge.dst.distinct())).where(LotEdge.src.in_(made), LotEdge.voided.is_(False))
    used = db.execute(edges).scalar_one() if made else 0
    return Receipt(
        submission, row.entry_index, row.kind, row.event_time, row.party, row.place,
        fact_of(full_event(db, submission, blobs)), tuple(dict.fromkeys(part.uri for part in parts)),
        _why_not(row, party, any(part.holds for part in parts)), used,
    )  # fmt: skip


def undo(uow: UnitOfWork, operator: str, actor: Actor, submission: int) -> Entered:
    """Declare that an event did not occur.

    Raises: NotFoundError `no_such_event`; ForbiddenError `not_allowed`; RefusedError `already_undone`,
    `correction_not_applied`.
    """
    row = _event(uow.db, submission)
    if row is None or row.party != actor.party:
        raise NotFoundError("no_such_event", "no such event is recorded", "look at the list of lots")
    for form in (form for form in FORMS.values() if form.kind == row.kind):
        actor.require(form.permission)
    if row.voided_by is not None:
        raise RefusedError("already_undone", "it was taken back before", "nothing has to be done")
    deferred = Opened()
    done = declare_wrong(uow, operator, Author(row.party), submission, "did_not_occur", deferred)
    place_due_holds(uow, operator, deferred)
    note(uow.db, actor, uow.now, "undo_event", "submission", str(submission), kind=row.kind)
    return done


def _event(db: Connection, submission: int) -> Row[Any] | None:
    statement = (
        select(EventRow.submission, EventRow.kind, EventRow.event_time, EventRow.party, EventRow.place,
               EventRow.voided_by, t.entry.c.entry_index)
        .outerjoin(t.entry, t.entry.c.submission == EventRow.submission)
        .where(EventRow.submission == submission, EventRow.corrects.is_(None))
    )  # fmt: skip
    row: Row[Any] | None = db.execute(statement).one_or_none()
    return row


def _why_not(row: Row[Any], party: str | None, on_hold: bool) -> str:
    if row.voided_by is not None:
        return "undone"
    if BY_NAME[row.kind].effect in _BY_RELEASE:
        return "by_release"
    if row.party != party:
        return "others"
    return "on_hold" if on_hold else ""
