"""Events that may be corrected, as they stand: what a table to mend them begins with."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from lotproof.ledger import tables as t
from lotproof.lots import events
from lotproof.lots.kinds import BY_NAME, Effect
from lotproof.lots.models import EventLot, EventRow
from lotproof.lots.native import Fact
from lotproof.lots.restating import fact_of
from lotproof.proof.merkle import leaf_hash
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import in_batches

_ENDED_BY_RELEASE = [
    name for name, kind in BY_NAME.items() if kind.effect in (Effect.HOLD, Effect.RECALL, Effect.RELEASE)
]


@dataclass(frozen=True, slots=True)
class Correctable:
    """A standing event. index, leaf_hash (hex): of its entry.  party: URI of who signed it.

    fact: None where it says more than a fact can hold; it may still be declared not to have occurred.
    """

    index: int
    leaf_hash: str
    party: str
    kind: str
    fact: Fact | None


def correctable_events(db: Connection, lots: Sequence[int], blobs: BlobStore) -> list[Correctable]:
    """Return the events of these lots (ids) that may be corrected, in log order; holds end by a release."""
    rows = {}
    for some in in_batches(lots):
        named = select(EventLot.submission).where(EventLot.lot.in_(some))
        statement = (
            select(t.entry.c.entry_index, t.entry.c.leaf, EventRow.submission, EventRow.kind, EventRow.party)
            .join(EventRow, EventRow.submission == t.entry.c.submission)
            .where(EventRow.submission.in_(named), EventRow.kind.not_in(_ENDED_BY_RELEASE))
            .where(EventRow.corrects.is_(None), EventRow.voided_by.is_(None))
        )
        rows.update({row.entry_index: row for row in db.execute(statement)})
    full = events.full_events(db, [row.submission for row in rows.values()], blobs)
    return [
        Correctable(index, leaf_hash(row.leaf).hex(), row.party, row.kind, fact_of(full[row.submission]))
        for index, row in sorted(rows.items())
    ]
