"""Whether an instance can do its work: every thing that has to be there is tried, and nothing is assumed."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import text

from lotproof.kernel.errors import LogFaultError, LotproofError
from lotproof.ledger.log import Log
from lotproof.ledger.publisher import published, refuse_other_history
from lotproof.storage import migrate
from lotproof.storage.engine import reading
from lotproof_web.background import Loop
from lotproof_web.services import Check


def checks(log: Log, loops: tuple[Loop, ...]) -> tuple[Check, ...]:
    """Try everything; never raises. What a note says is for the operator, and holds no secret."""
    tried: dict[str, Callable[[], object]] = {
        "database": lambda: _answers(log),
        "migrations": lambda: _is_current(log),
        "log": lambda: _opens(log),
        "tiles": lambda: _is_writable(log.around.tiles),
    }
    return tuple(_check(name, attempt) for name, attempt in tried.items()) + tuple(_threads(loops))


def _check(name: str, attempt: Callable[[], object]) -> Check:
    try:
        attempt()
    except LotproofError as error:
        return Check(name, False, f"{error.message}; {error.hint}".rstrip("; "))
    except Exception as error:
        # The text of a driver's error may hold an address or a user; its kind does not.
        return Check(name, False, type(error).__name__)
    return Check(name, True)


def _answers(log: Log) -> None:
    with reading(log.engine) as db:
        db.execute(text("SELECT 1"))


def _is_current(log: Log) -> None:
    here, newest = migrate.current(log.engine), migrate.newest()
    if here != newest:
        raise LogFaultError(
            "old_tables", f"the tables are at revision {here}, not {newest}", "run: lotproof migrate"
        )


def _opens(log: Log) -> None:
    there = published(log.around.tiles)
    with reading(log.engine) as db:
        refuse_other_history(db, log.around.tiles, there)


def _is_writable(folder: Path | None) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass


def _threads(loops: tuple[Loop, ...]) -> Iterator[Check]:
    for loop in loops:
        fault = loop.fault if loop.is_running else "it is not running"
        yield Check(loop.name, not fault, fault)
