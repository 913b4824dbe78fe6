"""What others have seen of a log: its published checkpoint and tiles, beside what a restored copy holds.

- Only a checkpoint that the log's own key signed counts; anything else was not published by this log.
- A published log that is longer is told entry by entry, as far as its entries can be read.
- One that does not begin as the copy does, or of which the copy is no beginning, is a fork.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from lotproof.copies.forks import refuse_fork
from lotproof.copies.incoming import Read
from lotproof.kernel.errors import LogFaultError, LotproofError, Problem
from lotproof.ledger import tables as t
from lotproof.ledger.proofs import node_reader
from lotproof.proof.checkpoint import Checkpoint, open_checkpoint
from lotproof.proof.faults import FaultFound
from lotproof.proof.note import NoteVerifier
from lotproof.proof.tile_source import TileSource

_MOST_NAMED = 1000


@dataclass(frozen=True, slots=True)
class Published:
    """A published log. name: for people.  read: bytes at a path."""

    name: str
    read: Read

    def source(self) -> TileSource:
        """Return it as the verifier reads it."""
        return TileSource(self.read)


@dataclass(frozen=True, slots=True)
class Missing:
    """An entry that was published, and is not in the copy. what, about: nothing where it could not be read."""

    index: int
    what: str = ""
    about: tuple[str, ...] = ()

    def as_problem(self) -> Problem:
        """Return it as errors tell things."""
        told = f"{self.what or 'its entry bundle cannot be read'}{', about ' if self.about else ''}"
        return Problem(f"entry {self.index}", "entry_missing", told + ", ".join(self.about))


def compare(db: Connection, published: Published, home: Path) -> tuple[bytes, Checkpoint]:
    """Return the published checkpoint, if one of the two logs begins with the other.

    Raises: LogFaultError `not_published` for a checkpoint that this log's key did not sign; `log_forked`.
    """
    head = db.execute(select(t.head.c.checkpoint, t.head.c.log_key)).one()
    source = published.source()
    note = source.checkpoint()
    if note is None:
        raise _not_published(published, "there is no checkpoint")
    try:
        checkpoint = open_checkpoint(note, NoteVerifier.parse(head.log_key))
    except LogFaultError as error:
        raise _not_published(published, error.message) from None
    refuse_fork(home, (head.checkpoint, node_reader(db)), note, source)
    return note, checkpoint


def missing(published: Published, size: int, upto: int) -> list[Missing]:
    """Return the entries [size, upto) as far as they can be read; the first thousand of them."""
    found = []
    leaves = _readable(published.source(), size, min(upto, size + _MOST_NAMED))
    for index in range(size, min(upto, size + _MOST_NAMED)):
        leaf = next(leaves, None)
        found.append(Missing(index) if leaf is None else _told(index, leaf))
    return found


def rolled_back(published: Published, size: int, upto: int) -> LogFaultError:
    """The error of a copy that others are ahead of: what they have seen, and what there is to do."""
    entries = missing(published, size, upto)
    more = upto - size - len(entries)
    listed = "; ".join(f"{one.index} ({one.what or 'not readable'})" for one in entries[:5])
    rest = ", …" if upto - size > 5 else ""
    return LogFaultError(
        "log_rolled_back",
        f"{upto} entries were published, and this copy holds only {size}: {upto - size} are missing: {listed}{rest}"
        + (f" (the problems name the first {len(entries)})" if more else ""),
        "nothing is recorded here until that is settled: restore a newer backup into an empty place, or take what was "
        f"published: lotproof restore --adopt-published {published.name}",
        [one.as_problem() for one in entries],
    )


def _readable(source: TileSource, start: int, end: int) -> Iterator[bytes]:
    try:
        yield from source.leaves(start, end)
    except (FaultFound, LotproofError, LookupError, OSError):
        return


def _told(index: int, leaf: bytes) -> Missing:
    try:
        entry = json.loads(leaf)
        signed = entry["signed"]
        what = f"{entry['kind']} {signed['kind']}" if entry["kind"] != signed["kind"] else str(entry["kind"])
        return Missing(index, f"{what} of {entry['recordTime']}", tuple(map(str, signed["about"])))
    except (ValueError, KeyError, TypeError):
        return Missing(index)


def _not_published(published: Published, why: str) -> LogFaultError:
    return LogFaultError(
        "not_published",
        f"{published.name} is not what this log published: {why}",
        "name the folder or the address under which this log's own checkpoint stands",
    )
