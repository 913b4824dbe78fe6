"""From a signed payload to a verified, checkpointed inclusion proof, while many threads write at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from time import perf_counter

from sqlalchemy import Engine, insert, select

from bench.figures import Figure
from bench.measuring import in_turn
from bench.payloads import Signed, signed_payloads
from bench.places import FARM, Bench
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.ledger.proofs import inclusion
from lotproof.ledger.submitting import SignedPayload
from lotproof.proof.canonical import jcs
from lotproof.proof.checkpoint import open_checkpoint
from lotproof.proof.merkle import verify_inclusion
from lotproof.proof.note import NoteVerifier
from lotproof.storage.engine import reading, take_turn, writing

NAME = "acknowledgement"
REACH_S = 0.1
_ROUNDS = 5
_LOCK = 0x62656E63  # of the floor alone


def measure(bench: Bench) -> Iterator[Figure]:
    """One figure a database."""
    threads, each = bench.sizes.writers, -(-bench.sizes.acknowledgements // _ROUNDS)
    for kind in bench.kinds:
        with bench.log(kind) as log, bench.engine(kind) as other:
            payloads = signed_payloads(log, FARM)
            verifier = NoteVerifier.parse(log.verifier_key)

            def ours(
                log: Log = log, verifier: NoteVerifier = verifier, payloads: Iterator[Signed] = payloads
            ) -> list[float]:
                mine = [list(islice(payloads, each)) for _ in range(threads)]
                return at_once([[acknowledge(log, verifier, one) for one in some] for some in mine])

            def floor(other: Engine = other) -> list[float]:
                return at_once([[_empty(other)] * each for _ in range(threads)])

            measured, beside = in_turn(_ROUNDS, ours, floor)
        p99 = measured.percentile(99)
        yield Figure(
            NAME,
            f"{kind}, {threads} writers",
            "acknowledgement",
            measured,
            beside,
            "an empty durable transaction under the same lock",
            f"p99 ≤ {REACH_S * 1000:.0f} ms",
            p99 <= REACH_S,
        )


def acknowledge(log: Log, verifier: NoteVerifier, payload: Signed) -> Callable[[], None]:
    """Return the act of submitting a payload and proving that the log has it, as its author would."""

    def act() -> None:
        with log.unit_of_work() as uow:
            signed = SignedPayload(payload.draft, jcs(payload.draft.signed), payload.proof)
            (submission,) = uow.submit_signed([signed])
        with reading(log.engine) as db:
            note = db.execute(select(t.head.c.checkpoint)).scalar_one()
            checkpoint = open_checkpoint(note.encode(), verifier)
            proof = inclusion(db, uow.receipts[submission.id].index, checkpoint.size)
        leaf = uow.receipts[submission.id].leaf_hash
        assert verify_inclusion(leaf, proof.index, proof.size, proof.hashes, checkpoint.root)

    return act


def _empty(engine: Engine) -> Callable[[], None]:
    def act() -> None:
        with writing(engine) as db:
            take_turn(db, _LOCK)
            db.execute(insert(t.submission), {"identity": os.urandom(32), "content": os.urandom(32)})

    return act


def at_once(work: Sequence[Sequence[Callable[[], None]]]) -> list[float]:
    """Give every list to a thread of its own, start them together, and return how long each act took."""
    start, taken, failed = threading.Barrier(len(work)), list[float](), list[BaseException]()

    def run(acts: Sequence[Callable[[], None]]) -> None:
        try:
            start.wait()
            for act in acts:
                begun = perf_counter()
                act()
                taken.append(perf_counter() - begun)
        except BaseException as error:
            start.abort()
            failed.append(error)

    threads = [threading.Thread(target=run, args=(acts,)) for acts in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return taken
