"""One lot as those who take part in it see it: facts, journey, what stands against it. Five statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from lotproof.kernel.identifiers import LotId
from lotproof.ledger import tables as t
from lotproof.ledger.readers import Reader
from lotproof.lots.balance import Balance
from lotproof.lots.book.own import require_seen
from lotproof.lots.lot_history import HistoryLine, lines_of
from lotproof.lots.models import EventRow, Finding, Hold
from lotproof.lots.queries import balance_from
from lotproof.lots.trace import state_of
from lotproof.parties.models import Record
from lotproof.parties.persons import is_erased


@dataclass(frozen=True, slots=True)
class Against:
    """A hold or a finding. by: party URI, of a hold.  entry: of its event."""

    code: str
    holds: bool
    message: str
    since: datetime | None
    by: str | None
    recall: str | None
    entry: int | None


@dataclass(frozen=True, slots=True)
class LotDetail:
    """names: of every product, place and party that is named here, by GTIN or URI."""

    lot: LotId
    state: str
    balance: Balance
    place: str | None
    harvested_on: date | None
    begun: datetime | None
    journey: Sequence[HistoryLine]
    against: Sequence[Against]
    names: Mapping[str, Mapping[str, str]]


def lot_detail(db: Connection, reader: Reader, lot: LotId) -> LotDetail:
    """Return a lot. Raises: NotFoundError `unknown_lot`, also for a lot of others."""
    row = require_seen(db, reader, lot)
    journey = lines_of(db, row.id)
    against = [*_holds(db, row.id), *_findings(db, row.id)]
    wanted = {lot.gtin14, row.place, *(line.by for line in journey), *(line.place for line in journey)}
    wanted |= {one.by for one in against}
    return LotDetail(
        lot, state_of(row), balance_from(row), row.place, row.harvested_on, row.created_at, journey, against,
        _names(db, {one for one in wanted if one}),
    )  # fmt: skip


def _holds(db: Connection, lot: int) -> list[Against]:
    rows = db.execute(
        select(Hold.code, Hold.since, Hold.recall, EventRow.party, t.entry.c.entry_index)
        .join(EventRow, EventRow.submission == Hold.submission)
        .outerjoin(t.entry, t.entry.c.submission == Hold.submission)
        .where(Hold.lot == lot, Hold.until.is_(None))
        .order_by(Hold.id)
    )
    return [Against(row.code, True, "", row.since, row.party, row.recall, row.entry_index) for row in rows]


def _findings(db: Connection, lot: int) -> list[Against]:
    rows = db.execute(
        select(Finding.code, Finding.message, t.entry.c.entry_index)
        .outerjoin(t.entry, t.entry.c.submission == Finding.submission)
        .where(Finding.lot == lot, Finding.closed_by.is_(None))
        .order_by(Finding.id)
    ).all()
    return [Against(row.code, False, row.message, None, None, None, row.entry_index) for row in rows]


def _names(db: Connection, ids: set[str]) -> dict[str, Mapping[str, str]]:
    rows = db.execute(
        select(Record.id, Record.body).where(
            Record.type.in_(("product", "place", "party")), Record.id.in_(ids)
        )
    )
    return {row.id: row.body.get("names", {}) for row in rows if not is_erased(row.body)}
