"""What happens to documents behind the requests: scanned, cleaned, and their bytes destroyed when they have to go.

- Everything stands in the database: whoever stops at any point leaves a state from which the next turn goes on.
- One process at a time does this (`one_process`); if two do all the same, the second finds the state changed.
- A scanner that is configured and does not answer leaves documents hidden and waiting, for as long as it takes.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select, update

from lotproof.documents.clamd import ScannerDownError
from lotproof.documents.cleaner import Cleaned, Written, clean
from lotproof.documents.files import Files, take_turns
from lotproof.documents.models import Document, DocumentPage, DocumentSuggestion
from lotproof.documents.states import UNDER_WAY, Scan, State
from lotproof.documents.suggesting import Line, suggest
from lotproof.ledger.log import Log
from lotproof.notices.telling import tell
from lotproof.storage.base import table_of
from lotproof.storage.engine import reading, writing

MOST_TRIES = 3
"""A document at which the cleaning was cut short so often is refused: it may be what ends the process."""
_AT_ONCE = 20
_TABLE, _PAGE = table_of(Document), table_of(DocumentPage)
_logger = logging.getLogger(__name__)


class Scanner(Protocol):
    """A virus scanner."""

    def find(self, path: Path) -> str:
        """Return the name of what was found, "" for nothing. Raises: ScannerDownError."""


@dataclass(slots=True)
class Sweep:
    """What one turn did."""

    cleaned: int = 0
    refused: int = 0
    waiting: int = 0
    destroyed: int = 0
    read: int = 0


class Worker:
    """Does the work of one instance. scanner: None where none is configured.  reader: of text, None where none is."""

    def __init__(
        self,
        log: Log,
        scanner: Scanner | None = None,
        cleaner: Callable[[Path, Path], Cleaned] = clean,
        reader: Callable[[Path], Sequence[Line]] | None = None,
    ) -> None:
        self._log = log
        self._scanner = scanner
        self._cleaner = cleaner
        self._reader = reader
        self._down = False

    def sweep(self) -> Sweep:
        """Do everything that is due now."""
        files, done = Files.of(self._log), Sweep()
        self._down = False
        files.clear_workrooms()
        _clear_left_behind(self._log, files)
        for id in self._due():
            state = self._work_on(files, id)
            done.cleaned += state == State.CLEAN
            done.refused += state == State.REFUSED
            done.waiting += state == State.WAITING_FOR_SCAN
        done.destroyed = destroy_due(self._log)
        if self._reader is not None:
            done.read = sum(self._read(files, id) for id in self._unread())
        return done

    def _unread(self) -> list[str]:
        unread = (_TABLE.c.state == State.CLEAN) & _TABLE.c.read_at.is_(None)
        with reading(self._log.engine) as db:
            oldest = (
                select(_TABLE.c.id).where(unread).order_by(_TABLE.c.received_at, _TABLE.c.id).limit(_AT_ONCE)
            )
            return list(db.execute(oldest).scalars())

    def _read(self, files: Files, id: str) -> bool:
        """Look for text on the first page of a clean document, once; what it may mean is kept as suggestions."""
        assert self._reader is not None
        with reading(self._log.engine) as db:
            page = select(_PAGE.c.sha256).where(_PAGE.c.document == id, _PAGE.c.number == 1)
            sha = db.execute(page).scalar()
        found = suggest(self._reader(files.clean.path_of(sha))) if sha else []
        rows = [{"document": id, "field": one.field, "value": one.value, "certainty": one.certainty, "page": 1}
                for one in found]  # fmt: skip
        with writing(self._log.engine) as db:
            mine = _TABLE.c.id == id, _TABLE.c.state == State.CLEAN, _TABLE.c.read_at.is_(None)
            done = db.execute(update(_TABLE).where(*mine).values(read_at=self._log.around.clock()))
            if done.rowcount and rows:
                db.execute(insert(DocumentSuggestion), rows)
        return bool(done.rowcount)

    def _due(self) -> list[str]:
        wanted: ColumnElement[bool] = _TABLE.c.state.in_(UNDER_WAY)
        if self._scanner is not None:  # those from before there was one
            wanted = or_(wanted, (_TABLE.c.state == State.CLEAN) & (_TABLE.c.scan == Scan.NONE))
        with reading(self._log.engine) as db:
            oldest = (
                select(_TABLE.c.id).where(wanted).order_by(_TABLE.c.received_at, _TABLE.c.id).limit(_AT_ONCE)
            )
            return list(db.execute(oldest).scalars())

    def _work_on(self, files: Files, id: str) -> str:
        """Bring one document as far as it goes now; returns its state."""
        row = self._claimed(id)
        if row is None:
            return ""
        if row.state == State.REFUSED:
            return State.REFUSED
        original = files.quarantine.path_of(row.sha256)
        scan = self._scanned(original)
        if scan is None:
            return self._settle(id, {"state": State.WAITING_FOR_SCAN})
        if scan == Scan.FOUND:
            return self._settle(id, {"state": State.REFUSED, "problem": "harmful_file", "scan": scan})
        if row.state == State.CLEAN:
            return self._settle(id, {"scan": scan, "state": State.CLEAN})
        with files.workroom() as room:
            return self._keep(files, id, scan, self._cleaner(original, room))

    def _claimed(self, id: str) -> Row[Any] | None:
        """Say that work on it begins; None where there is nothing to do any more."""
        with writing(self._log.engine) as db:
            row = db.execute(select(_TABLE).where(_TABLE.c.id == id).with_for_update()).one_or_none()
            if row is None or (row.state not in UNDER_WAY and row.state != State.CLEAN):
                return None
            if row.state == State.CLEAN:
                return row
            values: dict[str, Any] = {"state": State.CLEANING, "tries": row.tries + 1}
            if row.state == State.CLEANING and row.tries >= MOST_TRIES:
                values = {
                    "state": State.REFUSED,
                    "problem": "too_costly_file",
                    "settled_at": self._log.around.clock(),
                }
            elif row.state == State.WAITING_FOR_SCAN:
                values["tries"] = 1
            db.execute(update(_TABLE).where(_TABLE.c.id == id).values(values))
            if values["state"] == State.REFUSED:
                _tell_refused(db, id, values["settled_at"])
            return db.execute(select(_TABLE).where(_TABLE.c.id == id)).one()

    def _scanned(self, path: Path) -> str | None:
        """What the scanner says; None where it does not answer. It is asked once a turn whether it does."""
        if self._scanner is None:
            return Scan.NONE
        if self._down:
            return None
        try:
            found = self._scanner.find(path)
        except ScannerDownError as error:
            _logger.warning("%s", error)
            self._down = True
            return None
        return Scan.FOUND if found else Scan.PASSED

    def _settle(self, id: str, values: dict[str, Any]) -> str:
        with writing(self._log.engine) as db:
            return self._write(db, id, values)

    def _keep(self, files: Files, id: str, scan: str, done: Cleaned) -> str:
        if done.problem or done.copy is None:
            return self._settle(
                id, {"state": State.REFUSED, "problem": done.problem or "unreadable_file", "scan": scan}
            )
        values = {
            "state": State.CLEAN,
            "scan": scan,
            "clean_sha256": done.copy.sha256,
            "clean_size": done.copy.size,
            "clean_media_type": done.media_type,
        }
        written = [done.copy, *done.pages]
        with writing(self._log.engine) as db:
            take_turns(db, (one.sha256 for one in written))
            state = self._write(db, id, values)
            if state == State.CLEAN:
                _adopt(db, files, id, done.pages, written)
        return state

    def _write(self, db: Connection, id: str, values: dict[str, Any]) -> str:
        """Write what became of it, unless it was removed meanwhile."""
        there = _TABLE.c.state.not_in((State.REMOVED, State.REFUSED))
        mine = update(_TABLE).where(_TABLE.c.id == id, there)
        at = self._log.around.clock()
        done = db.execute(mine.values(settled_at=at, **values))
        if done.rowcount and values["state"] == State.REFUSED:
            _tell_refused(db, id, at)
        return str(values["state"]) if done.rowcount else ""


def _tell_refused(db: Connection, id: str, at: datetime) -> None:
    """Whoever handed it in left long before: she hears of it with the refusal itself."""
    row = db.execute(select(_TABLE.c.account, _TABLE.c.name).where(_TABLE.c.id == id)).one()
    if row.account is not None:
        about = ("document_refused", "document", id)
        tell(db, [row.account], *about, {"document": row.name}, at, f"refused {id}")


def _adopt(
    db: Connection, files: Files, id: str, pages: Iterable[Written], written: Iterable[Written]
) -> None:
    for one in written:
        files.clean.adopt(one.path, one.sha256)
    db.execute(delete(_PAGE).where(_PAGE.c.document == id))
    rows = [
        {"document": id, "number": number, "sha256": page.sha256, "width": page.width, "height": page.height}
        for number, page in enumerate(pages, 1)
    ]
    db.execute(insert(_PAGE), rows)


def destroy_due(log: Log) -> int:
    """Destroy the bytes of documents that were refused or removed; returns of how many.

    What another document has too stays. A stop in between leaves the rest to the next call.
    """
    files, count = Files.of(log), 0
    gone = _TABLE.c.state.in_((State.REFUSED, State.REMOVED)) & _TABLE.c.has_bytes
    with reading(log.engine) as db:
        due = list(db.execute(select(_TABLE.c.id).where(gone)).scalars())
    for id in due:
        with writing(log.engine) as db:
            count += _destroy(db, files, id)
    return count


def _destroy(db: Connection, files: Files, id: str) -> bool:
    row = db.execute(select(_TABLE).where(_TABLE.c.id == id).with_for_update()).one()
    if not row.has_bytes:
        return False
    pages = set(db.execute(select(_PAGE.c.sha256).where(_PAGE.c.document == id)).scalars())
    shown = pages | ({row.clean_sha256} if row.clean_sha256 else set())
    take_turns(db, {row.sha256, *shown})
    db.execute(delete(_PAGE).where(_PAGE.c.document == id))
    gone: dict[str, Any] = {"has_bytes": False}
    if row.state == State.REMOVED:  # of a refused one its uploader may still want to know which file it was
        gone |= {"sha256": "", "clean_sha256": None}
    db.execute(update(_TABLE).where(_TABLE.c.id == id).values(gone))
    if not _original_is_named(db, row.sha256):
        files.quarantine.remove(row.sha256)
    for sha in shown:
        if not _copy_is_named(db, sha):
            files.clean.remove(sha)
    return True


def _original_is_named(db: Connection, sha: str) -> bool:
    there = select(_TABLE.c.id).where(_TABLE.c.sha256 == sha, _TABLE.c.has_bytes).limit(1)
    return db.execute(there).first() is not None


def _copy_is_named(db: Connection, sha: str) -> bool:
    there = select(_TABLE.c.id).where(_TABLE.c.clean_sha256 == sha, _TABLE.c.has_bytes).limit(1)
    page = select(_PAGE.c.document).where(_PAGE.c.sha256 == sha).limit(1)
    return db.execute(there).first() is not None or db.execute(page).first() is not None


def _clear_left_behind(log: Log, files: Files) -> None:
    """Remove what receivers left that stopped before their document stood in the database."""
    for path, sha in files.left_behind():
        with writing(log.engine) as db:
            take_turns(db, [sha])
            if not _original_is_named(db, sha):
                files.quarantine.remove(sha)
            path.unlink(missing_ok=True)
