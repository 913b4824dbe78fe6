"""Write the log's tiles as static files, and the checkpoint last, so that whoever reads it finds all it covers.

- Files are written aside, synced and renamed; a full tile never changes, so a cache may hold it for ever.
- One process at a time publishes: else an older checkpoint could replace a newer one.
- A checkpoint file beyond the database means that the database was rolled back, and one that the database does not
  go on from means that there are two histories: both are fatal, never repaired by themselves.
"""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path

from sqlalchemy import Connection, select

from lotproof.kernel.errors import LogFaultError
from lotproof.ledger import tables as t
from lotproof.ledger.proofs import node_reader
from lotproof.proof import tiles
from lotproof.proof.checkpoint import Checkpoint, parse_note_text
from lotproof.proof.faults import FaultFound
from lotproof.proof.histories import first_difference, frontier_at
from lotproof.proof.merkle import leaf_hash, stored_index
from lotproof.proof.note import NoteError
from lotproof.proof.tile_source import TileSource
from lotproof.storage.durable_files import make_folder, write_file

CHECKPOINT = "checkpoint"
_LOCK, _UNFINISHED = ".publishing", ".unfinished"


def publish(db: Connection, folder: Path) -> int:
    """Bring `folder` up to the database's checkpoint; returns the size that it now covers.

    Safe to repeat, and to stop at any point: nothing is visible before the checkpoint is.
    Raises: LogFaultError `log_rolled_back`, `log_forked`, `checkpoint_damaged`, `entry_damaged`; OSError.
    """
    with _alone_in(folder):
        # Read only now: what another process published meanwhile is not beyond this head.
        head = db.execute(select(t.head.c.size, t.head.c.checkpoint)).one()
        done = published(folder)
        refuse_other_history(db, folder, done)
        for path, data in new_files(db, done.size if done else 0, head.size):
            _write(folder, path, data)
        if done is None or (folder / CHECKPOINT).read_bytes() != head.checkpoint.encode():
            _write(folder, CHECKPOINT, head.checkpoint.encode())
        return int(head.size)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes from publishing into the folder for the length of a block; they wait."""
    make_folder(folder, folder)
    with (folder / _LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(folder: Path, path: str, data: bytes) -> None:
    """One file at a time is unfinished, always under the same name: a killed publisher leaves one and no more."""
    write_file(folder / path, data, root=folder, aside=folder / _UNFINISHED)


def published(folder: Path | None) -> Checkpoint | None:
    """Return the published checkpoint, None where none was published or nothing is to be.

    Raises: LogFaultError `checkpoint_damaged`.
    """
    if folder is None:
        return None
    try:
        return parse_note_text((folder / CHECKPOINT).read_bytes())
    except FileNotFoundError:
        return None
    except NoteError as error:
        raise LogFaultError(
            "checkpoint_damaged",
            f"{folder / CHECKPOINT} is no checkpoint: {error.message}",
            "put the newest one back, from a backup or from whoever reads the log: it tells what was published",
        ) from error


def published_size(folder: Path) -> int:
    """Return the size that the published checkpoint covers, 0 where none was published."""
    there = published(folder)
    return there.size if there else 0


def refuse_other_history(db: Connection, folder: Path | None, published: Checkpoint | None) -> None:
    """Raise LogFaultError where the database does not go on from what was published in `folder`.

    `log_rolled_back`: it holds less.  `log_forked`: it holds other entries.
    published: read before the transaction of `db` began, else another process may have published more since then.
    """
    if folder is None or published is None:
        return
    size = db.execute(select(t.head.c.size)).scalar_one()
    if published.size > size:
        raise LogFaultError(
            "log_rolled_back",
            f"{published.size} entries were published, but the database holds only {size}",
            "an older copy of the database is in place: restore the newest one; going on would fork the log",
        )
    if frontier_at(published.size, node_reader(db)).root() != published.root:
        begin = _from(db, folder, published)
        raise LogFaultError(
            "log_forked",
            f"{published.size} entries were published, and those of the database are others{begin}",
            "keep both, restore the database that was published from; lotproof verify looks for what was changed",
        )


def _from(db: Connection, folder: Path, published: Checkpoint) -> str:
    """Say where the two part, as far as the published tiles tell."""
    source = TileSource(lambda path: (folder / path).read_bytes())
    try:
        first = first_difference(published.size, node_reader(db), source.read)
    except FaultFound:
        return ""
    return "" if first is None else f", from entry {first} on"


def new_files(db: Connection, old: int, new: int) -> Iterator[tuple[str, bytes]]:
    """Make the files that a log of `new` entries has and one of `old` has not: path and bytes of each.

    Raises: LogFaultError `entry_damaged` where the bytes of an entry do not give its hash.
    """
    read = node_reader(db)
    for tile in tiles.new_tiles(old, new):
        start = tile.index * tiles.WIDTH
        hashes = read([stored_index(tile.level * tiles.HEIGHT, start + i) for i in range(tile.width)])
        if tile.level == 0:
            leaves = _leaves(db, start, tile.width)
            _compare(start, leaves, hashes)
            yield tiles.entries_path(tile.index, tile.width), tiles.encode_entries(leaves)
        yield tile.path, b"".join(hashes)


def _compare(start: int, leaves: Sequence[bytes], hashes: Sequence[bytes]) -> None:
    """What went bad in the database does not go out: readers would keep it."""
    for index, (leaf, digest) in enumerate(zip_longest(leaves, hashes), start):
        if leaf is None or leaf_hash(leaf) != digest:
            raise LogFaultError(
                "entry_damaged",
                f"entry {index} in the database is not what its hash says: nothing was published",
                "run lotproof verify, and restore the newest backup that is right",
            )


def _leaves(db: Connection, start: int, count: int) -> list[bytes]:
    rows = select(t.entry.c.leaf).where(t.entry.c.entry_index >= start, t.entry.c.entry_index < start + count)
    return list(db.execute(rows.order_by(t.entry.c.entry_index)).scalars())
