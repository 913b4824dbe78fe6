"""An organisation's lots as a list: what each is, how it stands, and how much of it is there."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from lotproof.ledger.readers import Reader
from lotproof.lots.balance import Balance
from lotproof.lots.models import Lot
from lotproof.lots.queries import balance_from
from lotproof.lots.taking_part import seen_by
from lotproof.lots.trace import state_of
from lotproof.parties.records import get_records

MOST = 2000
"""Of whoever has more, the newest are looked at; a search finds the others."""
STATES = (
    "no_known_problem",
    "in_transit",
    "held",
    "recalled",
    "used_up",
    "sold_out",
    "destroyed",
    "not_recorded",
)


@dataclass(frozen=True, slots=True)
class StockLine:
    """One lot. state: as `trace.state_of`.  begun: when it was created, None where that is not recorded."""

    id: int
    uri: str
    gtin: str
    code: str
    product: Mapping[str, str]
    state: str
    balance: Balance
    place: str | None
    begun: datetime | None
    harvested_on: date | None


@dataclass(frozen=True, slots=True)
class Stock:
    """Lines that fit, sorted; states: how many of each there are; cut: whether older lots were left out."""

    lines: Sequence[StockLine]
    states: Mapping[str, int]
    cut: bool


_SORTS: Mapping[str, Callable[[StockLine], Any]] = {
    "newest": lambda line: -line.id,
    "code": lambda line: (line.code, line.gtin),
    "amount": lambda line: (-line.balance.on_hand, line.code),
    "state": lambda line: (STATES.index(line.state) if line.state in STATES else len(STATES), line.code),
}
SORTS = tuple(_SORTS)


def stock_of(
    db: Connection, reader: Reader, *, search: str = "", state: str = "", sort: str = "newest"
) -> Stock:
    """Return the lots that a reader takes part in; two statements. search: part of a lot code or product number."""
    rows = _rows(db, reader, search)
    names = get_records(db, "product", {row.gtin for row in rows if row.gtin})
    lines = [_line(row, names.get(row.gtin, {}).get("names", {})) for row in rows[:MOST]]
    counts = Counter(line.state for line in lines)
    fitting = [line for line in lines if state in ("", line.state)]
    return Stock(sorted(fitting, key=_SORTS.get(sort, _SORTS["newest"])), counts, len(rows) > MOST)


def on_hand(db: Connection, reader: Reader, limit: int = 50) -> list[StockLine]:
    """Return lots of which something is there and that may be moved, the newest first: what a picker offers."""
    return [one for one in stock_of(db, reader, state="no_known_problem").lines if one.balance.on_hand > 0][
        :limit
    ]


def _rows(db: Connection, reader: Reader, search: str) -> Sequence[Row[Any]]:
    statement = select(Lot.__table__).where(Lot.type == "lot", seen_by(reader))
    if search:
        statement = statement.where(
            Lot.code.icontains(search, autoescape=True) | Lot.gtin.contains(search, autoescape=True)
        )
    return db.execute(statement.order_by(Lot.id.desc()).limit(MOST + 1)).all()


def _line(row: Row[Any], product: Mapping[str, str]) -> StockLine:
    return StockLine(
        row.id, row.uri, row.gtin or "", row.code or "", product, state_of(row), balance_from(row), row.place,
        row.created_at, row.harvested_on,
    )  # fmt: skip
