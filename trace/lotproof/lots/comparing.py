"""Compare derived tables with what they should be, row by row and by value.

- Rows are told apart by what they say, never by surrogate numbers; lots are named by their URI.
- Both sides come sorted by a first column and are read as streams: what is in memory is the rows of one event.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, String, Table, collate, select

from lotproof.ledger import tables as t
from lotproof.lots.models import ContainerSpan, EventLot, EventRow, Finding, Hold, Lot, LotEdge
from lotproof.parties.models import Qualification, Record
from lotproof.storage.base import Base, table_of

Key = tuple[Any, ...]
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """How one table is compared. first: column that rows are sorted by.  key: what else tells rows apart.

    lots: columns that hold a lot's number.  without: columns that say nothing, or that nothing on the log tells.
    """

    table: Table
    first: str
    key: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """The columns that are compared."""
        return [column.name for column in self.table.columns if column.name not in self.without]


def _of(model: type[Base], *args: Any) -> Compared:
    return Compared(table_of(model), *args)


COMPARED: tuple[Compared, ...] = (
    _of(Record, "id", ("type",)),
    _of(Qualification, "id"),
    _of(Lot, "uri", (), (), ("id",)),
    _of(EventRow, "submission"),
    _of(EventLot, "submission", ("position",), ("lot",)),
    _of(LotEdge, "submission", ("src", "dst"), ("src", "dst")),
    _of(ContainerSpan, "opened_by", ("container", "lot", "inner", "since"), ("lot",), ("id",)),
    _of(Finding, "submission", ("code", "lot", "closed_by"), ("lot",), ("id",)),
    _of(Hold, "submission", ("lot", "code"), ("lot",), ("id",)),
    Compared(t.chain, "id"),
    Compared(t.chain_link, "chain", ("seq",)),
    Compared(t.entry_party, "entry_index", ("party",)),
    Compared(t.signing_key, "did", (), (), ("sealed_seed", "label", "revoke_reason")),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing in a table that is not as it should be. column: "" where a whole row is missing or too much."""

    table: str
    key: Mapping[str, Any]
    column: str
    has: Any
    should: Any

    def __str__(self) -> str:
        where = ", ".join(f"{name} {value}" for name, value in self.key.items())
        if self.column:
            return f"{self.table} ({where}): {self.column} is {self.has!r} and should be {self.should!r}"
        return f"{self.table} ({where}): the row {'should not be there' if self.should is None else 'is missing'}"


@dataclass(frozen=True, slots=True)
class TableReport:
    """What came of one table. rows: so many should be there.  differences: so many rows differ."""

    name: str
    rows: int
    differences: int
    first: Difference | None


Allowed = Callable[[str, Values], bool]
"""Whether a row that nothing on the log tells may be in a table: (table, row)."""


def compare(
    have: Connection, should: Connection, allowed: Allowed = lambda _table, _row: False
) -> list[TableReport]:
    """Return what came of every derived table. have, should: the database, and one that was rebuilt."""
    return [_compare(how, have, should, allowed) for how in COMPARED]


def _compare(how: Compared, have: Connection, should: Connection, allowed: Allowed) -> TableReport:
    rows, count, first = 0, 0, None
    try:
        for has, ought in _paired(_groups(how, have), _groups(how, should)):
            rows += len(ought)
            for found in _differ(how, has, ought, allowed):
                count, first = count + 1, first or found
    except (ValueError, ArithmeticError, TypeError) as error:
        # Somebody wrote what no column of this kind can hold.
        found = Difference(how.table.name, {}, "?", f"unreadable: {error}", "values that can be read")
        count, first = count + 1, first or found
    return TableReport(how.table.name, rows, count, first)


def _groups(how: Compared, db: Connection) -> Iterator[tuple[Any, list[tuple[Key, Values]]]]:
    """Give the rows that share their first column, in its order."""
    names = how.columns
    rows = db.execute(_statement(how, db).execution_options(yield_per=1000))
    for first, group in groupby(rows, key=lambda row: row[0]):
        values = [dict(zip(names, row[1:], strict=True)) for row in group]
        yield first, sorted(((_key(how, one), one) for one in values), key=repr)


def _statement(how: Compared, db: Connection) -> Select[Any]:
    columns: list[Any] = []
    joined: Any = how.table
    for name in how.columns:
        column: Any = how.table.c[name]
        if name in how.lots:
            lot = table_of(Lot).alias(f"lot_of_{name}")
            joined = joined.outerjoin(lot, lot.c.id == column)
            column = lot.c.uri
        columns.append(column.label(f"c_{name}"))
    first: Any = how.table.c[how.first]
    # Text of two databases comes in one order only where both compare it byte by byte.
    order = (
        collate(first, "C") if isinstance(first.type, String) and db.dialect.name == "postgresql" else first
    )
    return select(first.label("first"), *columns).select_from(joined).order_by(order)


def _key(how: Compared, values: Values) -> Key:
    return tuple(values[name] for name in (how.first, *how.key))


def _paired(
    have: Iterator[tuple[Any, list[tuple[Key, Values]]]],
    should: Iterator[tuple[Any, list[tuple[Key, Values]]]],
) -> Iterator[tuple[list[tuple[Key, Values]], list[tuple[Key, Values]]]]:
    """Walk both sides at once, as a merge does."""
    left, right = next(have, None), next(should, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[0]):
            assert left is not None
            yield left[1], []
            left = next(have, None)
        elif left is None or right[0] < left[0]:
            yield [], right[1]
            right = next(should, None)
        else:
            yield left[1], right[1]
            left, right = next(have, None), next(should, None)


def _differ(
    how: Compared,
    have: Sequence[tuple[Key, Values]],
    should: Sequence[tuple[Key, Values]],
    allowed: Allowed,
) -> Iterator[Difference]:
    if have == should:
        return
    left, right = _by_key(have), _by_key(should)
    for key in sorted({*left, *right}, key=repr):
        named = dict(zip((how.first, *how.key), key[:-1], strict=True))
        has, ought = left.get(key), right.get(key)
        if has is None or ought is None:
            if has is None or not allowed(how.table.name, has):
                yield Difference(how.table.name, named, "", has, ought)
            continue
        column = next((name for name in how.columns if has[name] != ought[name]), None)
        if column:
            yield Difference(how.table.name, named, column, has[column], ought[column])


def _by_key(rows: Iterable[tuple[Key, Values]]) -> dict[Key, Values]:
    """By key and how often it came before: nothing forbids two findings that only differ in their words."""
    found: dict[Key, Values] = {}
    for key, values in rows:
        number = 0
        while (*key, number) in found:
            number += 1
        found[(*key, number)] = values
    return found
