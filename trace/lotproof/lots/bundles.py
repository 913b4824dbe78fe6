"""A lot's proof for somebody who has nothing else: its entries, the keys that signed them, and a checkpoint.

It holds the lot's whole chain up to the checkpoint, what happened to containers while the lot was inside, and the
newest heads entry, by which nobody can leave out the end of the chain.
"""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, select, text

from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.kernel.identifiers import LotId
from lotproof.ledger import tables as t
from lotproof.ledger.heads import Stated, newest_stated, prove_heads
from lotproof.ledger.proofs import inclusion
from lotproof.ledger.readers import Reader, takes_part
from lotproof.lots.carriers import entries_of_carriers
from lotproof.lots.models import EventLot
from lotproof.lots.trace import require_lot, unknown_lot
from lotproof.proof import bundle


def make_bundle(db: Connection, lot: LotId, reader: Reader = None, heads: Path | None = None) -> bytes:
    """Return the bundle of a lot as canonical JSON.

    heads: folder of the records of the newest heads entry, as for `ledger.heads.prove_heads`.
    reader: a party that must take part in one of the lot's entries, None for whoever may have every bundle.
    Raises: NotFoundError `unknown_lot`, also for a lot of others; LogFaultError `heads_differ`.
    """
    row = require_lot(db, lot.uri)
    mine = _chain_of(db, lot.uri) | _events_of(db, row.id)
    if not takes_part(db, reader, mine):
        raise unknown_lot(lot.uri)
    return _bundle(db, lot.uri, mine | entries_of_carriers(db, row.id), newest_stated(db), heads)


def make_absence(db: Connection, lot: LotId, heads: Path | None = None) -> bytes:
    """Return a bundle that shows that no entry was about a lot as of the newest heads entry.

    Raises: RefusedError `lot_is_recorded` where there is one; NotFoundError `no_heads_yet`.
    """
    if _chain_of(db, lot.uri):
        raise RefusedError(
            "lot_is_recorded",
            f"there are entries about {lot}",
            "prove them: lotproof prove, without --absent",
        )
    stated = newest_stated(db)
    if stated is None:
        raise NotFoundError(
            "no_heads_yet", "no heads entry could show that there is nothing", "run: lotproof heads"
        )
    return _bundle(db, lot.uri, set(), stated, heads)


def _bundle(
    db: Connection, subject: str, mine: set[int], stated: Stated | None, folder: Path | None
) -> bytes:
    head = db.execute(select(t.head.c.size, t.head.c.checkpoint, t.head.c.log_key)).one()
    keys = set(
        db.execute(
            select(t.entry.c.entry_index).where(t.rare_kinds, t.entry.c.kind == text("'key'"))
        ).scalars()
    )
    shown = None
    if stated is not None:
        (entry,) = proven(db, [stated.index], head.size)
        shown = bundle.ProvenHeads(entry, prove_heads(db, folder, stated, subject))
    return bundle.make(
        head.checkpoint.encode(),
        head.log_key,
        subject,
        proven(db, mine, head.size),
        proven(db, keys - mine, head.size),
        shown,
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
