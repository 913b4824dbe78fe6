"""The database of a log, as the verifier reads it. Nothing is repaired or checked here."""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, bindparam, cast, func, select

from lotproof.ledger import tables as t
from lotproof.ledger.proofs import node_reader
from lotproof.storage.engine import in_batches

_AT_ONCE = 2_000
_bytes_of = itemgetter(1)
# SQLite keeps whatever type somebody wrote into a column: read as bytes, it is a wrong value and no accident.
_LEAF, _NODE = cast(t.entry.c.leaf, LargeBinary), cast(t.node.c.hash, LargeBinary)


class DatabaseSource:
    """db: one reading transaction, so that all of it comes from one state."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._read = node_reader(db)

    def checkpoint(self) -> bytes | None:
        """The newest signed checkpoint, None where the log has no head."""
        note = self._db.execute(select(t.head.c.checkpoint)).scalar()
        return note.encode() if note else None

    @property
    def size(self) -> int:
        """How many entries are there, whatever the checkpoint says."""
        newest = self._db.execute(select(func.max(t.entry.c.entry_index))).scalar()
        return 0 if newest is None else int(newest) + 1

    def leaves(self, start: int, end: int) -> Iterator[bytes]:
        """The leaves of [start, end) in order; ends early at one that is missing."""
        return self._in_order(t.entry.c.entry_index, _LEAF, start, end)

    def nodes(self, start: int, end: int) -> Iterator[bytes | None]:
        """The stored hashes with the numbers [start, end); ends early at one that is missing."""
        return self._in_order(t.node.c.id, _NODE, start, end)

    def _in_order(self, number: Column[int], value: Any, start: int, end: int) -> Iterator[bytes]:
        rows = select(number, value).where(number >= bindparam("low"), number < bindparam("high")).order_by(number)
        for low in range(start, end, _AT_ONCE):
            high = min(low + _AT_ONCE, end)
            found = self._db.execute(rows, {"low": low, "high": high}).all()
            if len(found) == high - low:  # numbers differ, so that nothing is missing between them
                yield from map(_bytes_of, found)
                continue
            for expected, (id, data) in enumerate(found, low):
                if id != expected:
                    return
                yield bytes(data)
            return

    def read(self, indexes: Sequence[int]) -> Sequence[bytes]:
        """The hashes with these stored indexes."""
        return [hash for some in in_batches(list(indexes)) for hash in self._read(some)]

    def heads(self) -> Iterator[tuple[str, int, bytes]]:
        """Each chain as its table has it: id, number and leaf hash of its newest entry; see `compare_heads`."""
        for row in self._db.execute(select(t.chain.c.uri, t.chain.c.length, t.chain.c.head)):
            yield row.uri, row.length - 1, bytes(row.head)

    def where(self, stored_index: int) -> tuple[str, str]:
        """How the database calls the place of a stored hash."""
        return "node", f"log_node {stored_index}"
