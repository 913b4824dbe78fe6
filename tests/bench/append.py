"""Durable, signature-verified appends in batches of 100, beside the least that they could cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import islice

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import bindparam, select, update

from bench.figures import Figure, at_least
from bench.measuring import Samples
from bench.payloads import LAG, Signed, harvests, key_of, packings, signed_payloads
from bench.places import FARM, Bench
from lotproof.ledger import tables as t
from lotproof.ledger.bulk import insert_all
from lotproof.ledger.log import Log
from lotproof.ledger.proofs import log_size
from lotproof.ledger.submitting import SignedPayload
from lotproof.lots.acts import record_in
from lotproof.lots.drafting import Author
from lotproof.lots.native import Fact
from lotproof.proof.canonical import jcs
from lotproof.proof.merkle import stored_count
from lotproof.storage.engine import reading, writing
from support.databases import Kind

NAME = "append"
BATCH = 100
REACH = 0.5
FLOOR = "JCS, Ed25519 and the same rows in the same batches"

_GROW = (
    update(t.chain)
    .where(t.chain.c.id == bindparam("key"))
    .values(length=bindparam("n"), head=bindparam("h"), newest=bindparam("i"))
)


def measure(bench: Bench) -> Iterator[Figure]:
    """Two figures a database: signed payloads through the ledger, and whole acts with all their rows."""
    for kind in bench.kinds:
        with bench.log(kind) as log, bench.log(kind) as other:
            yield from _measure(bench, kind, log, _Floor(log, other))


def _measure(bench: Bench, kind: Kind, log: Log, floor: _Floor) -> Iterator[Figure]:
    payloads = signed_payloads(log, FARM)
    appended, beside = Samples(), Samples()
    batches = [list(islice(payloads, BATCH)) for _ in range(bench.sizes.append_batches)]
    for number in range(bench.sizes.append_rounds + 1):
        ours = [append(log, batch) for batch in batches]
        theirs = [floor.write(batch) for batch in batches]
        if number:  # the first round fills caches
            appended.seconds += ours
            beside.seconds += theirs
        batches = [list(islice(payloads, BATCH)) for _ in batches]
    share = beside.median / appended.median
    yield Figure(
        NAME, f"{kind}, signed payloads", "entry", appended, beside, FLOOR, at_least(REACH), share >= REACH,
        {"batch": BATCH, "entries": len(appended.seconds) * BATCH, "leaf_bytes": floor.leaf_bytes},
    )  # fmt: skip
    yield Figure(NAME, f"{kind}, whole acts", "entry", _acts(bench, log), beside, FLOOR)


def append(log: Log, batch: Sequence[Signed]) -> float:
    """Append a batch durably, every signature verified; returns seconds an entry."""
    timing = Samples()
    with timing.timed(len(batch)), log.unit_of_work() as uow:
        uow.submit_signed([SignedPayload(one.draft, jcs(one.draft.signed), one.proof) for one in batch])
    assert len(uow.receipts) == len(batch)
    return timing.median


def _acts(bench: Bench, log: Log) -> Samples:
    """Whole acts: guards, findings, edges and totals included, again a hundred in one transaction."""
    acts, facts = Samples(), packings(10_000_000)
    _record(log, list(harvests(10_000_000 - LAG, LAG)))
    for number in range((bench.sizes.append_rounds + 1) // 2 + 1):
        batch = list(islice(facts, BATCH))
        with acts.timed(BATCH):
            _record(log, batch)
        if not number:
            acts.seconds.clear()
    return acts


def _record(log: Log, facts: Sequence[Fact]) -> None:
    with log.unit_of_work() as uow:
        for fact in facts:
            record_in(uow, log.operator, Author(FARM.party_uri), fact)


class _Floor:
    """Writes into `other` the rows that `log` wrote for the same payloads, one statement a table."""

    def __init__(self, log: Log, other: Log) -> None:
        self.leaf_bytes = 0
        self._log = log
        self._engine = other.engine
        self._key: Ed25519PublicKey = key_of(log, FARM).public_key()
        with reading(log.engine) as db:
            self._done = log_size(db)

    def write(self, batch: Sequence[Signed]) -> float:
        """Verify a batch and write its rows durably; returns seconds per entry."""
        rows = self._rows(len(batch))
        timing = Samples()
        with timing.timed(len(batch)), writing(self._engine) as db:
            for one in batch:
                document = sha256(jcs(one.draft.signed)).digest()
                self._key.verify(one.signature, sha256(one.options).digest() + document)
            for table in (t.submission, t.entry, t.node, t.chain_link, t.entry_party, t.chain):
                insert_all(db, table, rows[table.name])
            if rows["grown"]:
                db.execute(_GROW, rows["grown"])
            db.execute(update(t.head).values(rows["head"][0]))
        return timing.median

    def _rows(self, count: int) -> dict[str, list[dict[str, object]]]:
        """Read what the log wrote for the next `count` entries, outside of all timing."""
        first, end = self._done, self._done + count
        self._done = end
        mine = (t.entry.c.entry_index >= first, t.entry.c.entry_index < end)
        wanted = {
            t.entry: select(t.entry).where(*mine),
            t.submission: select(t.submission)
            .join(t.entry, t.entry.c.submission == t.submission.c.id)
            .where(*mine),
            t.node: select(t.node).where(t.node.c.id >= stored_count(first), t.node.c.id < stored_count(end)),
            t.chain_link: select(t.chain_link).where(t.chain_link.c.entry_index.between(first, end - 1)),
            t.entry_party: select(t.entry_party).where(t.entry_party.c.entry_index.between(first, end - 1)),
            t.head: select(t.head.c.size, t.head.c.frontier, t.head.c.checkpoint, t.head.c.chain_count),
        }
        with reading(self._log.engine) as db:
            rows = {
                table.name: [dict(row) for row in db.execute(q).mappings()] for table, q in wanted.items()
            }
            uris = {row.id: row.uri for row in db.execute(select(t.chain.c.id, t.chain.c.uri))}
        rows["head"] = rows.pop(t.head.name)
        rows[t.chain.name], rows["grown"] = [], []
        leaves = {row["entry_index"]: row for row in rows[t.entry.name]}
        self.leaf_bytes = sum(len(row["leaf"]) for row in leaves.values()) // count
        for link in rows[t.chain_link.name]:
            head, at, id, seq = b"h" * 32, link["entry_index"], link["chain"], link["seq"]
            if seq:
                rows["grown"].append({"key": id, "n": seq + 1, "h": head, "i": at})
            else:
                rows[t.chain.name].append(
                    {"id": id, "uri": uris[id], "length": 1, "head": head, "newest": at}
                )
        return rows
