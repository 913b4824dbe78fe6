"""What a stretch of entries will ask the database, asked once for all of them; and what they write, written at once.

- For a run over many entries (`replaying`), whose transaction nobody else writes into. An action asks for itself.
- Whatever is not known here for certain is asked as always: sets hold what *may* be there, and only what is in
  none of them is spared a question.
- `ReplayWork.db` writes what waits before it gives the connection, so that every question sees all that came before.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from lotproof.kernel.identifiers import LotId
from lotproof.ledger.bulk import Rows, insert_all
from lotproof.ledger.submitting import Terms
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.ledger.vault import Vault
from lotproof.lots.apply import Stamp
from lotproof.lots.gathering import Gathered
from lotproof.lots.lot_rows import LotRow, load_lots, save_lots
from lotproof.lots.models import EventLot, EventRow, Finding
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import in_batches


class ReplayWork(UnitOfWork):
    """A unit of work whose new rows wait until somebody asks the database, or the stretch ends."""

    def __init__(self, db: Connection, terms: Terms, vault: Vault, blobs: BlobStore) -> None:
        self._late: dict[Table, list[Mapping[str, Any]]] = {}
        super().__init__(db, terms, vault, blobs)
        self.is_alone = True

    @property
    def db(self) -> Connection:
        """The connection, with everything written."""
        if self._late or (self.ahead is not None and self.ahead.changed):
            self._write()
        return self._db

    @db.setter
    def db(self, db: Connection) -> None:
        self._db = db

    def add(self, table: Table, rows: Rows) -> None:
        """Let rows wait."""
        if rows:
            self._late.setdefault(table, []).extend(rows)

    def call(self, submission: int, kind: str) -> None:
        """Nobody counts what works once more."""

    def end_stretch(self) -> None:
        """Write what waits, and forget what was read ahead."""
        self._write()
        self.ahead = None

    def _write(self) -> None:
        if self.ahead is not None:
            save_lots(self._db, self.ahead.take_changed())
        late, self._late = self._late, {}
        for table, rows in late.items():
            insert_all(self._db, table, rows)


class Ahead:
    """What is known of a stretch of events before the first of them works.

    contents, event_ids: of the stretch, those that an event has.  found: (lot or cycle, code) of findings that may
    stand open.  inspected: lots that an event inspected.
    """

    def __init__(
        self,
        db: Connection,
        wanted: Mapping[str, LotId | None],
        contents: Collection[bytes],
        event_ids: Collection[str],
    ) -> None:
        self.changed: dict[int, LotRow] = {}
        self._lots = load_lots(db, wanted, as_given=True)
        self._fresh = {uri for uri, row in self._lots.items() if row.is_new}
        ids = [row.id for uri, row in self._lots.items() if uri not in self._fresh]
        self.contents = _among(db, EventRow.content, contents)
        self.event_ids = _among(db, EventRow.event_id, event_ids)
        self.found = _open_findings(db, ids)
        self.inspected = _inspected(db, ids)

    def lots_for(self, uow: UnitOfWork, wanted: Mapping[str, LotId | None]) -> dict[str, LotRow]:
        """Return the rows of these URIs. `is_new` is true the first time that one is asked for which was made here."""
        strange = {uri: id for uri, id in wanted.items() if uri not in self._lots}
        if strange:  # what was inside a container
            loaded = load_lots(uow.db, strange)
            self._lots |= loaded
            self._fresh |= {uri for uri, row in loaded.items() if row.is_new}
            ids = [row.id for row in loaded.values()]
            self.found |= _open_findings(uow.db, ids)
            self.inspected |= _inspected(uow.db, ids)
        rows = {uri: self._lots[uri] for uri in wanted}
        for uri, row in rows.items():
            row.is_new = uri in self._fresh
        self._fresh -= rows.keys()
        return rows

    def keep_lots(self, rows: Sequence[LotRow]) -> None:
        """Remember that these rows may have changed."""
        self.changed.update((row.id, row) for row in rows)

    def take_changed(self) -> list[LotRow]:
        """Return what has to be written, in the order of the rows' numbers."""
        changed, self.changed = self.changed, {}
        return [changed[id] for id in sorted(changed)]

    def note_event(self, got: Gathered, stamp: Stamp) -> None:
        """An event was written."""
        self.contents.add(stamp.content)
        if got.event.event_id:
            self.event_ids.add(got.event.event_id)
        if got.kind.name == "inspection":
            self.inspected |= {row.id for row in got.lots.values()}

    def note_findings(self, found: Iterable[tuple[int, str]]) -> None:
        """Findings were opened: (lot, code)."""
        self.found.update(found)


def _among(db: Connection, column: Any, values: Collection[Any]) -> set[Any]:
    """Which of these values a column has."""
    found: set[Any] = set()
    for some in in_batches(list(values)):
        found.update(db.execute(select(column).where(column.in_(some)).distinct()).scalars())
    return found


def _open_findings(db: Connection, lots: Sequence[int]) -> set[tuple[int, str]]:
    found: set[tuple[int, str]] = set()
    for some in in_batches(lots):
        statement = select(Finding.lot, Finding.code).where(Finding.lot.in_(some), Finding.closed_by.is_(None))
        found.update((row.lot, row.code) for row in db.execute(statement))
    return found


def _inspected(db: Connection, lots: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for some in in_batches(lots):
        statement = (
            select(EventLot.lot)
            .join(EventRow, EventRow.submission == EventLot.submission)
            .where(EventLot.lot.in_(some), EventRow.kind == "inspection")
        )
        found.update(db.execute(statement.distinct()).scalars())
    return found
