"""Who serves a database holds it, so that nobody puts another in its place meanwhile.

- Serving processes hold it together; a restore must have it alone. Both give way at once instead of waiting.
- SQLite: a lock on a file beside the database. PostgreSQL: an advisory lock of a session that is kept open for it,
  whichever machine it comes from; behind a pooler that must be a session of its own.
- The lock ends with its process, however that ends.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, Engine, text

from lotproof.kernel.errors import RefusedError

_LOCK = 0x4C4F5453
_SHARED, _ALONE = "pg_try_advisory_lock_shared", "pg_try_advisory_lock"


class Held:
    """A hold on a database. Let go of it with `release`; it may be forgotten at the end of a process."""

    def __init__(self, kept: BinaryIO | Connection) -> None:
        self._kept = kept

    def release(self) -> None:
        """Give it back: the lock ends with the file, or with the session, which no pool keeps."""
        self._kept.close()


def hold(engine: Engine) -> Held:
    """Hold a database for serving it. Raises: RefusedError `being_restored`."""
    held = _try(engine, alone=False)
    if held is None:
        raise RefusedError(
            "being_restored", "a restore is putting this database in place", "start again when it has ended"
        )
    return held


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Have a database for oneself for the length of a block. Raises: RefusedError `instance_running`."""
    held = _try(engine, alone=True)
    if held is None:
        raise RefusedError(
            "instance_running",
            "this instance is being served, or somebody restores it",
            "stop lotproof serve, or its gunicorn, first; wait for a restore",
        )
    try:
        yield
    finally:
        held.release()


def _try(engine: Engine, *, alone: bool) -> Held | None:
    return (
        _lock_session(engine, alone=alone)
        if engine.dialect.name == "postgresql"
        else _lock_file(engine, alone=alone)
    )


def _lock_file(engine: Engine, *, alone: bool) -> Held | None:
    database = Path(engine.url.database or "")
    database.parent.mkdir(parents=True, exist_ok=True)
    file = database.with_name(f"{database.name}.in-use").open("ab")
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return Held(file)


def _lock_session(engine: Engine, *, alone: bool) -> Held | None:
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    taken = connection.execute(text(f"SELECT {_ALONE if alone else _SHARED}(:key)"), {"key": _LOCK}).scalar()
    if taken:
        connection.detach()  # no pool may hand it to anybody else
        return Held(connection)
    connection.close()
    return None
