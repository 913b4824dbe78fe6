"""Tables as files and back: lines of JSON that any of our databases reads, whichever of them wrote them.

- Every table that the database has goes along, but for Alembic's own: its revision stands in the manifest.
- A line is one row: its values in the order of the columns, each written so that it comes back exactly.
- What a table is made of at an older revision is asked from the database itself.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, func, inspect, select, text

from lotproof.ledger.bulk import insert_all
from lotproof.storage.base import Json
from lotproof.storage.every_table import every_table

_NOT_OURS = frozenset({"alembic_version"})
_PART = 4 << 20  # bytes of one file
_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Dumped:
    """A table's file. columns: names in the order of the values.  rows: so many."""

    table: str
    path: str
    columns: tuple[str, ...]
    data: bytes
    rows: int


def dump(db: Connection) -> Iterator[Dumped]:
    """Give every table's rows in files of a few megabytes. db: one moment, so that all of it belongs together."""
    for table in tables_of(db):
        for number, (lines, rows) in enumerate(_parts(db, table), 1):
            path = f"tables/{table.name}/{number:06}.jsonl"
            yield Dumped(table.name, path, tuple(table.c.keys()), lines, rows)


def tables_of(db: Connection) -> list[Table]:
    """Return the tables that the database has, parents before children, with the types that our models give them."""
    found = MetaData()
    found.reflect(db, only=lambda name, _: name not in _NOT_OURS)
    known = every_table()
    for table in found.tables.values():
        ours = known.tables.get(table.name)
        for column in table.c if ours is not None else ():
            if ours is not None and column.name in ours.c:
                column.type = ours.c[column.name].type
    return list(found.sorted_tables)


def load(db: Connection, table: Table, columns: Sequence[str], data: bytes) -> int:
    """Insert the rows of one file; returns how many. Raises: ValueError, KeyError for what `dump` never wrote."""
    if not set(columns) <= set(table.c.keys()):
        raise KeyError(f"{table.name} has no column {min(set(columns) - set(table.c.keys()))}")
    rows, count = values_of(columns, data), 0
    while some := list(islice(rows, _ROWS)):
        insert_all(db, table, some)
        count += len(some)
    return count


def advance_counters(db: Connection) -> None:
    """Let PostgreSQL go on behind the numbers that were loaded; SQLite does by itself."""
    if db.dialect.name != "postgresql":
        return
    for name in inspect(db).get_table_names():
        for column in inspect(db).get_columns(name):
            if column.get("autoincrement") and "nextval" in str(column.get("default")):
                newest = (
                    f'SELECT max("{column["name"]}") FROM "{name}"'  # names come from the database itself
                )
                counter = "pg_get_serial_sequence(:table, :column)"
                values = {"table": name, "column": column["name"]}
                db.execute(text(f"SELECT setval({counter}, coalesce(({newest}), 0) + 1, false)"), values)


def is_empty(db: Connection) -> bool:
    """Whether no table of ours holds a row."""
    return all(
        db.execute(select(func.count()).select_from(select(table).limit(1).subquery())).scalar_one() == 0
        for table in tables_of(db)
    )


def _parts(db: Connection, table: Table) -> Iterator[tuple[bytes, int]]:
    lines: list[bytes] = []
    size = 0
    rows = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_ROWS)
    of = list(table.c)
    for row in db.execute(rows):
        line = _line(of, row)
        lines.append(line)
        size += len(line)
        if size >= _PART:
            yield b"".join(lines), len(lines)
            lines, size = [], 0
    if lines or size == 0:
        yield b"".join(lines), len(lines)


def _line(columns: Sequence[Column[Any]], row: Sequence[Any]) -> bytes:
    values = [_write(column, value) for column, value in zip(columns, row, strict=True)]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _write(column: Column[Any], value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(column.type, Json):
        return {"j": value}
    if isinstance(value, bytes | memoryview):
        return {"b": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if isinstance(value, str):
        return value
    raise TypeError(f"{column} holds a {type(value).__name__}, which no backup can keep")


_READ: Mapping[str, Any] = {
    "j": lambda value: value,
    "b": lambda value: base64.b64decode(value, validate=True),
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "n": Decimal,
}


def values_of(columns: Sequence[str], data: bytes) -> Iterator[dict[str, Any]]:
    """Yield the rows of one file, by the names of their columns. Raises: ValueError, KeyError."""
    for line in data.splitlines():
        yield {name: _read(value) for name, value in zip(columns, json.loads(line), strict=True)}


def _read(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((how, what),) = value.items()
    return _READ[how](what)
