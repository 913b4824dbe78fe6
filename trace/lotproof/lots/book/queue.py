"""What waits for somebody's decision: open holds and findings, of the lots that a reader takes part in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from lotproof.ledger import tables as t
from lotproof.ledger.readers import Reader
from lotproof.lots.models import EventRow, Finding, Hold, Lot
from lotproof.lots.taking_part import seen_by
from lotproof.parties.records import get_records

MOST = 500


@dataclass(frozen=True, slots=True)
class HeldLine:
    """One open hold. by: party URI of who placed it.  entry: of the hold, None until it is numbered."""

    lot: str
    gtin: str
    code: str
    product: Mapping[str, str]
    because: str
    recall: str | None
    since: datetime
    by: str
    entry: int | None


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One open finding. holds: whether it keeps the lot from moving.  at: when the event happened."""

    lot: str
    gtin: str
    code: str
    product: Mapping[str, str]
    because: str
    message: str
    at: datetime
    by: str
    entry: int | None
    holds: bool


def open_holds(db: Connection, reader: Reader, *, code: str = "", search: str = "") -> list[HeldLine]:
    """Return open holds, the oldest first; two statements. code: of the hold, "" for all.  search: in lot codes."""
    statement = (
        select(Lot.uri, Lot.gtin, Lot.code, Hold.code.label("because"), Hold.recall, Hold.since, EventRow.party,
               t.entry.c.entry_index)
        .select_from(Hold)
        .join(Lot, Lot.id == Hold.lot)
        .join(EventRow, EventRow.submission == Hold.submission)
        .outerjoin(t.entry, t.entry.c.submission == Hold.submission)
        .where(Hold.until.is_(None), seen_by(reader))
        .order_by(Hold.since, Hold.id)
        .limit(MOST)
    )  # fmt: skip
    if code:
        statement = statement.where(Hold.code == code)
    if search:
        statement = statement.where(Lot.code.icontains(search, autoescape=True))
    rows = db.execute(statement).all()
    names = _names(db, [row.gtin for row in rows])
    return [
        HeldLine(row.uri, row.gtin or "", row.code or row.uri, names.get(row.gtin or "", {}), row.because, row.recall,
                 row.since, row.party, row.entry_index)
        for row in rows
    ]  # fmt: skip


def open_findings(db: Connection, reader: Reader, *, code: str = "", search: str = "") -> list[FoundLine]:
    """Return open findings about lots, the oldest first; two statements."""
    statement = (
        select(Lot.uri, Lot.gtin, Lot.code, Finding.code.label("because"), Finding.message, EventRow.event_time,
               EventRow.party, t.entry.c.entry_index, Finding.hold)
        .select_from(Finding)
        .join(Lot, Lot.id == Finding.lot)
        .join(EventRow, EventRow.submission == Finding.submission)
        .outerjoin(t.entry, t.entry.c.submission == Finding.submission)
        .where(Finding.closed_by.is_(None), Lot.type == "lot", seen_by(reader))
        .order_by(Finding.id)
        .limit(MOST)
    )  # fmt: skip
    if code:
        statement = statement.where(Finding.code == code)
    if search:
        statement = statement.where(Lot.code.icontains(search, autoescape=True))
    rows = db.execute(statement).all()
    names = _names(db, [row.gtin for row in rows])
    return [
        FoundLine(row.uri, row.gtin or "", row.code or row.uri, names.get(row.gtin or "", {}), row.because,
                  row.message, row.event_time, row.party, row.entry_index, row.hold is not None)
        for row in rows
    ]  # fmt: skip


def _names(db: Connection, gtins: Sequence[str | None]) -> Mapping[str, Mapping[str, str]]:
    found = get_records(db, "product", {gtin for gtin in gtins if gtin})
    return {gtin: body.get("names", {}) for gtin, body in found.items()}
