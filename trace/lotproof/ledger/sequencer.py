"""Number what is in the inbox: indexes, chains, tree and checkpoint in one transaction.

- Takes all rows by id, never those after a watermark: PostgreSQL commits ids out of order.
- Refuses nothing: whatever could be refused was refused at submission.
- Compare-and-swap on the head's size: losing rolls the whole transaction back, and nothing is lost.
- The same function recovers after a crash: what is in the inbox is durable and simply not numbered yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Connection, Row, Text, any_, bindparam, select, update

from lotproof.kernel.errors import LogFaultError
from lotproof.kernel.instants import rfc3339, to_the_millisecond
from lotproof.ledger import tables as t
from lotproof.ledger.bulk import Deleted, Inserted, Updated, write_all
from lotproof.proof.canonical import jcs
from lotproof.proof.checkpoint import Checkpoint
from lotproof.proof.entry import assemble
from lotproof.proof.merkle import Frontier, leaf_hash, stored_count
from lotproof.proof.note import NoteSigner, sign
from lotproof.storage.engine import in_batches

# Made once: making a statement takes longer than running it.
_HEAD = select(t.head)
_WAITING = select(t.inbox).order_by(t.inbox.c.submission)
_CHAINS = select(t.chain).where(t.chain.c.uri.in_(bindparam("uris", expanding=True)))
_CHAINS_POSTGRESQL = select(t.chain).where(t.chain.c.uri == any_(bindparam("uris", type_=ARRAY(Text))))
_MOVING = ("size", "frontier", "chain_count", "record_time", "checkpoint")
_SWAP = (
    update(t.head)
    .where(t.head.c.id == 1, t.head.c.size == bindparam("old_size"))
    .values({name: bindparam(f"new_{name}") for name in _MOVING})
)


@dataclass(frozen=True, slots=True)
class Sequenced:
    """Where a submission came to stand."""

    submission: int
    index: int
    leaf_hash: bytes


@dataclass(slots=True)
class _Chain:
    id: int
    uri: str
    length: int
    head: bytes | None
    newest: int = -1
    is_new: bool = False


@dataclass(slots=True)
class _Batch:
    """Rows to be written, gathered in memory so that each table gets one statement."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    parties: list[dict[str, Any]] = field(default_factory=list)
    sequenced: list[Sequenced] = field(default_factory=list)


def sequence(
    db: Connection, signer: NoteSigner, now: datetime, awaited: Sequence[int] | None = None
) -> list[Sequenced]:
    """Number every row of the inbox; returns them in order, empty where there was nothing to do.

    db: a connection inside a writing transaction, which the caller commits.
    awaited: only work where one of these submissions still waits; who waits for the others comes by itself.
    Raises: LogFaultError `head_moved` if another sequencer won (roll back and read again).
    """
    rows = db.execute(_WAITING).all()
    if not rows or (awaited is not None and not {row.submission for row in rows}.intersection(awaited)):
        return []
    head = db.execute(_HEAD).one()
    frontier = Frontier.from_bytes(head.frontier)
    chains = _load_chains(db, (uri for row in rows for uri in row.about), head.chain_count)
    now = to_the_millisecond(now)  # as precise as the leaf, so that a rebuild agrees
    record_time = max(now, head.record_time) if head.record_time else now
    batch = _number(rows, frontier, chains, record_time)
    # First of all writes: who loses the swap learns it here, and not from a row that the winner made.
    _swap_head(db, head, frontier, record_time, sum(c.is_new for c in chains.values()), signer)
    _write(db, batch, chains)
    return batch.sequenced


def _load_chains(db: Connection, uris: Iterable[str], count: int) -> dict[str, _Chain]:
    wanted = list(dict.fromkeys(uris))
    chains: dict[str, _Chain] = {}
    is_postgresql = db.dialect.name == "postgresql"  # whose arrays keep one statement prepared for every number
    for some in [wanted] if is_postgresql else in_batches(wanted):
        for row in db.execute(_CHAINS_POSTGRESQL if is_postgresql else _CHAINS, {"uris": some}):
            chains[row.uri] = _Chain(row.id, row.uri, row.length, row.head, row.newest)
    for uri in wanted:
        if uri not in chains:
            chains[uri] = _Chain(count, uri, 0, None, is_new=True)
            count += 1
    return chains


def _number(
    rows: Sequence[Row[Any]], frontier: Frontier, chains: dict[str, _Chain], record_time: datetime
) -> _Batch:
    batch, stamp = _Batch(), rfc3339(record_time)
    next_node = stored_count(frontier.size)
    for row in rows:
        index = frontier.size
        mine = [chains[uri] for uri in row.about]
        links = b"[%b]" % b",".join(map(_link, mine))
        leaf = assemble(row.kind, row.nonce, stamp, links, row.signed, row.proof)
        digest = leaf_hash(leaf)
        for node in frontier.append(digest):
            batch.nodes.append({"id": next_node, "hash": node})
            next_node += 1
        for chain in mine:
            batch.links.append({"chain": chain.id, "seq": chain.length, "entry_index": index})
            chain.length, chain.head, chain.newest = chain.length + 1, digest, index
        batch.entries.append(
            {
                "entry_index": index,
                "submission": row.submission,
                "kind": row.kind,
                "record_time": record_time,
                "leaf": leaf,
            }
        )
        batch.parties.extend({"party": party, "entry_index": index} for party in row.parties)
        batch.sequenced.append(Sequenced(row.submission, index, digest))
    return batch


def _link(chain: _Chain) -> bytes:
    """The chain's next link as canonical JSON."""
    if chain.head is None:
        return b'{"id":%b,"seq":%d}' % (jcs(chain.uri), chain.length)
    return b'{"id":%b,"prev":"%b","seq":%d}' % (jcs(chain.uri), chain.head.hex().encode(), chain.length)


def _write(db: Connection, batch: _Batch, chains: dict[str, _Chain]) -> None:
    new, grown = (
        [
            {"id": c.id, "uri": c.uri, "length": c.length, "head": c.head, "newest": c.newest}
            for c in chains.values()
            if c.is_new is is_new
        ]
        for is_new in (True, False)
    )
    write_all(
        db,
        (
            Inserted(t.entry, batch.entries),
            Inserted(t.node, batch.nodes),
            Inserted(t.chain_link, batch.links),
            Inserted(t.entry_party, batch.parties),
            Inserted(t.chain, new),
            Updated(t.chain, grown),
            Deleted(t.inbox, [one.submission for one in batch.sequenced]),
        ),
    )


def _swap_head(
    db: Connection,
    old: Row[Any],
    frontier: Frontier,
    record_time: datetime,
    new_chains: int,
    signer: NoteSigner,
) -> None:
    text = Checkpoint(old.origin, frontier.size, frontier.root()).text()
    done = db.execute(
        _SWAP,
        {
            "old_size": old.size,
            "new_size": frontier.size,
            "new_frontier": frontier.to_bytes(),
            "new_chain_count": old.chain_count + new_chains,
            "new_record_time": record_time,
            "new_checkpoint": sign(text, signer),
        },
    )
    if done.rowcount != 1:
        raise LogFaultError(
            "head_moved", "another sequencer moved the log's head", "roll back and read again"
        )
