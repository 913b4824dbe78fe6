"""Are the derived tables what the log says? Rebuilt from its entries in a database of their own, and compared."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Table, func, select

from lotproof.ledger import tables as t
from lotproof.ledger.bulk import insert_all
from lotproof.ledger.lost_blobs import at_hand
from lotproof.lots.comparing import TableReport, compare
from lotproof.lots.rebuild import Tick, not_derived, rebuild
from lotproof.storage.base import Base
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import open_engine, writing

_NEEDED = (t.submission, t.entry, t.disclosure, t.inbox)
"""What a rebuild reads, besides blobs."""
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class ProjectionsReport:
    """What came of each derived table, and the tables that nothing on the log tells."""

    entries: int
    tables: tuple[TableReport, ...]
    not_compared: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every row is as it should be."""
        return not any(one.differences for one in self.tables)


def verify_projections(
    db: Connection, blobs: BlobStore, folder: Path | None = None, tick: Tick = lambda _entries: None
) -> ProjectionsReport:
    """Compare every derived row with a rebuild. db: one moment of the database; nothing in it is changed.

    folder: where the temporary database goes, which takes as much room as the log (None: where the system has it).
    The log itself is believed: verify it first.  Raises: LogFaultError `no_entries`.
    """
    with TemporaryDirectory(prefix="lotproof-rebuilt-", dir=folder) as place:
        engine = open_engine(f"sqlite:///{Path(place) / 'rebuilt.sqlite3'}")
        try:
            # Never committed: nobody reads it but we.
            with writing(engine) as rebuilt:
                Base.metadata.create_all(rebuilt)
                for table in _NEEDED:
                    _copy(db, rebuilt, table)
                done = rebuild(rebuilt, at_hand(db, blobs), tick)
                found = compare(db, rebuilt, lambda table, row: _may_be_hidden(rebuilt, table, row))
        finally:
            engine.dispose()
    return ProjectionsReport(done.entries, tuple(found), not_derived())


def _copy(src: Connection, dst: Connection, table: Table) -> None:
    for some in src.execute(select(table).execution_options(yield_per=_AT_ONCE)).mappings().partitions():
        insert_all(dst, table, [dict(row) for row in some])


def _may_be_hidden(rebuilt: Connection, table: str, row: Mapping[str, Any]) -> bool:
    """Whether a row of `entry_party` can come from a hidden part that nobody can open any more."""
    if table != t.entry_party.name:
        return False
    at = t.entry.c.entry_index == row["entry_index"]
    found = rebuilt.execute(select(t.entry.c.submission, t.entry.c.leaf).where(at)).one_or_none()
    if found is None:
        return False
    known = select(func.count()).where(t.disclosure.c.submission == found.submission)
    return len(json.loads(found.leaf)["signed"].get("_sd", ())) > rebuilt.execute(known).scalar_one()
