"""How appends, proofs, traces and pages slow down as the log grows: the same measured at each size, and drawn."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random

from bench import page, trace
from bench.append import BATCH, append
from bench.bulk_load import bulk_insert, settle
from bench.figures import Figure
from bench.measuring import Samples
from bench.payloads import signed_payloads
from bench.places import FARM, Bench
from bench.served import server
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.ledger.proofs import inclusion, log_size
from lotproof.proof.merkle import stored_count
from lotproof.storage.engine import reading
from support.databases import Kind

NAME = "growth"
FAR = 1 << 40
"""Index of the first of the made-up entries, beyond those of a log that goes on."""


def measure(bench: Bench) -> Iterator[Figure]:
    """Of each database and size: an append, a proof, a trace and a page; the floor is the smallest size."""
    for kind in bench.kinds:
        smallest: dict[str, Samples] = {}
        for events in sorted(bench.sizes.growth_events):
            for what, samples in _at(bench, kind, events).items():
                floor = smallest.setdefault(what, samples)
                told = {"curve": what, "database": kind, "events": events}
                told["times_smallest"] = round(samples.median / floor.median, 2)
                yield Figure(
                    NAME, f"{kind}, {what}, {events:,} events", what, samples, floor,
                    f"the same at {min(bench.sizes.growth_events):,} events", "", None, told,
                )  # fmt: skip


def _at(bench: Bench, kind: Kind, events: int) -> dict[str, Samples]:
    with trace.instance(bench, kind, f"growth-{events}") as (log, home, url):
        trace.load(log.engine, events, first_entry=FAR)
        _lay_log(log, events)
        page.live(log)
        found = {"append": _appended(bench, log), "proof": _proved(bench, log)}
        with reading(log.engine) as db:
            found["trace"], _, _ = trace.sample(db, events, bench.sizes.growth_samples)
        found["page"] = _pages(bench, home, url)
    return found


def _lay_log(log: Log, events: int) -> None:
    """Fill the tables of the log as so many events with two chains each would have."""
    seed = os.urandom(16)

    def digest(what: str, number: int) -> bytes:
        return sha256(seed + f"{what}{number}".encode()).digest()

    ids = range(-events, 0)  # those above are the log's to give
    bulk_insert(
        log.engine,
        t.submission,
        ({"id": n, "identity": digest("i", n), "content": digest("c", n)} for n in ids),
    )
    first = stored_count(FAR)
    nodes = range(stored_count(FAR + events) - first)
    bulk_insert(log.engine, t.node, ({"id": first + n, "hash": digest("n", n)} for n in nodes))
    bulk_insert(
        log.engine, t.chain,
        (
            {"id": n, "uri": f"{trace.lot_uri(-n)}/of", "length": 2, "head": digest("h", n), "newest": FAR - 1 - n}
            for n in ids
        ),
    )  # fmt: skip
    links = ({"chain": n, "seq": seq, "entry_index": FAR - 1 - n} for n in ids for seq in range(2))
    bulk_insert(log.engine, t.chain_link, links)
    parties = ({"party": f"{FARM.party_uri}/{n % 50}", "entry_index": FAR - 1 - n} for n in ids)
    bulk_insert(log.engine, t.entry_party, parties)
    settle(log.engine)


def _appended(bench: Bench, log: Log) -> Samples:
    payloads, samples = signed_payloads(log, FARM), Samples()
    for number in range(bench.sizes.growth_batches + 2):
        seconds = append(log, list(islice(payloads, BATCH)))
        if number > 1:  # what was not cached yet does not count
            samples.seconds.append(seconds)
    return samples


def _proved(bench: Bench, log: Log) -> Samples:
    """Of entries at random among those that the log itself gave numbers to."""
    chance, samples = Random(7), Samples()
    with reading(log.engine) as db:
        size = log_size(db)
        for _ in range(bench.sizes.growth_samples):
            with samples.timed():
                inclusion(db, chance.randrange(size), size)
    return samples


def _pages(bench: Bench, home: Path, url: str) -> Samples:
    """Made anew for each request, by one client after the other."""
    samples = Samples()
    with server("made", home, LOTPROOF_DATABASE_URL=url) as port:
        for number in range(bench.sizes.page_rounds + 1):
            seconds = page.load(port, page.LOT.path, bench.sizes.growth_pages)
            if number:
                samples.seconds.append(seconds)
    return samples
