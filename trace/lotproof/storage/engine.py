"""Open a database so that what is committed is durable, and read or write it in one transaction.

- Durable means committed: SQLite in WAL mode with `synchronous=FULL`, PostgreSQL with `fsync` and
  `synchronous_commit`. It is asserted on every new connection, as a server's settings can change.
- One writer at a time on SQLite: a fair lock per database file within the process, then `BEGIN IMMEDIATE`.
  On PostgreSQL writers run side by side; whoever takes something scarce locks its rows, in id order.
- A reader sees one moment of the database from its first statement to its last, and can write nothing.
- `writing` inside `writing` is refused: one action is one transaction.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from json import dumps
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from lotproof.kernel.errors import InvalidInputError, LotproofError, RefusedError
from lotproof.storage import durability, liveness
from lotproof.storage.fair_lock import FairLock

T = TypeVar("T")

_GAVE_WAY = frozenset({"40P01", "40001", "55P03"})
"""PostgreSQL: deadlock_detected, serialization_failure, lock_not_available. Nothing of the transaction is kept."""

_CONNECT_S = 10
"""For how long a server is waited for that does not answer at all; libpq would wait for minutes."""

_WRITE, _WAIT_S, _CLOSED = "lotproof_write", "lotproof_wait_s", "lotproof_closed"
_IDLE = "set_config('idle_in_transaction_session_timeout', :idle, true)"
_TAKE_TURN = text(f"SELECT pg_advisory_xact_lock(:key), {_IDLE}")
_TAKE_SHARED_TURN = text(f"SELECT pg_advisory_xact_lock_shared(:key), {_IDLE}")
_locks: dict[str, FairLock] = {}
_locks_mutex = threading.Lock()
_busy = threading.local()


def open_engine(url: str, *, wait_s: float = 15.0) -> Engine:
    """Return an engine for `sqlite:///<file>` or `postgresql+psycopg://…`; connects when first used.

    wait_s: how long a writer waits for others, or for a lock, before it is refused.
    Raises: InvalidInputError `unknown_database` for any other URL. A connection that would not be durable
    is refused, when it is made, with RefusedError `not_durable`.
    """
    parsed = make_url(url)
    common: dict[str, Any] = {
        "json_serializer": partial(dumps, ensure_ascii=False, separators=(",", ":"), allow_nan=False),
        "hide_parameters": True,  # errors go to logs, and what is written may be private
        "pool_timeout": wait_s,
        "pool_size": 8,
        "max_overflow": 24,
        "execution_options": {_WAIT_S: wait_s},
    }
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise InvalidInputError("unknown_database", "a database in memory is not durable", "name a file")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        engine = create_engine(parsed, **common)
        event.listen(engine, "connect", partial(durability.settle_sqlite, wait_s=wait_s))
        event.listen(engine, "begin", _begin_sqlite)
    elif parsed.drivername == "postgresql+psycopg":
        engine = create_engine(parsed, connect_args=_postgresql(parsed), **common)
        liveness.watch(engine)
        event.listen(engine, "connect", partial(durability.settle_postgresql, wait_s=wait_s))
    else:
        raise InvalidInputError(
            "unknown_database",
            f"cannot store anything in a database of kind {parsed.drivername!r}",
            "use sqlite:///<file> or postgresql+psycopg://<host>/<name>",
        )
    return engine


def _postgresql(url: URL) -> dict[str, Any]:
    """What a session says of itself, and how long it waits for a server, unless the URL says otherwise."""
    usual = {"connect_timeout": _CONNECT_S, "application_name": f"lotproof {os.getpid()}", **durability.KEEPALIVES}
    return {name: value for name, value in usual.items() if name not in url.query}


@contextmanager
def writing(engine: Engine, *, foreign_keys: bool = True) -> Iterator[Connection]:
    """Give the connection of one writing transaction: committed at the end, rolled back on any error.

    Durable when the block has ended without error.
    foreign_keys: False lets a migration rebuild tables on SQLite, which checks them by itself otherwise.
    Raises: RefusedError `database_busy` where other writers do not finish in time, before anything was
    written: safe to try again; what was given to `close_for_writing`.
    """
    closed: Callable[[], LotproofError] | None = engine.get_execution_options().get(_CLOSED)
    if closed is not None:
        raise closed()
    with _only_once(engine), alone(engine), engine.connect() as connection:
        connection = connection.execution_options(**{_WRITE: True})
        with _pragma(connection, None if foreign_keys else "foreign_keys=OFF"), _begun(connection):
            yield connection


def close_for_writing(engine: Engine, why: Callable[[], LotproofError]) -> None:
    """Let every later `writing` on this engine raise what `why` returns: there is no other door for rows."""
    engine.update_execution_options(**{_CLOSED: why})


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one moment of the database and cannot write."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            with _pragma(connection, "query_only=ON"), connection.begin():
                yield connection
        else:
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            with connection.begin():
                yield connection


def in_batches(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Cut `items` into pieces that fit into one statement's parameters; nothing at all gives no piece."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def take_turn(connection: Connection, key: int, most_idle_s: int = 0, *, shared: bool = False) -> None:
    """Wait until no other transaction has taken its turn under this key; it is given back with the transaction.

    most_idle_s: how long this transaction may then send nothing before the server ends it, 0 for ever. So a process
    that is frozen, or whose machine is cut off, cannot keep the others waiting.
    shared: several may have it at once, and nobody alone meanwhile.
    On SQLite there is one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        turn = _TAKE_SHARED_TURN if shared else _TAKE_TURN
        connection.execute(turn, {"key": key, "idle": f"{most_idle_s}s"})


def _begin_sqlite(connection: Connection) -> None:
    wants_to_write = connection.get_execution_options().get(_WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if wants_to_write else "BEGIN")


@contextmanager
def _begun(connection: Connection) -> Iterator[None]:
    try:
        transaction = connection.begin()
    except OperationalError as error:
        raise RefusedError(
            "database_busy", f"the database did not let us write: {error.orig}", "try again in a moment"
        ) from error
    try:
        with transaction:
            yield
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) in _GAVE_WAY:
            raise RefusedError(
                "database_busy", "two writers waited for each other, and this one gave way", "try again in a moment"
            ) from error
        raise


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Keep the other writers of this process waiting for the length of a block, on SQLite; they wait in order.

    Raises: RefusedError `database_busy`.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    path = str(Path(engine.url.database or "").resolve())
    with _locks_mutex:
        lock = _locks.setdefault(path, FairLock())
    with lock.held(engine.get_execution_options()[_WAIT_S]):
        yield


@contextmanager
def _only_once(engine: Engine) -> Iterator[None]:
    here: set[str] = _busy.__dict__.setdefault("databases", set())
    name = engine.url.render_as_string()
    if name in here:
        raise RuntimeError("this thread is already writing: use the connection that it has")
    here.add(name)
    try:
        yield
    finally:
        here.discard(name)


@contextmanager
def _pragma(connection: Connection, setting: str | None) -> Iterator[None]:
    """Switch a setting of SQLite for the length of a block; it must be done outside of a transaction."""
    if setting is None or connection.dialect.name != "sqlite":
        yield
        return
    name, value = setting.split("=")
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute(f"PRAGMA {name}={value}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA {name}={'OFF' if value == 'ON' else 'ON'}")
