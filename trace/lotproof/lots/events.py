"""Read events back: from their leaves, with what was hidden put back for those who may see it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from lotproof.epcis.event import Event
from lotproof.ledger import tables as t
from lotproof.ledger.readers import Reader, readable
from lotproof.lots.long_lists import lengthen
from lotproof.lots.models import EventLot, EventRow, Lot
from lotproof.lots.public_id import digest_in
from lotproof.proof import disclosure
from lotproof.proof.merkle import leaf_hash
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import in_batches

PAGE = 100
MOST = 1000


@dataclass(frozen=True, slots=True)
class Query:
    """A question for events; what is left empty does not matter, and of several values one has to fit.

    lots: URIs.  roles: of these lots in the event, as `EventLot` names them.  biz_steps: bare words or URIs.
    event_id: as submitted, or the CBV hash of the public event where none was submitted.
    reader: party URI that may only see entries it takes part in, None for all.
    """

    lots: Sequence[str] = ()
    roles: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    biz_steps: Sequence[str] = ()
    event_id: str | None = None
    reader: Reader = None
    after: int = -1
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its entry's index; `event` carries what its reader may see.

    erased: how many of the entry's hidden parts nobody can open any more.
    """

    index: int
    leaf_hash: str
    record_time: datetime
    signed: Mapping[str, Any]
    event: Mapping[str, Any]
    erased: int = 0


def find_events(
    db: Connection, query: Query, blobs: BlobStore | None = None
) -> tuple[list[Recorded], int | None]:
    """Return a page of events in log order, and the index to ask after next (None: that was all).

    blobs: None leaves long lists to the caller (`long_lists.lengthen`), as they may be of any length.
    """
    limit = min(query.limit, MOST)
    rows = db.execute(_statement(query).limit(limit + 1)).all()
    page = rows[:limit]
    known = disclosures_of(db, [row.submission for row in page])
    found = [_recorded(row, known.get(row.submission, []), blobs) for row in page]
    return found, page[-1].entry_index if len(rows) > limit else None


def _statement(query: Query) -> Select[Any]:
    statement = (
        select(t.entry.c.entry_index, t.entry.c.submission, t.entry.c.record_time, t.entry.c.leaf)
        .join(EventRow, EventRow.submission == t.entry.c.submission)
        .where(t.entry.c.entry_index > query.after)
        .order_by(t.entry.c.entry_index)
    )
    if query.lots:
        parts = select(EventLot.submission).join(Lot, Lot.id == EventLot.lot).where(Lot.uri.in_(query.lots))
        parts = parts.where(EventLot.role.in_(query.roles)) if query.roles else parts
        statement = statement.where(EventRow.submission.in_(parts))
    if query.since:
        statement = statement.where(EventRow.event_time >= query.since)
    if query.until:
        statement = statement.where(EventRow.event_time < query.until)
    if query.biz_steps:
        statement = statement.where(EventRow.biz_step.in_(query.biz_steps))
    if query.event_id:
        known = digest_in(query.event_id)
        named = EventRow.event_id == query.event_id
        statement = statement.where(named | (EventRow.public_id == known) if known else named)
    return readable(statement, query.reader)


def signed_of(db: Connection, submission: int) -> dict[str, Any]:
    """Return the public payload of a submission, also while it still waits in the inbox."""
    entry = select(t.entry.c.leaf).where(t.entry.c.submission == submission)
    leaf = db.execute(entry).scalar()
    if leaf is None:
        waiting = db.execute(select(t.inbox.c.signed).where(t.inbox.c.submission == submission)).scalar()
        if waiting is not None:
            return dict(json.loads(waiting))
        # Where each statement sees its own moment, it may have been numbered between the two.
        leaf = db.execute(entry).scalar_one()
    return dict(json.loads(leaf)["signed"])


def full_event(db: Connection, submission: int, blobs: BlobStore | None) -> dict[str, Any]:
    """Return the event as it was submitted: hidden parts and long lists put back."""
    return full_event_of(db, submission, signed_of(db, submission), blobs)


def full_event_of(
    db: Connection, submission: int, signed: Mapping[str, Any], blobs: BlobStore | None
) -> dict[str, Any]:
    """Return the event of a payload that was read already, with what is known of its hidden parts."""
    known = disclosures_of(db, [submission]).get(submission, []) if "_sd" in signed else []
    return _reveal(signed, known, blobs)


def crop_stated(db: Connection, cycle: int) -> str | None:
    """Return the crop that the first standing event of a growing cycle states, None where none does."""
    standing = (
        select(EventRow.submission)
        .join(EventLot, EventLot.submission == EventRow.submission)
        .where(EventLot.lot == cycle, EventRow.voided_by.is_(None), EventRow.corrects.is_(None))
        .order_by(EventRow.submission)
    )
    for submission in db.execute(standing).scalars().all():
        crop = Event(full_event(db, submission, None)).extension("crop")
        if isinstance(crop, str):
            return crop
    return None


def full_events(
    db: Connection, submissions: Sequence[int], blobs: BlobStore | None
) -> dict[int, dict[str, Any]]:
    """As `full_event` for many, in two statements for every 500."""
    found: dict[int, dict[str, Any]] = {}
    for some in in_batches(submissions):
        leaves = select(t.entry.c.submission, t.entry.c.leaf).where(t.entry.c.submission.in_(some))
        signed = {id: json.loads(leaf)["signed"] for id, leaf in db.execute(leaves)}
        signed |= {id: signed_of(db, id) for id in some if id not in signed}
        known = disclosures_of(db, some)
        for id, one in signed.items():
            full = disclosure.reveal_in(one, known.get(id, [])) if "_sd" in one else one
            found[id] = lengthen(full["event"], blobs.get) if blobs else full["event"]
    return found


def _recorded(row: Row[Any], known: Sequence[disclosure.Disclosure], blobs: BlobStore | None) -> Recorded:
    signed = json.loads(row.leaf)["signed"]
    event = _reveal(signed, known, blobs)
    erased = len(signed.get("_sd", ())) - len(known)
    return Recorded(row.entry_index, leaf_hash(row.leaf).hex(), row.record_time, signed, event, erased)


def disclosures_of(db: Connection, submissions: Sequence[int]) -> dict[int, list[disclosure.Disclosure]]:
    """Return what opens the hidden parts of these submissions, as far as it was not erased."""
    found: dict[int, list[disclosure.Disclosure]] = {}
    for some in in_batches(submissions):
        for row in db.execute(select(t.disclosure).where(t.disclosure.c.submission.in_(some))):
            one = disclosure.Disclosure(row.digest, row.salt, row.name, row.value)
            found.setdefault(row.submission, []).append(one)
    return found


def reveal_of(signed: Mapping[str, Any], known: Sequence[disclosure.Disclosure]) -> dict[str, Any]:
    """Return a payload with what is known of its hidden parts."""
    return disclosure.reveal(signed, known) if "_sd" in signed else dict(signed)


def _reveal(
    signed: Mapping[str, Any], known: Sequence[disclosure.Disclosure], blobs: BlobStore | None
) -> dict[str, Any]:
    event: dict[str, Any] = reveal_of(signed, known)["event"]
    return lengthen(event, blobs.get) if blobs else event
