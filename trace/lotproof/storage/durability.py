"""Settle a new connection, and refuse one on which a commit could be lost.

Each function is a SQLAlchemy `connect` listener: it gets the driver's connection, and closes it before it
refuses.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from lotproof.kernel.errors import RefusedError

if TYPE_CHECKING:
    import psycopg  # who uses SQLite need not wait for it to load

KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""Seconds, seconds and times: client and server each learn within half a minute that the other's machine is gone."""
_MAPPED = 1 << 30  # bytes of the file at most; the rest is read as usual
_HINT = "every acknowledged entry must survive a power loss: see docs/configuration.md"


def settle_sqlite(connection: sqlite3.Connection, _record: Any, *, wait_s: float) -> None:
    """WAL, `synchronous=FULL`, foreign keys; transactions begin only where we say so.

    Raises: RefusedError `not_durable` where the file system or the build does not comply.
    """
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={int(wait_s * 1000)}")
    if _pragma(connection, "journal_mode") != "wal":
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # A trace reads thousands of pages from all over the file: read in place they cost no call each. Writes are as ever.
    connection.execute(f"PRAGMA mmap_size={_MAPPED}")
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    found = {name: _pragma(connection, name) for name in expected}
    if found != expected:
        connection.close()
        raise RefusedError("not_durable", f"SQLite must have {expected}, and has {found}", _HINT)


def settle_postgresql(connection: psycopg.Connection[Any], _record: Any, *, wait_s: float) -> None:
    """UTC; a lock that does not come in time is an error; a client that was cut off is let go with what it holds.

    Raises: RefusedError `not_durable` where `fsync` or `synchronous_commit` is off on the server, for the
    role, for the database or in the URL.
    """
    row = connection.execute(
        "SELECT current_setting('fsync'), current_setting('synchronous_commit'),"
        " set_config('timezone', 'UTC', false), set_config('lock_timeout', %s, false),"
        " set_config('tcp_keepalives_idle', %s, false), set_config('tcp_keepalives_interval', %s, false),"
        " set_config('tcp_keepalives_count', %s, false)",
        [f"{int(wait_s * 1000)}ms", *(str(number) for number in KEEPALIVES.values())],
    ).fetchone()
    connection.commit()
    assert row is not None
    if row[0] != "on" or row[1] == "off":
        connection.close()
        raise RefusedError(
            "not_durable", f"PostgreSQL has fsync={row[0]} and synchronous_commit={row[1]}", _HINT
        )


def _pragma(connection: sqlite3.Connection, name: str) -> Any:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]
