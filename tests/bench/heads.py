"""A heads entry over a million chains, first and again, and what acknowledgements notice of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from time import perf_counter
from typing import Any

from sqlalchemy import select, update

from bench.acknowledgement import acknowledge, at_once
from bench.bulk_load import bulk_insert, settle
from bench.figures import Figure
from bench.measuring import Samples
from bench.payloads import Signed, signed_payloads
from bench.places import FARM, Bench
from lotproof.ledger import tables as t
from lotproof.ledger.heads import state_heads
from lotproof.ledger.log import Log
from lotproof.proof.note import NoteVerifier
from lotproof.storage.engine import reading, writing

NAME = "heads"
REACH_S, ACKNOWLEDGED_S = 3.0, 0.1
FLOOR = "SHA-256 over as many records and pairs, in memory"
MOVED = 20
"""One chain in so many moved since the heads entry before."""


def measure(bench: Bench) -> Iterator[Figure]:
    """Of each database: the first heads entry, later ones, and acknowledgements without and beside them."""
    for kind in bench.kinds:
        with bench.log(kind, heads=bench.folder / f"heads-{kind}") as log:
            yield from _measure(bench, kind, log)


def _measure(bench: Bench, kind: str, log: Log) -> Iterator[Figure]:
    chains, case = bench.sizes.heads_chains, f"{kind}, {bench.sizes.heads_chains:,} chains"
    _lay(log, chains)
    floor, first, later, alone, beside = _floor(chains), Samples(), Samples(), Samples(), Samples()
    with first.timed():
        state_heads(log)
    payloads = signed_payloads(log, FARM)
    for _ in range(bench.sizes.heads_rounds):
        alone.seconds += _write(bench, log, payloads)
        _move(log, chains)
        beside.seconds += _write_beside(bench, log, payloads, later)
    yield _figure(f"{case}, the first", first, floor, REACH_S)
    yield _figure(f"{case}, one in {MOVED} moved, beside writers", later, floor, REACH_S)
    waited = {
        "p99_ms": round(beside.percentile(99) * 1000),
        "alone_p99_ms": round(alone.percentile(99) * 1000),
    }
    kept = beside.percentile(99) <= max(ACKNOWLEDGED_S, 1.5 * alone.percentile(99))
    yield Figure(
        NAME, f"{kind}, {bench.sizes.writers} writers meanwhile", "acknowledgement", beside, alone,
        "the same without heads", f"p99 ≤ {ACKNOWLEDGED_S * 1000:.0f} ms, or 1.5 times that without", kept, waited,
    )  # fmt: skip


def _figure(case: str, samples: Samples, floor: Samples, reach: float) -> Figure:
    longest = max(samples.seconds)
    told = {"longest_s": round(longest, 2)}
    return Figure(NAME, case, "heads entry", samples, floor, FLOOR, f"< {reach:.0f} s", longest < reach, told)


def _lay(log: Log, chains: int) -> None:
    """Make so many chains, all of them with their newest entry among those that the log has."""
    with reading(log.engine) as db:
        size = db.execute(select(t.head.c.size)).scalar_one()
    bulk_insert(log.engine, t.chain, _chains(chains, size))
    with writing(log.engine) as db:
        db.execute(update(t.head).values(chain_count=t.head.c.chain_count + chains))
    settle(log.engine)


def _chains(count: int, size: int) -> Iterator[Mapping[str, Any]]:
    """Their numbers are below 0: the log gives those above to chains of its own."""
    for number in range(count):
        uri = f"https://id.gs1.org/01/09520000100018/10/H{number:08}"
        head = sha256(uri.encode()).digest()
        yield {"id": -1 - number, "uri": uri, "length": 1 + number % 9, "head": head, "newest": number % size}


def _move(log: Log, chains: int) -> None:
    """Move one chain in so many on to the newest entry."""
    with writing(log.engine) as db:
        newest = db.execute(select(t.head.c.size)).scalar_one() - 1
        mine = t.chain.c.id.between(-chains, -1) & (t.chain.c.id % MOVED == 0)
        db.execute(update(t.chain).where(mine).values(newest=newest, length=t.chain.c.length + 1))


def _write(bench: Bench, log: Log, payloads: Iterator[Signed]) -> list[float]:
    """Let all writers acknowledge once or several times."""
    threads, each = bench.sizes.writers, -(-bench.sizes.acknowledgements // bench.sizes.heads_rounds)
    verifier = NoteVerifier.parse(log.verifier_key)
    mine = [list(islice(payloads, each)) for _ in range(threads)]
    return at_once([[acknowledge(log, verifier, one) for one in some] for some in mine])


def _write_beside(bench: Bench, log: Log, payloads: Iterator[Signed], later: Samples) -> list[float]:
    """Acknowledge for as long as a heads entry is in the making."""

    def state() -> None:
        begun = perf_counter()
        state_heads(log)
        later.seconds.append(perf_counter() - begun)

    taken: list[float] = []
    some = replace(bench, sizes=replace(bench.sizes, acknowledgements=bench.sizes.heads_rounds))
    before = len(later.seconds)
    making = threading.Thread(target=state)
    making.start()
    while making.is_alive() or not taken:
        taken += _write(some, log, payloads)
    making.join()
    assert len(later.seconds) == before + 1, "no heads entry was made"
    return taken


def _floor(count: int) -> Samples:
    """One hash for each record of 72 bytes, and one for each pair above."""
    records: Sequence[bytes] = [number.to_bytes(72) for number in range(count)]
    pair, samples = bytes(65), Samples()
    for _ in range(2):
        with samples.timed():
            for record in records:
                sha256(record)
            for _above in range(count - 1):
                sha256(pair)
    return samples
