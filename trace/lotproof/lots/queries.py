"""Reads about lots: lists, balances, findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from lotproof.ledger import tables as t
from lotproof.ledger.readers import Reader
from lotproof.lots.balance import COLUMNS, Balance
from lotproof.lots.models import Finding, Hold, Lot
from lotproof.lots.taking_part import seen_by, takes_part_in
from lotproof.lots.trace import require_lot, state_of, unknown_lot
from lotproof.storage.engine import in_batches


@dataclass(frozen=True, slots=True)
class LotLine:
    """One line of a list of lots."""

    uri: str
    gtin: str
    code: str
    state: str
    place: str | None
    harvested_on: date | None
    balance: Balance


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding that stands. lot: URI, None where it is about no lot.  index: entry of the event that it is about,
    None until that is numbered.  hold: whether it keeps the lot from moving now."""

    code: str
    lot: str | None
    index: int | None
    message: str
    hold: bool


def balance_of(db: Connection, uri: str) -> Balance:
    """Return a lot's running totals. Raises: NotFoundError `unknown_lot`."""
    return balance_from(require_lot(db, uri))


def balance_from(row: Row[Any]) -> Balance:
    """Return the totals that stand on a lot's row."""
    return Balance(row.base_uom, *(getattr(row, column) for column in COLUMNS))


def list_lots(
    db: Connection, *, state: str | None = None, after: str = "", limit: int = 100
) -> list[LotLine]:
    """Return lots in the order of their URIs, `after` one of them. state: only lots in that state."""
    statement = select(Lot.__table__).where(Lot.type == "lot", Lot.uri > after).order_by(Lot.uri)
    found: list[LotLine] = []
    for row in db.execute(statement if state else statement.limit(limit)):
        line = _line(row)
        if state in (None, line.state):
            found.append(line)
        if len(found) == limit:
            break
    return found


def list_lots_of(db: Connection, reader: Reader, *, after: str = "", limit: int = 100) -> list[LotLine]:
    """Return the lots that a reader takes part in, in the order of their URIs, `after` one of them."""
    statement = select(Lot.__table__).where(Lot.type == "lot", Lot.uri > after, seen_by(reader))
    return [_line(row) for row in db.execute(statement.order_by(Lot.uri).limit(limit))]


def lot_line(db: Connection, reader: Reader, uri: str) -> LotLine:
    """Return one lot. Raises: NotFoundError `unknown_lot`, alike for one that is not there and one of others."""
    statement = select(Lot.__table__).where(Lot.type == "lot", Lot.uri == uri, takes_part_in(reader))
    row = db.execute(statement).one_or_none()
    if row is None:
        raise unknown_lot(uri)
    return _line(row)


def find_lots(db: Connection, reader: Reader, uri: str | None, text: str, limit: int) -> list[LotLine]:
    """Return the lot with this URI, else those whose code begins with the text, that a reader takes part in."""
    wanted = Lot.uri == uri if uri else Lot.code.startswith(text, autoescape=True)
    statement = select(Lot.__table__).where(Lot.type == "lot", wanted, seen_by(reader))
    return [_line(row) for row in db.execute(statement.order_by(Lot.code, Lot.uri).limit(limit))]


def _line(row: Row[Any]) -> LotLine:
    return LotLine(row.uri, row.gtin, row.code, state_of(row), row.place, row.harvested_on, balance_from(row))


def count_lots(db: Connection) -> int:
    """Return how many lots the ledger knows."""
    return db.execute(select(func.count()).where(Lot.type == "lot")).scalar_one()


def open_findings(db: Connection, lot: int) -> list[Row[Any]]:
    """Return the findings of a lot that stand, oldest first."""
    statement = select(Finding.__table__).where(Finding.lot == lot, Finding.closed_by.is_(None))
    return list(db.execute(statement.order_by(Finding.id)))


def findings_of(db: Connection, uris: Sequence[str]) -> list[FindingLine]:
    """Return the findings of these lots that stand, oldest first."""
    found: list[Row[Any]] = []
    for some in in_batches(list(uris)):
        placed = (Hold.submission == Finding.hold) & (Hold.lot == Finding.lot) & Hold.until.is_(None)
        statement = (
            select(
                Finding.id,
                Finding.code,
                Lot.uri,
                t.entry.c.entry_index,
                Finding.message,
                Hold.id.label("hold"),
            )
            .join(Lot, Lot.id == Finding.lot)
            .outerjoin(t.entry, t.entry.c.submission == Finding.submission)
            .outerjoin(Hold, placed)
            .where(Lot.uri.in_(some), Finding.closed_by.is_(None))
        )
        found += db.execute(statement).all()
    by_id = {row.id: row for row in sorted(found, key=lambda row: row.id)}
    return [
        FindingLine(row.code, row.uri, row.entry_index, row.message, row.hold is not None)
        for row in by_id.values()
    ]


def entry_indexes(db: Connection, submissions: Sequence[int]) -> dict[int, int]:
    """Return where submissions stand on the log; those that are not numbered yet are left out."""
    found: dict[int, int] = {}
    for some in in_batches(sorted(set(submissions))):
        statement = select(t.entry.c.submission, t.entry.c.entry_index).where(t.entry.c.submission.in_(some))
        found.update({row.submission: row.entry_index for row in db.execute(statement)})
    return found
