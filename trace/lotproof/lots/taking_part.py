"""Which lots an organisation takes part in: the one place that says so, for the books, the search and the interface.

- It takes part in a lot where it may read an entry about it (`ledger.readers`), or where the lot is on its way to one
  of its places.
- To hold, recall or release a lot makes nobody take part in it: a recall reaches lots that its author must not see.
"""

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, true

from lotproof.ledger import tables as t
from lotproof.ledger.readers import Reader
from lotproof.lots.models import EventLot, EventRow, Lot
from lotproof.parties.models import Record

DECISIONS = ("hold", "recall", "release")
"""Kinds of events that decide over a lot, and do nothing with it."""


def seen_by(reader: Reader) -> ColumnElement[bool]:
    """Return the condition that a row of `Lot` is one that an organisation takes part in; a subquery from its side."""
    if reader is None:
        return true()
    mine = (
        select(EventLot.lot)
        .join(t.entry, t.entry.c.submission == EventLot.submission)
        .join(t.entry_party, t.entry_party.c.entry_index == t.entry.c.entry_index)
        .join(EventRow, EventRow.submission == EventLot.submission)
        .where(t.entry_party.c.party == reader, EventRow.kind.not_in(DECISIONS))
    )
    return or_(Lot.id.in_(mine), Lot.id.in_(_coming(reader)))


def takes_part_in(reader: Reader) -> ColumnElement[bool]:
    """Return the same condition for a single lot, asked from the side of the lot."""
    if reader is None:
        return true()
    named = (
        select(t.entry_party.c.party)
        .join(t.entry, t.entry.c.entry_index == t.entry_party.c.entry_index)
        .join(EventLot, EventLot.submission == t.entry.c.submission)
        .join(EventRow, EventRow.submission == EventLot.submission)
        .where(EventLot.lot == Lot.id, t.entry_party.c.party == reader, EventRow.kind.not_in(DECISIONS))
        .correlate(Lot)
    )
    return or_(exists(named), Lot.id.in_(_coming(reader)))


def _coming(party: str) -> Any:
    mine = select(Record.id).where(Record.belongs_to == party, Record.type == "place")
    return (
        select(EventLot.lot)
        .join(EventRow, EventRow.submission == EventLot.submission)
        .where(EventRow.to_place.in_(mine), EventRow.voided_by.is_(None))
    )
