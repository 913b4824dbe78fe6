"""Take leaves over that somebody else numbered: the same bytes at the same places, and the tables that follow.

- The caller has verified the leaves: nothing is judged here. What they say of chains and times is taken as it is.
- Nothing is signed here. `seal` sets the checkpoint that came with the leaves, if their tree has its root.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from lotproof.kernel.errors import LogFaultError
from lotproof.ledger import tables as t
from lotproof.ledger.bulk import insert_all
from lotproof.proof.checkpoint import parse_note_text
from lotproof.proof.merkle import Frontier, leaf_hash, stored_count
from lotproof.storage.engine import in_batches

AT_ONCE = 4096
"""Leaves of one call: enough to make statements worth their while, few enough to be held in memory."""

_GROWN = (
    update(t.chain)
    .where(t.chain.c.id == bindparam("key"))
    .values(length=bindparam("n"), head=bindparam("h"), newest=bindparam("i"))
)


@dataclass(frozen=True, slots=True)
class Adopted:
    """One leaf. entry: its members, as JSON values."""

    index: int
    leaf: bytes
    hash: bytes
    entry: Mapping[str, Any]
    record_time: datetime


@dataclass(frozen=True, slots=True)
class Ways:
    """What the log alone cannot know of a leaf.

    parties: URIs of the organisations that an entry names, its signer among them. Asked once a leaf, in order.
    identity: (identity, content) of a submission that was not known here.
    waiting: submissions that are here already, by the nonce of their entry.
    """

    parties: Callable[[Adopted], Sequence[str]]
    identity: Callable[[Adopted], tuple[bytes, bytes]]
    waiting: Mapping[str, int] = field(default_factory=dict)


def adopt(db: Connection, leaves: Sequence[bytes], ways: Ways) -> list[tuple[Adopted, int]]:
    """Append consecutive leaves to the tables; returns each with its submission number.

    db: inside a writing transaction, with nobody else numbering entries.
    """
    head = db.execute(select(t.head.c.size, t.head.c.frontier, t.head.c.chain_count)).one()
    frontier = Frontier.from_bytes(head.frontier)
    taken, nodes = _read(leaves, frontier)
    numbered = _number(db, taken, ways)
    insert_all(db, t.node, nodes)
    insert_all(db, t.entry, [_entry_row(one, id) for one, id in numbered])
    parties = [(one.index, set(ways.parties(one))) for one in taken]
    rows = [{"party": uri, "entry_index": at} for at, uris in parties for uri in sorted(uris)]
    insert_all(db, t.entry_party, rows)
    chains = _follow(db, taken, head.chain_count)
    values = {"size": frontier.size, "frontier": frontier.to_bytes(), "chain_count": chains}
    db.execute(update(t.head).values(**values, record_time=taken[-1].record_time))
    return numbered


def seal(db: Connection, note: bytes) -> None:
    """Set the checkpoint of the adopted leaves. Raises: LogFaultError `not_that_log` if it is not theirs."""
    checkpoint = parse_note_text(note)
    head = db.execute(select(t.head.c.frontier)).one()
    frontier = Frontier.from_bytes(head.frontier)
    if (frontier.size, frontier.root()) != (checkpoint.size, checkpoint.root):
        raise LogFaultError(
            "not_that_log",
            f"{frontier.size} entries were taken over, and the checkpoint of {checkpoint.size} is not theirs",
            "what they were read from changed meanwhile: begin again",
        )
    db.execute(update(t.head).values(checkpoint=note.decode()))


def _read(leaves: Sequence[bytes], frontier: Frontier) -> tuple[list[Adopted], list[dict[str, Any]]]:
    taken, nodes, next_node = [], [], stored_count(frontier.size)
    for leaf in leaves:
        entry, digest, index = json.loads(leaf), leaf_hash(leaf), frontier.size
        at = datetime.fromisoformat(entry["recordTime"])
        taken.append(Adopted(index, leaf, digest, entry, at))
        for node in frontier.append(digest):
            nodes.append({"id": next_node, "hash": node})
            next_node += 1
    return taken, nodes


def _number(db: Connection, taken: Sequence[Adopted], ways: Ways) -> list[tuple[Adopted, int]]:
    """Give each leaf a submission number: the one that it has here already, or a new one."""
    free = db.execute(select(func.coalesce(func.max(t.submission.c.id), 0))).scalar_one() + 1
    numbered, rows, known = [], [], []
    for one in taken:
        id = ways.waiting.get(one.entry["nonce"])
        if id is None:
            id, free = free, free + 1
            identity, content = ways.identity(one)
            rows.append({"id": id, "identity": identity, "content": content})
        else:
            known.append(id)
        numbered.append((one, id))
    insert_all(db, t.submission, rows)
    for some in in_batches(known):
        db.execute(delete(t.inbox).where(t.inbox.c.submission.in_(some)))
    return numbered


def _entry_row(one: Adopted, submission: int) -> dict[str, Any]:
    return {
        "entry_index": one.index,
        "submission": submission,
        "kind": one.entry["kind"],
        "record_time": one.record_time,
        "leaf": one.leaf,
    }


def _follow(db: Connection, taken: Sequence[Adopted], count: int) -> int:
    """Write the chains' links and heads; returns how many chains there are now."""
    uris = list(dict.fromkeys(link["id"] for one in taken for link in one.entry["chains"]))
    known = {
        row.uri: row.id
        for some in in_batches(uris)
        for row in db.execute(select(t.chain.c.uri, t.chain.c.id).where(t.chain.c.uri.in_(some)))
    }
    fresh = [uri for uri in uris if uri not in known]
    ids = known | {uri: id for id, uri in enumerate(fresh, count)}
    links, heads = [], {}
    for one in taken:
        for link in one.entry["chains"]:
            chain = ids[link["id"]]
            links.append({"chain": chain, "seq": link["seq"], "entry_index": one.index})
            heads[link["id"]] = {"length": link["seq"] + 1, "head": one.hash, "newest": one.index}
    insert_all(db, t.chain, [{"id": ids[uri], "uri": uri, **heads[uri]} for uri in fresh])
    grown = [{"key": id, **_short(heads[uri])} for uri, id in known.items()]
    if grown:
        db.execute(_GROWN, grown)
    insert_all(db, t.chain_link, links)
    return count + len(fresh)


def _short(head: Mapping[str, Any]) -> dict[str, Any]:
    return {"n": head["length"], "h": head["head"], "i": head["newest"]}
