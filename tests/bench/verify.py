"""Verification of a real log at its three depths, from the database and from tiles, beside bare SHA-256."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.measuring import Samples
from bench.payloads import key_of, signed_payloads
from bench.places import FARM, Bench
from lotproof.ledger.log import Log
from lotproof.ledger.log_source import DatabaseSource
from lotproof.ledger.submitting import SignedPayload
from lotproof.proof.canonical import jcs
from lotproof.proof.log_source import LogSource
from lotproof.proof.tile_source import TileSource
from lotproof.proof.verify import verify_log
from lotproof.storage.engine import reading

NAME = "verify"
FLOOR = "SHA-256 over the same leaves, in memory"
_BATCH = 500
_DEPTHS: dict[str, tuple[dict[str, Any], int]] = {
    "hashes and nodes": ({"chains": False, "signatures": False}, 350_000),
    "with chains": ({"signatures": False}, 90_000),
    "with signatures, two processes": ({}, 15_000),
}
"""What is asked of the verifier, and the hint of how many leaves a second to reach."""


def measure(bench: Bench) -> Iterator[Figure]:
    """Three figures a database, and three from the tiles that it published."""
    for kind in bench.kinds:
        tiles = bench.folder / f"tiles-{kind}"
        with bench.log(kind, tiles=tiles) as log:
            _fill(log, bench.sizes.verify_entries)
            log.publish()
            yield from _measure(log, kind, bench.sizes.verify_rounds)
            if kind == bench.kinds[0]:
                yield from _measure(log, "tiles", bench.sizes.verify_rounds, tiles)


def _fill(log: Log, entries: int) -> None:
    payloads = signed_payloads(log, FARM)
    for start in range(0, entries, _BATCH):
        some = list(islice(payloads, min(_BATCH, entries - start)))
        with log.unit_of_work() as uow:
            uow.submit_signed([SignedPayload(one.draft, jcs(one.draft.signed), one.proof) for one in some])


def _measure(log: Log, where: str, rounds: int, tiles: Path | None = None) -> Iterator[Figure]:
    found, floor = {name: Samples() for name in _DEPTHS}, Samples()
    with reading(log.engine) as db:
        leaves = list(DatabaseSource(db).leaves(0, DatabaseSource(db).size))
    bare = bare_signature_s(log)
    log.engine.dispose()  # no connection may be open while a process forks
    with two_processes() as use:
        for _ in range(rounds):
            for name, (depth, _hint) in _DEPTHS.items():
                with _source(log, tiles) as source, found[name].timed(len(leaves)):
                    report = verify_log(source, log_key=log.verifier_key, map=use, **depth)
                assert report.ok, report.fault
            with floor.timed(len(leaves)):
                for leaf in leaves:
                    sha256(leaf).digest()
    details = {"entries": len(leaves), "leaf_bytes": sum(map(len, leaves)) // len(leaves)}
    for name, (depth, hint) in _DEPTHS.items():
        more = {} if depth else {"bare_ed25519_on_two_per_s": round(2 / bare)}
        reached = 1 / found[name].median >= hint
        yield Figure(
            NAME,
            f"{where}, {name}",
            "leaf",
            found[name],
            floor,
            FLOOR,
            f"hint: ≥ {hint:,}/s",
            reached,
            details | more,
        )


def bare_signature_s(log: Log, count: int = 500) -> float:
    """Seconds that OpenSSL takes over one Ed25519 signature in one process: what no verifier can do without."""
    key = key_of(log, FARM)
    public, signature, timing = key.public_key(), key.sign(bytes(64)), Samples()
    for _ in range(5):
        with timing.timed(count):
            for _n in range(count):
                public.verify(signature, bytes(64))
    return timing.median


@contextmanager
def _source(log: Log, tiles: Path | None) -> Iterator[LogSource]:
    if tiles:
        yield TileSource(lambda path: (tiles / path).read_bytes())
    else:
        with reading(log.engine) as db:
            yield DatabaseSource(db)


@contextmanager
def two_processes() -> Iterator[Callable[..., Any]]:
    """Give the `map` of two processes that are forked already."""
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        list(pool.map(abs, (1,)))  # all are forked now, before there is a database or a thread
        yield pool.map
