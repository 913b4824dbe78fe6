"""What an organisation recorded the last time, so that nobody types it twice; read from its own newest event."""

from typing import Any

from sqlalchemy import Connection, Select, func, select

from lotproof.ledger import tables as t
from lotproof.lots.book.filled import earlier_values
from lotproof.lots.book.forms import EARLIER_VALUES, Form
from lotproof.lots.events import full_event
from lotproof.lots.models import EventLot, EventRow, Lot
from lotproof.lots.restating import fact_of
from lotproof.storage.blobs import BlobStore


def last_values(
    db: Connection, party: str, form: Form, blobs: BlobStore, cycle: str | None = None
) -> dict[str, str]:
    """Return texts by field of the newest event of the form's kind, of this growing cycle where one is named.

    Three statements. A crop that was never treated begins with what was last applied to another one.
    """
    newest: Any = _of_party(party, form.kind).scalar_subquery()
    if cycle is not None:
        newest = func.coalesce(_of_cycle(party, form.kind, cycle).scalar_subquery(), newest)
    found = db.execute(select(newest)).scalar()
    if found is None:
        return {}
    fact = fact_of(full_event(db, found, blobs))
    if fact is None:
        return {}
    said = earlier_values(fact)
    return {name: said[name] for name in form.fields if name in said and name in EARLIER_VALUES}


def _of_cycle(party: str, kind: str, cycle: str) -> Select[Any]:
    return (
        select(EventRow.submission)
        .join(EventLot, EventLot.submission == EventRow.submission)
        .join(Lot, Lot.id == EventLot.lot)
        .where(Lot.uri == cycle, EventRow.kind == kind, EventRow.party == party)
        .where(EventRow.voided_by.is_(None), EventRow.corrects.is_(None))
        .order_by(EventRow.event_time.desc(), EventRow.submission.desc())
        .limit(1)
    )


def _of_party(party: str, kind: str) -> Select[Any]:
    return (
        select(EventRow.submission)
        .join(t.entry, t.entry.c.submission == EventRow.submission)
        .join(t.entry_party, t.entry_party.c.entry_index == t.entry.c.entry_index)
        .where(t.entry_party.c.party == party, EventRow.party == party, EventRow.kind == kind)
        .where(EventRow.voided_by.is_(None), EventRow.corrects.is_(None))
        .order_by(t.entry_party.c.entry_index.desc())
        .limit(1)
    )
