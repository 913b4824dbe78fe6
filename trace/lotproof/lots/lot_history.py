"""A lot's own events in the order in which they happened, as a list: what each did with it, and what was corrected."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import aliased

from lotproof.ledger import tables as t
from lotproof.lots.models import EventLot, EventRow
from lotproof.lots.trace import require_lot


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A lot's part in one event; what stands in it twice has two lines.

    index: of the entry, None until it is numbered.  place, by: URIs.  role: as `EventLot.role`.
    counted_as: the total that it was added to.  corrects, corrected_by: entries.
    """

    index: int | None
    at: datetime
    kind: str
    role: str
    amount: Decimal | None
    uom: str | None
    counted_as: str | None
    place: str | None
    by: str
    corrects: int | None
    corrected_by: int | None


_CORRECTS, _CORRECTED_BY = aliased(t.entry), aliased(t.entry)
_LINES = (
    select(t.entry.c.entry_index, EventRow.event_time, EventRow.kind, EventLot.role, EventLot.amount, EventLot.uom,
           EventLot.total, EventRow.place, EventRow.party, _CORRECTS.c.entry_index, _CORRECTED_BY.c.entry_index)
    .select_from(EventLot)
    .join(EventRow, EventRow.submission == EventLot.submission)
    .outerjoin(t.entry, t.entry.c.submission == EventRow.submission)
    .outerjoin(_CORRECTS, _CORRECTS.c.submission == EventRow.corrects)
    .outerjoin(_CORRECTED_BY, _CORRECTED_BY.c.submission == EventRow.voided_by)
    .where(EventLot.lot == bindparam("lot"))
    .order_by(EventRow.event_time, EventRow.submission, EventLot.position)
)  # fmt: skip


def history_of(db: Connection, uri: str) -> list[HistoryLine]:
    """Return a lot's events, in one statement. Raises: NotFoundError `unknown_lot`."""
    return lines_of(db, require_lot(db, uri).id)


def lines_of(db: Connection, lot: int) -> list[HistoryLine]:
    """Return the events of a lot (its row's id), in one statement."""
    return [HistoryLine(*row) for row in db.execute(_LINES, {"lot": lot})]
