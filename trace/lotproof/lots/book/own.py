"""What of the ledger belongs to an organisation's books: its places, and the lots that it takes part in.

- An organisation takes part in a lot where it may read an entry about it (`ledger.readers`), or where the lot is on
  its way to one of its places.
- To hold, recall or release a lot makes nobody take part in it: a recall reaches lots that its author must not see.
- Operator and auditors see all. Whoever asks for another's lot is told the same as for one that is not there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, or_, select, true

from lotproof.kernel.identifiers import LotId
from lotproof.ledger import tables as t
from lotproof.ledger.readers import Reader
from lotproof.lots.models import EventLot, EventRow, Lot
from lotproof.lots.trace import unknown_lot
from lotproof.parties.models import Record
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission

MOST_PLACES = 500
DECISIONS = ("hold", "recall", "release")
"""Kinds of events that decide over a lot, and do nothing with it."""
Bodies = Mapping[str, Mapping[str, Any]]


def reader_of(actor: Actor) -> Reader:
    """Return whose lots somebody sees: those of the organisation that she acts for, None for all.

    Raises: ForbiddenError `not_allowed`; RefusedError `no_organisation`.
    """
    if actor.may(Permission.READ_LOTS_ANY):
        return None
    actor.require(Permission.READ_LOTS)
    return actor.acting_for


def places_of(db: Connection, party: str) -> Bodies:
    """Return the recorded places of an organisation by URI."""
    return _belonging(db, "place", [party])


def cycles_at(db: Connection, places: Sequence[str]) -> Bodies:
    """Return the recorded growing cycles at these places by URI."""
    return _belonging(db, "cycle", places)


def _belonging(db: Connection, type_name: str, owners: Sequence[str]) -> Bodies:
    rows = (
        select(Record.id, Record.body)
        .where(Record.belongs_to.in_(owners), Record.type == type_name, Record.version > 0)
        .order_by(Record.id)
        .limit(MOST_PLACES)
    )
    return {row.id: row.body for row in db.execute(rows)}


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


def require_seen(db: Connection, reader: Reader, lot: LotId) -> Row[Any]:
    """Return a lot's row. Raises: NotFoundError `unknown_lot`, alike where it is not there and where it is others'."""
    mine = select(Lot.__table__).where(Lot.uri == lot.uri, takes_part_in(reader))
    row: Row[Any] | None = db.execute(mine).one_or_none()
    if row is None:
        raise unknown_lot(lot.uri)
    return row


def is_seen(db: Connection, reader: Reader, ids: Sequence[int]) -> bool:
    """Whether an organisation takes part in every one of these lots or growing cycles (ids)."""
    wanted = set(ids)
    seen = select(Lot.id).where(Lot.id.in_(wanted), takes_part_in(reader))
    return reader is None or set(db.execute(seen).scalars()) == wanted
