"""Insert many rows with one statement, as fast as each database lets us.

SQLite is in this process and takes rows one by one. PostgreSQL gets whole columns as arrays: one message
instead of one a row, in binary form, and a statement that stays prepared whatever the number of rows.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Table, insert

_Write = Callable[[Any], Any] | None


def insert_all(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns; none at all is allowed. Rows get their places in order."""
    if not rows:
        return
    if db.dialect.name != "postgresql":
        db.execute(_insert(table), rows)
        return
    names = tuple(rows[0])
    statement, writers = _arrays(table, names, db.dialect)
    columns = (
        [row[name] for row in rows] if write is None else [write(row[name]) for row in rows]
        for name, write in zip(names, writers, strict=True)
    )
    db.exec_driver_sql(statement, tuple(columns))


@lru_cache(maxsize=64)
def _insert(table: Table) -> Insert:
    return insert(table)


@lru_cache(maxsize=64)
def _arrays(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, list[_Write]]:
    kinds = [table.c[name].type.dialect_impl(dialect) for name in names]
    # An array is of a type without its length: VARCHAR, not VARCHAR(16). The column refuses what is too long.
    types = [dialect.type_compiler_instance.process(kind).partition("(")[0] for kind in kinds]
    statement = (
        f"INSERT INTO {table.name} ({', '.join(names)}) "
        f"SELECT * FROM unnest({', '.join(f'%b::{type}[]' for type in types)})"
    )
    return statement, [kind.bind_processor(dialect) for kind in kinds]
