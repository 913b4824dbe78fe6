"""Read events back: from their leaves, with what was hidden put back for those who may see it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from lotproof.ledger import tables as t
from lotproof.lots.long_lists import FIELDS, REPLACED
from lotproof.lots.models import EventLot, EventRow, Lot
from lotproof.proof import disclosure
from lotproof.proof.merkle import leaf_hash
from lotproof.storage.blobs import BlobStore

PAGE = 100
MOST = 1000


@dataclass(frozen=True, slots=True)
class Query:
    """A question for events. reader: party URI that may only see entries it takes part in, None for all."""

    lot: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    biz_step: str | None = None
    event_id: str | None = None
    reader: str | None = None
    after: int = -1
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its entry's index; `event` carries what its reader may see."""

    index: int
    leaf_hash: str
    record_time: datetime
    signed: Mapping[str, Any]
    event: Mapping[str, Any]


def find_events(
    db: Connection, query: Query, blobs: BlobStore | None = None
) -> tuple[list[Recorded], int | None]:
    """Return a page of events in log order, and the index to ask after next (None: that was all)."""
    limit = min(query.limit, MOST)
    rows = db.execute(_statement(query).limit(limit + 1)).all()
    page = rows[:limit]
    found = [_recorded(db, row, blobs, full=True) for row in page]
    return found, page[-1].entry_index if len(rows) > limit else None


def _statement(query: Query) -> Select[Any]:
    statement = (
        select(t.entry.c.entry_index, t.entry.c.submission, t.entry.c.record_time, t.entry.c.leaf)
        .join(EventRow, EventRow.submission == t.entry.c.submission)
        .where(t.entry.c.entry_index > query.after)
        .order_by(t.entry.c.entry_index)
    )
    if query.lot:
        parts = select(EventLot.submission).join(Lot, Lot.id == EventLot.lot).where(Lot.uri == query.lot)
        statement = statement.where(EventRow.submission.in_(parts))
    if query.since:
        statement = statement.where(EventRow.event_time >= query.since)
    if query.until:
        statement = statement.where(EventRow.event_time < query.until)
    if query.biz_step:
        statement = statement.where(EventRow.biz_step == query.biz_step)
    if query.event_id:
        statement = statement.where(EventRow.event_id == query.event_id)
    if query.reader:
        mine = select(t.entry_party.c.entry_index).where(t.entry_party.c.party == query.reader)
        statement = statement.where(t.entry.c.entry_index.in_(mine))
    return statement


def signed_of(db: Connection, submission: int) -> dict[str, Any]:
    """Return the public payload of a submission, also while it still waits in the inbox."""
    leaf = db.execute(select(t.entry.c.leaf).where(t.entry.c.submission == submission)).scalar()
    if leaf is not None:
        return dict(json.loads(leaf)["signed"])
    return dict(
        json.loads(
            db.execute(select(t.inbox.c.signed).where(t.inbox.c.submission == submission)).scalar_one()
        )
    )


def full_event(db: Connection, submission: int, blobs: BlobStore | None) -> dict[str, Any]:
    """Return the event as it was submitted: hidden parts and long lists put back."""
    return _reveal(db, submission, signed_of(db, submission), blobs)


def _recorded(db: Connection, row: Row[Any], blobs: BlobStore | None, *, full: bool) -> Recorded:
    signed = json.loads(row.leaf)["signed"]
    event = _reveal(db, row.submission, signed, blobs) if full else signed["event"]
    return Recorded(row.entry_index, leaf_hash(row.leaf).hex(), row.record_time, signed, event)


def _reveal(
    db: Connection, submission: int, signed: dict[str, Any], blobs: BlobStore | None
) -> dict[str, Any]:
    rows = db.execute(select(t.disclosure).where(t.disclosure.c.submission == submission)).all()
    known = [disclosure.Disclosure(row.digest, row.salt, row.name, row.value) for row in rows]
    event = dict(disclosure.reveal(signed, known)["event"])
    replaced = event.pop(REPLACED, None) if blobs else None
    for field, blob in (replaced or {}).items():
        if field in FIELDS and blobs:
            event[field] = json.loads(blobs.get(blob["sha256"]))
    return event
