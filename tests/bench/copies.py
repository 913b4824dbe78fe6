"""Export, and the two halves of a verified import: the log, and then its entries at work on totals and traces.

The floor of an import's first half is what no verifier can leave out, every Ed25519 signature in OpenSSL on two
processes; that of the second half is the same rows, written in bulk into empty tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path

from sqlalchemy import delete, select

from bench.figures import Figure
from bench.measuring import Samples
from bench.payloads import LAG, harvests, packings, signed_payloads
from bench.places import FARM, Bench
from bench.verify import bare_signature_s, two_processes
from lotproof.copies.export import Wish, export
from lotproof.copies.incoming import incoming_parcel
from lotproof.copies.mirror import Trust, Work, import_mirror
from lotproof.copies.working import let_work
from lotproof.instance import BLOBS, Place
from lotproof.ledger import tables as t
from lotproof.ledger.bulk import insert_all
from lotproof.ledger.log import Log
from lotproof.ledger.submitting import SignedPayload
from lotproof.lots.rebuild import PROJECTIONS
from lotproof.proof.canonical import jcs
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import in_batches, open_engine, reading, writing
from support.databases import Kind

NAME = "copies"
_BATCH, _AT_ONCE = 500, 5000
_AIM_S, _AIM_ENTRIES = 300, 1_000_000
"""Export and verified import of so many entries take so long together."""


def measure(bench: Bench) -> Iterator[Figure]:
    """Three figures a database."""
    for kind in bench.kinds:
        with bench.log(kind) as log:
            _fill(log, bench.sizes.copy_entries)
            yield from _measure(bench, log, kind)


def _fill(log: Log, entries: int) -> None:
    """Harvests, and packings of what they and earlier packings made."""
    payloads = signed_payloads(log, FARM, chain(harvests(-LAG, LAG), packings()))
    for start in range(0, entries, _BATCH):
        some = list(islice(payloads, min(_BATCH, entries - start)))
        with log.unit_of_work() as uow:
            uow.submit_signed([SignedPayload(one.draft, jcs(one.draft.signed), one.proof) for one in some])


def _measure(bench: Bench, log: Log, kind: Kind) -> Iterator[Figure]:
    out, home = bench.folder / f"export-{kind}", bench.folder / f"mirror-{kind}"
    with reading(log.engine) as db:
        leaves = list(db.execute(select(t.entry.c.leaf)).scalars())
    entries = len(leaves)
    exporting, hashing = Samples(), Samples()
    with hashing.timed(entries):
        for leaf in leaves:
            sha256(leaf).digest()
    with exporting.timed(entries):
        export(log, out, Wish())
    signatures = Samples([bare_signature_s(log) / 2])
    log.engine.dispose()  # no connection may be open while a process forks
    home.mkdir()
    with bench.databases.empty(kind) as url:
        place = Place(home, url)
        taking = _taken_over(place, out, log.verifier_key, entries)
        working, bulk = _worked(place, entries)
    million_s = round((exporting.median + taking.median) * _AIM_ENTRIES)
    aim, details = f"10^6 with their export < {_AIM_S} s", {"entries": entries}
    both = {**details, "a_million_s": million_s}
    yield Figure(
        NAME, f"export, {kind}", "entry", exporting, hashing, "SHA-256 of the leaves", details=details
    )
    yield Figure(
        NAME,
        f"import, the verified log, {kind}",
        "entry",
        taking,
        signatures,
        "bare Ed25519 on two processes",
        aim,
        million_s <= _AIM_S,
        both,
    )
    yield Figure(
        NAME,
        f"import, derived tables, {kind}",
        "entry",
        working,
        bulk,
        "the same rows in bulk",
        details=details,
    )


def _taken_over(place: Place, out: Path, key: str, entries: int) -> Samples:
    """Verify and take over the log alone, its export's sums included."""
    taking = Samples()
    with two_processes() as use, taking.timed(entries), incoming_parcel(out, place.home) as incoming:
        done = import_mirror(place, incoming, Trust(key), Work(use, log_only=True))
    assert done.size == entries
    return taking


def _worked(place: Place, entries: int) -> tuple[Samples, Samples]:
    """Let the entries work; then write the same rows in bulk."""
    working, bulk = Samples(), Samples()
    engine = open_engine(place.url)
    with working.timed(entries):
        let_work(engine, BlobStore(place.home / BLOBS), lambda _entries: None)
    with writing(engine) as db:
        kept = {
            one: [dict(row) for row in db.execute(select(one)).mappings()] for one in reversed(PROJECTIONS)
        }
        for table in PROJECTIONS:
            db.execute(delete(table))
    with bulk.timed(entries), writing(engine) as db:
        for table, rows in kept.items():
            for some in in_batches(rows, _AT_ONCE):
                insert_all(db, table, some)
    engine.dispose()
    return working, bulk
