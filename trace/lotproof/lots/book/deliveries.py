"""What is on its way to an organisation's places and was not received there yet."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, exists, select
from sqlalchemy.orm import aliased

from lotproof.ledger import tables as t
from lotproof.lots.models import EventLot, EventRow, Lot
from lotproof.parties.models import Record

_LATER, _PART = aliased(EventRow), aliased(EventLot)
_MOST = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """So much of a lot was sent to a place. by: party URI.  entry: None until it is numbered.

    from_place, to_place: URIs.
    """

    lot: str
    gtin: str
    code: str
    amount: Decimal | None
    uom: str | None
    sent_at: datetime
    by: str
    from_place: str | None
    to_place: str
    entry: int | None


def deliveries_to(db: Connection, party: str, lot: str | None = None) -> list[Delivery]:
    """Return what is on its way to an organisation, the oldest first; one statement. lot: of one lot only (URI)."""
    mine = select(Record.id).where(Record.belongs_to == party, Record.type == "place")
    arrived = (
        select(_LATER.submission)
        .join(_PART, _PART.submission == _LATER.submission)
        .where(_PART.lot == EventLot.lot, _LATER.kind == "receiving", _LATER.place == EventRow.to_place)
        .where(
            _LATER.event_time >= EventRow.event_time, _LATER.voided_by.is_(None), _LATER.corrects.is_(None)
        )
    )
    statement = (
        select(Lot.uri, Lot.gtin, Lot.code, EventLot.amount, EventLot.uom, EventRow.event_time, EventRow.party,
               EventRow.place, EventRow.to_place, t.entry.c.entry_index)
        .select_from(EventRow)
        .join(EventLot, EventLot.submission == EventRow.submission)
        .join(Lot, Lot.id == EventLot.lot)
        .outerjoin(t.entry, t.entry.c.submission == EventRow.submission)
        .where(EventRow.to_place.in_(mine), EventRow.voided_by.is_(None), EventRow.corrects.is_(None))
        .where(EventLot.total.in_(("shipped", "sold")), ~exists(arrived))
        .order_by(EventRow.event_time, EventRow.submission, EventLot.position)
        .limit(_MOST)
    )  # fmt: skip
    return [
        Delivery(*row) for row in db.execute(statement if lot is None else statement.where(Lot.uri == lot))
    ]


def discrepancy(sent: Decimal | None, arrived: Decimal) -> Decimal:
    """Return what arrived beyond what was sent, below zero where less came; 0 where nobody stated what was sent."""
    return Decimal(0) if sent is None else arrived - sent
