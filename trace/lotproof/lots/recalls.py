"""Recalls that stand on the log: look one up again, list them, and end one by two people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.kernel.identifiers import LotId, identify
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots import holds
from lotproof.lots.acts import record_in
from lotproof.lots.drafting import Author
from lotproof.lots.models import EventRow, Hold, Lot
from lotproof.lots.native import Fact
from lotproof.lots.recall import TOGETHER, Reach, Tick, affected_of, lock, lots_of, receivers_of
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import in_batches


@dataclass(frozen=True, slots=True)
class Recall:
    """One recall. by: party URI.  lots: how many it named.  still: how many it holds now.

    entries: indexes on the log, of those that are numbered already.
    """

    recall: str
    by: str
    since: datetime
    lots: int
    still: int
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A recall as it stands now. reach: its lots with their state and balance of today, and who got some of them."""

    recall: Recall
    ended: tuple[str, ...]
    reach: Reach


def list_recalls(db: Connection, limit: int = 100) -> list[Recall]:
    """Return recalls, the newest first."""
    newest = (
        select(Hold.recall, func.min(Hold.submission).label("first"))
        .where(Hold.recall.is_not(None))
        .group_by(Hold.recall)
        .order_by(func.min(Hold.submission).desc())
        .limit(limit)
    )
    return [require_recall(db, str(row.recall)) for row in db.execute(newest).all()]


def require_recall(db: Connection, uri: str) -> Recall:
    """Return a recall by its URI. Raises: NotFoundError `unknown_recall`."""
    statement = select(
        func.count(),
        func.sum(case((Hold.until.is_(None), 1), else_=0)),
        func.min(Hold.submission),
        func.min(Hold.since),
    ).where(Hold.recall == uri)
    count, still, first, since = db.execute(statement).one()
    if not count:
        raise NotFoundError("unknown_recall", f"no recall {uri} is recorded", "see: lotproof recall list")
    by = db.execute(select(EventRow.party).where(EventRow.submission == first)).scalar_one()
    named = select(Hold.submission).where(Hold.recall == uri)
    indexes = select(t.entry.c.entry_index).where(t.entry.c.submission.in_(named))
    entries = tuple(db.execute(indexes.order_by(t.entry.c.entry_index)).scalars())
    return Recall(uri, by, since, count, still, entries)


def show_recall(db: Connection, uri: str, blobs: BlobStore | None) -> Shown:
    """Return a recall with the state of each of its lots now. Raises: NotFoundError `unknown_recall`."""
    found = require_recall(db, uri)
    held = select(Lot.id, Lot.uri, Hold.until).join(Lot, Lot.id == Hold.lot).where(Hold.recall == uri)
    lots = {row.id: row for row in db.execute(held)}
    rows = lots_of(db, lots)
    affected = tuple(affected_of(row, only_by_voided=False) for row in rows)
    ended = tuple(sorted(row.uri for row in lots.values() if row.until is not None))
    return Shown(found, ended, Reach((), affected, receivers_of(db, rows, blobs), uri))


def end_recall(log: Log, author: Author, uri: str, reason: str, tick: Tick | None = None) -> Recall:
    """End a recall for all lots that it still holds, in one transaction; other holds of these lots stay.

    author.approvals: two different people.  reason: private.
    Raises: NotFoundError `unknown_recall`; RefusedError `two_people_needed`, `recall_has_ended`.
    """
    with log.unit_of_work() as uow:
        return end_recall_in(uow, log.operator, author, uri, reason, tick)


def end_recall_in(
    uow: UnitOfWork, operator: str, author: Author, uri: str, reason: str, tick: Tick | None = None
) -> Recall:
    """As `end_recall`, inside a transaction that goes on."""
    holds.require_two_people(uow, author, "the end of a recall")
    require_recall(uow.db, uri)
    lock(uow, select(Hold.lot).where(Hold.recall == uri, Hold.until.is_(None)))
    lots = _held_by(uow.db, uri)  # what somebody else released meanwhile is left alone
    if not lots:
        raise RefusedError("recall_has_ended", f"{uri} holds no lot any more", "nothing was recorded")
    for some in in_batches(lots, TOGETHER):
        named = tuple(lot for lot in (identify(one).lot for one in some) if isinstance(lot, LotId))
        fact = Fact("release", uow.now, lots=named, reason=reason, recall=uri, unset=("recalled",))
        record_in(uow, operator, author, fact)
        if tick:
            tick(len(some))
    return require_recall(uow.db, uri)


def _held_by(db: Connection, uri: str) -> Sequence[str]:
    held = select(Lot.uri).join(Hold, Hold.lot == Lot.id).where(Hold.recall == uri, Hold.until.is_(None))
    return db.execute(held.distinct().order_by(Lot.uri)).scalars().all()
