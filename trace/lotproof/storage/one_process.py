"""One process at a time: work that several processes could do, and only one should do at any moment.

- Whoever finds the work free does it; the others are told that it is taken, and do not wait. Nobody is elected:
  when a process dies its hold ends with it, and whoever comes next goes on.
- The work must bear to be done twice all the same: a process may lose its hold without noticing (its session
  was ended), and go on for a moment.
- On PostgreSQL an advisory lock, which every process of the database sees, also from another machine. On SQLite a
  lock file beside the database, as all its processes are on one machine.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, text

_TRY = text("SELECT pg_try_advisory_xact_lock(:key)")


@contextmanager
def one_process_at(engine: Engine, work: str) -> Iterator[bool]:
    """Give True where no other process does this work until the block ends, and False where one does already."""
    with _by_server(engine, work) if engine.dialect.name == "postgresql" else _by_file(engine, work) as free:
        yield free


@contextmanager
def _by_server(engine: Engine, work: str) -> Iterator[bool]:
    key = int.from_bytes(sha256(f"lotproof {work}".encode()).digest()[:8], signed=True)
    # A transaction that only holds a lock keeps no old rows alive, however long the work takes.
    with engine.connect() as connection, connection.begin():
        yield bool(connection.execute(_TRY, {"key": key}).scalar_one())


@contextmanager
def _by_file(engine: Engine, work: str) -> Iterator[bool]:
    path = Path(f"{engine.url.database}.{work.replace(' ', '-')}.lock")
    with path.open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
