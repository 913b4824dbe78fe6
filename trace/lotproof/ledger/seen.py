"""Which leaf hashes a signer may say that it has seen: newest entries of the chains that its entry joins."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from lotproof.ledger import tables as t
from lotproof.proof.merkle import stored_index
from lotproof.storage.engine import in_batches

NEWEST = 200
"""How far back in a chain, in entries; whoever saw nothing newer should look again before it signs."""


def unknown_seen(db: Connection, about: Sequence[str], seen: Sequence[str]) -> list[str]:
    """Return those of `seen` (leaf hashes in hex) that are none of the newest entries of these chains.

    All others are ancestors of, or equal to, what an entry about these chains names as its `prev`.
    """
    if not seen:
        return []
    nodes: set[int] = set()
    for some in in_batches(list(about)):
        for chain in db.execute(select(t.chain.c.id).where(t.chain.c.uri.in_(some))).scalars():
            links = select(t.chain_link.c.entry_index).where(t.chain_link.c.chain == chain)
            newest = db.execute(links.order_by(t.chain_link.c.seq.desc()).limit(NEWEST)).scalars()
            nodes.update(stored_index(0, index) for index in newest)
    known: set[str] = set()
    for ids in in_batches(sorted(nodes)):
        known.update(
            one.hex() for one in db.execute(select(t.node.c.hash).where(t.node.c.id.in_(ids))).scalars()
        )
    return [one for one in seen if one not in known]
