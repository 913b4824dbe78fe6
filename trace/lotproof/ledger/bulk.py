"""Write many rows with one statement, and to several tables with one wait, as each database allows.

SQLite is in this process and takes rows one by one; what it is given is made here, as SQLAlchemy's way from a row to
its parameters takes longer than SQLite itself. PostgreSQL gets whole columns as arrays: one message instead of one a
row, in binary form, and a statement that stays prepared whatever the number of rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Delete,
    Dialect,
    Table,
    Update,
    bindparam,
    delete,
    update,
)

from lotproof.storage.engine import in_batches

Rows = Sequence[Mapping[str, Any]]
_Write = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class Inserted:
    """Rows that all name the same columns."""

    table: Table
    rows: Rows


@dataclass(frozen=True, slots=True)
class Updated:
    """Values of columns, each for the row that its primary key finds; all rows name the same, and the key."""

    table: Table
    rows: Rows


@dataclass(frozen=True, slots=True)
class Deleted:
    """Rows by their primary keys."""

    table: Table
    keys: Sequence[int]


Change = Inserted | Updated | Deleted
"""Of a table whose primary key, where it is needed, is one column."""


def write_all(db: Connection, changes: Sequence[Change]) -> None:
    """Make several changes, in any order: none may depend on what another one wrote. Empty ones are left out.

    On PostgreSQL they are parts of one statement: each wait for an answer costs more than most changes do,
    and whoever has to write next waits as well.
    """
    some = [one for one in changes if (one.keys if isinstance(one, Deleted) else one.rows)]
    if not some:
        return
    if db.dialect.name != "postgresql":
        for one in some:
            _write_row_by_row(db, one)
        return
    parts, values = list[str](), list[Any]()
    for one in some:
        part, columns = _written(one, db.dialect)
        parts.append(part)
        values.extend(columns)
    first = [f"part{number} AS ({part})" for number, part in enumerate(parts[:-1])]
    db.exec_driver_sql(("WITH " + ", ".join(first) + " " if first else "") + parts[-1], tuple(values))


def insert_all(db: Connection, table: Table, rows: Rows) -> None:
    """Insert rows that all name the same columns; none at all is allowed. Rows get their places in order."""
    write_all(db, [Inserted(table, rows)])


def _write_row_by_row(db: Connection, change: Change) -> None:
    if isinstance(change, Inserted):
        columns = tuple(change.rows[0])
        text, writers = _row(change.table, columns, db.dialect)
        db.exec_driver_sql(text, list(zip(*_columns(change.rows, columns, writers), strict=True)))
    elif isinstance(change, Updated):
        statement = _update(change.table, tuple(change.rows[0]))
        db.execute(statement, [{f"new_{name}": value for name, value in row.items()} for row in change.rows])
    else:
        for some in in_batches(change.keys):
            db.execute(_delete(change.table), {"keys": some})


def _written(change: Change, dialect: Dialect) -> tuple[str, Sequence[Any]]:
    """Return a change as PostgreSQL's text, with the arrays that are its parameters."""
    name = change.table.name
    if isinstance(change, Deleted):
        return f"DELETE FROM {name} WHERE {_key(change.table).name} = ANY(%b)", [list(change.keys)]
    columns = tuple(change.rows[0])
    arrays, writers = _arrays(change.table, columns, dialect)
    values = _columns(change.rows, columns, writers)
    listed = ", ".join(f'"{column}"' for column in columns)  # one of them is called inner
    if isinstance(change, Inserted):
        return f"INSERT INTO {name} ({listed}) SELECT * FROM {arrays}", values
    key = _key(change.table).name
    changes = ", ".join(f'"{column}" = new."{column}"' for column in columns if column != key)
    return (
        f"UPDATE {name} SET {changes} FROM {arrays} AS new ({listed}) WHERE {name}.{key} = new.{key}",
        values,
    )


def _columns(rows: Rows, names: Sequence[str], writers: Sequence[_Write]) -> list[list[Any]]:
    """Return the rows' values column by column, as the driver takes them."""
    return [
        [row[name] for row in rows] if write is None else [write(row[name]) for row in rows]
        for name, write in zip(names, writers, strict=True)
    ]


def _key(table: Table) -> Column[Any]:
    (key,) = table.primary_key.columns
    return key


@lru_cache(maxsize=64)
def _row(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, list[_Write]]:
    listed = ", ".join(f'"{name}"' for name in names)
    writers: list[_Write] = [
        table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names
    ]
    return f'INSERT INTO "{table.name}" ({listed}) VALUES ({", ".join("?" * len(names))})', writers


@lru_cache(maxsize=64)
def _update(table: Table, names: tuple[str, ...]) -> Update:
    key = _key(table)
    changes: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names if name != key.name}
    return update(table).where(key == bindparam(f"new_{key.name}")).values(changes)


@lru_cache(maxsize=64)
def _delete(table: Table) -> Delete:
    return delete(table).where(_key(table).in_(bindparam("keys", expanding=True)))


@lru_cache(maxsize=64)
def _arrays(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, list[_Write]]:
    kinds = [table.c[name].type.dialect_impl(dialect) for name in names]
    # An array is of a type without its length: VARCHAR, not VARCHAR(16). The column refuses what is too long.
    types = [dialect.type_compiler_instance.process(kind).partition("(")[0] for kind in kinds]
    arrays = f"unnest({', '.join(f'%b::{type}[]' for type in types)})"
    return arrays, [kind.bind_processor(dialect) for kind in kinds]
