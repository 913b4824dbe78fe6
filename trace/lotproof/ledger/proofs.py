"""Proofs read from stored nodes: O(log n) rows at any size of the tree, one statement a proof."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from lotproof.kernel.errors import NotFoundError
from lotproof.ledger import tables as t
from lotproof.proof import merkle

# Straight to the driver: a proof is one statement, and SQLAlchemy took longer over it than the database did.
_NODES = "SELECT id, hash FROM log_node WHERE id"


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Entry `index` is in the tree of `size` leaves: hashes from the leaf's sibling up."""

    index: int
    size: int
    leaf_hash: bytes
    hashes: tuple[bytes, ...]


def node_reader(db: Connection) -> merkle.ReadHashes:
    """Return a reader of stored hashes by stored index, one statement a call."""

    is_postgresql = db.dialect.name == "postgresql"

    def read(ids: Sequence[int]) -> Sequence[bytes]:
        if is_postgresql:
            rows = db.exec_driver_sql(f"{_NODES} = ANY(%b)", (list(ids),))
        else:
            rows = db.exec_driver_sql(f"{_NODES} IN ({','.join('?' * len(ids))})", tuple(ids))
        found: dict[int, bytes] = dict(rows.all())
        return [found[id] for id in ids]

    return read


def inclusion(db: Connection, index: int, size: int) -> InclusionProof:
    """Prove entry `index` in the tree of the first `size` entries. Raises: NotFoundError `no_such_entry`."""
    if not 0 <= index < size:
        raise NotFoundError(
            "no_such_entry", f"entry {index} is not among the first {size}", "ask for a smaller index"
        )
    leaf = merkle.stored_index(0, index)
    read = node_reader(db)
    first: list[bytes] = []

    def read_with_leaf(ids: Sequence[int]) -> Sequence[bytes]:
        hashes = read([*ids, leaf])
        first.append(hashes[-1])
        return hashes[:-1]

    hashes = merkle.inclusion_proof(index, size, read_with_leaf)
    leaf_hash = first[0] if first else read([leaf])[0]
    return InclusionProof(index, size, leaf_hash, tuple(hashes))


def consistency(db: Connection, old: int, new: int) -> list[bytes]:
    """Prove that the tree of `new` entries begins with the tree of `old`."""
    return merkle.consistency_proof(old, new, node_reader(db))


def log_size(db: Connection) -> int:
    """Return how many entries the newest checkpoint covers."""
    return int(db.execute(select(t.head.c.size)).scalar_one())
