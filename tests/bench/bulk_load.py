"""Fill a table with very many made-up rows, as fast as the database takes them. For what is measured by reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Engine, Table, text

from lotproof.ledger.bulk import insert_all
from lotproof.storage.engine import writing

_AT_ONCE = 20_000


def bulk_insert(engine: Engine, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns."""
    stream = iter(rows)
    with writing(engine) as db:
        while chunk := list(islice(stream, _AT_ONCE)):
            insert_all(db, table, chunk)


def settle(engine: Engine) -> None:
    """Let PostgreSQL learn what is in its tables and tidy them, as it does by itself in time. SQLite never does."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("VACUUM ANALYZE"))


def number_on(engine: Engine, table: Table) -> None:
    """Let a table whose rows brought their own ids give the next ones from there. SQLite does so by itself."""
    if engine.dialect.name == "postgresql":
        newest = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
        with writing(engine) as db:
            db.execute(text(newest))
