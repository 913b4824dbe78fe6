"""A lot's proof for somebody who has nothing else: its entries, the keys that signed them, and a checkpoint.

It holds the lot's whole chain up to the checkpoint, and what happened to containers while the lot was inside.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from lotproof.kernel.identifiers import LotId
from lotproof.ledger import tables as t
from lotproof.ledger.proofs import inclusion
from lotproof.ledger.readers import Reader, takes_part
from lotproof.lots.models import EventLot
from lotproof.lots.trace import require_lot, unknown_lot
from lotproof.proof import bundle


def make_bundle(db: Connection, lot: LotId, reader: Reader = None) -> bytes:
    """Return the bundle of a lot as canonical JSON.

    reader: a party that must take part in one of the lot's entries, None for whoever may have every bundle.
    Raises: NotFoundError `unknown_lot`, also for a lot of others.
    """
    row = require_lot(db, lot.uri)
    head = db.execute(select(t.head.c.size, t.head.c.checkpoint, t.head.c.log_key)).one()
    mine = _chain_of(db, lot.uri) | _events_of(db, row.id)
    if not takes_part(db, reader, mine):
        raise unknown_lot(lot.uri)
    keys = set(db.execute(select(t.entry.c.entry_index).where(t.entry.c.kind == "key")).scalars())
    return bundle.make(
        head.checkpoint.encode(),
        head.log_key,
        lot.uri,
        proven(db, mine, head.size),
        proven(db, keys - mine, head.size),
    )


def _chain_of(db: Connection, uri: str) -> set[int]:
    statement = select(t.chain_link.c.entry_index).join(t.chain, t.chain.c.id == t.chain_link.c.chain)
    return set(db.execute(statement.where(t.chain.c.uri == uri)).scalars())


def _events_of(db: Connection, lot: int) -> set[int]:
    statement = select(t.entry.c.entry_index).join(EventLot, EventLot.submission == t.entry.c.submission)
    return set(db.execute(statement.where(EventLot.lot == lot)).scalars())


def proven(db: Connection, indexes: Iterable[int], size: int) -> list[bundle.ProvenEntry]:
    """Return entries with their proofs in the tree of `size` entries, in order."""
    found = []
    for index in sorted(indexes):
        leaf = db.execute(select(t.entry.c.leaf).where(t.entry.c.entry_index == index)).scalar_one()
        found.append(bundle.ProvenEntry(index, leaf, inclusion(db, index, size).hashes))
    return found
