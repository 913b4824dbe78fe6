"""Inclusion and consistency proofs from stored nodes, at sizes a hundred times apart."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import Connection, Engine, bindparam, select

from bench.bulk_load import bulk_insert, settle
from bench.figures import Figure
from bench.measuring import Samples
from bench.places import Bench
from lotproof.ledger import tables as t
from lotproof.ledger.proofs import consistency, inclusion
from lotproof.proof.merkle import (
    Frontier,
    stored_count,
    stored_index,
    verify_consistency,
    verify_inclusion,
)
from lotproof.storage.engine import reading

NAME = "proofs"
REACH_S = 200e-6
FLOOR = "one row by primary key"
_CHUNK = 50_000
_NODE = select(t.node.c.hash).where(t.node.c.id == bindparam("id"))


def measure(bench: Bench) -> Iterator[Figure]:
    """Two figures a size and database, and how flat they are."""
    for kind in bench.kinds:
        with bench.engine(kind) as engine:
            tree = _Tree(engine)
            medians: dict[str, float] = {}
            for size in sorted(bench.sizes.proof_leaves):
                tree.grow(size)
                settle(engine)
                with reading(engine) as db:
                    found = _sample(db, tree, bench.sizes.proof_samples)
                floor = found.pop("floor")
                for what, samples in found.items():
                    first = medians.setdefault(what, samples.median)
                    yield Figure(
                        NAME,
                        f"{kind}, {what}, {size:,} leaves",
                        "proof",
                        samples,
                        floor,
                        FLOOR,
                        f"p50 ≤ {REACH_S * 1e6:.0f} µs",
                        samples.median <= REACH_S,
                        {"times_smallest": round(samples.median / first, 2)},
                    )


def _sample(db: Connection, tree: _Tree, count: int) -> dict[str, Samples]:
    """Prove entries at random, each kind in turn with a bare row; every proof is verified."""
    chance, found = random.Random(7), {name: Samples() for name in ("inclusion", "consistency", "floor")}
    size, root = tree.frontier.size, tree.frontier.root()
    for number in range(count + 20):
        index, old = chance.randrange(size), chance.randrange(1, size)
        with found["inclusion"].timed():
            proof = inclusion(db, index, size)
        with found["consistency"].timed():
            hashes = consistency(db, old, size)
        with found["floor"].timed():
            db.execute(_NODE, {"id": stored_index(0, index)}).scalar_one()
        assert verify_inclusion(proof.leaf_hash, index, size, proof.hashes, root)
        if number < 20:  # what was not cached yet does not count
            assert verify_consistency(old, size, tree.root_at(db, old), root, hashes)
            for samples in found.values():
                samples.seconds.clear()
    return found


class _Tree:
    """A consistent tree over made-up leaf hashes, of which only the nodes are stored."""

    def __init__(self, engine: Engine) -> None:
        self.frontier = Frontier()
        self._engine = engine
        self._seed = os.urandom(16)

    def grow(self, size: int) -> None:
        """Add leaves up to this size."""
        while self.frontier.size < size:
            first, nodes = stored_count(self.frontier.size), list[bytes]()
            for index in range(self.frontier.size, min(self.frontier.size + _CHUNK, size)):
                nodes += self.frontier.append(sha256(self._seed + index.to_bytes(8)).digest())
            bulk_insert(self._engine, t.node, ({"id": first + n, "hash": h} for n, h in enumerate(nodes)))

    def root_at(self, db: Connection, size: int) -> bytes:
        """The root of an earlier size, from the nodes."""
        rest, start, hashes = size, 0, []
        while rest:
            level = rest.bit_length() - 1
            hashes.append(db.execute(_NODE, {"id": stored_index(level, start >> level)}).scalar_one())
            start, rest = start + (1 << level), rest - (1 << level)
        return Frontier(size, hashes).root()
