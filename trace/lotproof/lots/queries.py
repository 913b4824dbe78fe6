"""Reads about lots: lists, balances, findings."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from lotproof.lots.balance import COLUMNS, Balance
from lotproof.lots.models import Finding, Lot
from lotproof.lots.trace import require_lot, state_of


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
        line = LotLine(
            row.uri, row.gtin, row.code, state_of(row), row.place, row.harvested_on, balance_from(row)
        )
        if state in (None, line.state):
            found.append(line)
        if len(found) == limit:
            break
    return found


def count_lots(db: Connection) -> int:
    """Return how many lots the ledger knows."""
    return db.execute(select(func.count()).where(Lot.type == "lot")).scalar_one()


def open_findings(db: Connection, lot: int) -> list[Row[Any]]:
    """Return the findings of a lot that stand, oldest first."""
    statement = select(Finding.__table__).where(Finding.lot == lot, Finding.closed_by.is_(None))
    return list(db.execute(statement.order_by(Finding.id)))
