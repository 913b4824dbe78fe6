"""Backup: every table as of one moment, all blobs, and private keys as they lie there, sealed.

- Taken while the instance runs: one reading transaction sees one moment. Blobs are only ever added before the row
  that names them, so that those which are there afterwards are enough.
- The master key is never in it. Without that key a backup opens no private key, and is no working ledger.
- Written as files that both databases read: a backup of one may be restored into the other.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select

from lotproof import __version__
from lotproof.copies.parcel import ParcelWriter, target_of
from lotproof.copies.parcel_reader import Kind
from lotproof.copies.table_files import dump
from lotproof.documents.files import Files
from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.proof.checkpoint import parse_note_text
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import reading

FORMAT, VERSION, CHECKPOINT = "lotproof-backup", 1, "checkpoint"
ORIGINALS, COPIES = "originals", "copies"
"""Papers that people handed in: as they came, and as they are shown. Backups of older releases have none."""
_PATH = re.compile(r"checkpoint|(blobs|originals|copies)/[0-9a-f]{2}/[0-9a-f]{62}|tables/[a-z_]{1,60}/[0-9]{6}\.jsonl")
Tick = Callable[[int], None]


def belongs(path: str) -> bool:
    """Whether a backup may have a file of this path."""
    return _PATH.fullmatch(path) is not None


BACKUP = Kind("backup", FORMAT, VERSION, belongs)


@dataclass(frozen=True, slots=True)
class _Told:
    """A table as the manifest names it."""

    columns: tuple[str, ...]
    rows: int


def backup(log: Log, place: Path, tick: Tick = lambda _rows: None) -> dict[str, Any]:
    """Write a backup into a file whose name ends in .tar, or into a folder; return its manifest.

    Raises: RefusedError `not_empty` for a folder of other things, `another_log`, `old_tables`.
    """
    from lotproof.storage.migrate import current  # Alembic: only who makes a backup waits for it

    revision = current(log.engine)
    with reading(log.engine) as db:
        if not inspect(db).has_table(t.standing.name):
            raise RefusedError(
                "old_tables",
                "these tables are of a release that knew no backups",
                "copy the database with its own tools, then run: lotproof migrate",
            )
        head = db.execute(select(t.head)).one()
        _refuse_other(place, log.origin)
        target = target_of(place, belongs, private=True)
        writer = ParcelWriter(target)
        try:
            told: dict[str, _Told] = {}
            for part in dump(db):
                writer.put(part.path, part.data)
                before = told.get(part.table)
                told[part.table] = _Told(part.columns, part.rows + (before.rows if before else 0))
                tick(part.rows)
            blobs = _put_blobs(log.around.blobs, writer)
            papers = {name: _put_blobs(store, writer, name) for name, store in stores_of(log).items()}
            writer.put(CHECKPOINT, head.checkpoint.encode())
            return writer.finish(_manifest(log, head, revision, told, blobs) | papers)
        except BaseException:
            target.give_up()
            raise


def stores_of(log: Log) -> dict[str, BlobStore]:
    """Where the papers lie that people handed in, by the folder that they have in a backup."""
    files = Files.of(log)
    return {ORIGINALS: files.quarantine, COPIES: files.clean}


def _put_blobs(store: BlobStore, writer: ParcelWriter, folder: str = "blobs") -> int:
    count = 0
    for sha in store.names():
        try:
            data = store.get(sha)
        except NotFoundError:  # erased since it was listed
            continue
        writer.put(f"{folder}/{sha[:2]}/{sha[2:]}", data)
        count += 1
    return count


def _manifest(
    log: Log, head: Any, revision: str | None, told: dict[str, _Told], blobs: int
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "v": VERSION,
        "software": __version__,
        "revision": revision,
        "database": log.engine.dialect.name,
        "origin": head.origin,
        "operator": head.operator,
        "logKey": head.log_key,
        "size": head.size,
        "root": parse_note_text(head.checkpoint).root.hex(),
        "tables": {name: {"columns": list(one.columns), "rows": one.rows} for name, one in told.items()},
        "blobs": blobs,
        "masterKey": "not in here: keep keys/master.key, or LOTPROOF_MASTER_KEY, in another place",
    }


def _refuse_other(place: Path, origin: str) -> None:
    if not (place / CHECKPOINT).is_file():
        return
    there = parse_note_text((place / CHECKPOINT).read_bytes())
    if there.origin != origin:
        raise RefusedError("another_log", f"{place} holds a backup of {there.origin}", "name another folder")
