"""Get what was deleted out of the database's files: a row that is gone leaves its bytes behind for a while.

- SQLite: VACUUM writes the file anew, and the write-ahead log is emptied. Needs the space for a second file.
- PostgreSQL: VACUUM FULL writes the named tables anew and drops the old files; nobody writes to them meanwhile. Its
  own write-ahead log keeps the bytes until its segments are used again, and its archive as long as you keep it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from lotproof.storage.engine import alone


def scrub(engine: Engine, tables: Collection[str]) -> bool:
    """Rewrite what held deleted rows; returns False where others were in the way, and it has to be done again.

    tables: names of those that held them. Call it outside of any transaction.
    """
    if engine.dialect.name == "sqlite":
        with alone(engine), engine.connect() as connection:
            return _scrub_sqlite(connection.connection.dbapi_connection)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for name in sorted(tables):
                connection.exec_driver_sql(f'VACUUM (FULL) "{name}"')
    except OperationalError:
        return False
    return True


def _scrub_sqlite(driver: Any) -> bool:
    assert isinstance(driver, sqlite3.Connection)
    try:
        driver.execute("VACUUM")
        busy, *_pages = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy
