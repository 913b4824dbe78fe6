"""A drill, a recall and a common cause among a million events, beside reading as many rows by primary key."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from bench import trace
from bench.figures import Figure
from bench.measuring import Samples
from bench.places import FARM, OPERATOR, Bench
from lotproof.kernel.identifiers import Gln, LotId
from lotproof.ledger.log import Log
from lotproof.lots.acts import record_all
from lotproof.lots.common_cause import common_causes
from lotproof.lots.drafting import Author
from lotproof.lots.native import Fact, Portion
from lotproof.lots.recall import drill, recall
from lotproof.lots.recalls import end_recall, show_recall
from lotproof.parties.actions import register_party
from lotproof.storage.engine import reading

NAME = "recall"
REACH_S = 2.0
FLOOR = "as many lots by primary key"
APPLES, CASES = "09520000100018", "09520000100025"
SEED = LotId(APPLES, "BAD")
BUYER = Gln("9520000000028")
OUTPUTS, SOLD_TOGETHER = 190, 10
TWO = Author(OPERATOR.party_uri, approvals=("Li Na", "Wang Wei"))


def measure(bench: Bench) -> Iterator[Figure]:
    """Drills first, as they change nothing; then the recall itself, once, and its end."""
    lots, events = bench.sizes.recall_lots, bench.sizes.trace_events
    for kind in bench.kinds:
        with bench.log(kind) as log:
            trace.load(log.engine, events, first_entry=1 << 40)
            _fill(log, lots)
            drills, floor = Samples(), Samples()
            for _ in range(bench.sizes.recall_rounds):
                with drills.timed():
                    drill(log, [SEED])
                with floor.timed(), reading(log.engine) as db:
                    trace.fetch_rows(
                        db, random.Random(1).sample(range(1, events + 1), min(lots, events // 2))
                    )
            yield _figure(f"{kind}, drill of {lots + 1:,} lots", drills, floor, REACH_S)
            held, shown, ended = Samples(), Samples(), Samples()
            with held.timed():
                uri = recall(log, Author(OPERATOR.party_uri), [SEED], "bench").recall
            assert uri is not None
            with shown.timed(), reading(log.engine) as db:
                show_recall(db, uri, log.around.blobs)
            with ended.timed():
                end_recall(log, TWO, uri, "bench")
            yield _figure(f"{kind}, recall of {lots + 1:,} lots", held, floor)
            yield _figure(f"{kind}, that recall shown", shown, floor)
            yield _figure(f"{kind}, that recall ended", ended, floor)
            yield _figure(
                f"{kind}, common cause of 5 lots", _common(log, events, bench.sizes.recall_rounds), floor
            )


def _figure(case: str, samples: Samples, floor: Samples, reach: float | None = None) -> Figure:
    aim = f"< {reach:.0f} s" if reach else ""
    return Figure(
        NAME, case, "act", samples, floor, FLOOR, aim, samples.percentile(95) < reach if reach else None
    )


def _common(log: Log, events: int, rounds: int) -> Samples:
    """Of five lots of one web at random, late in it, so that their past is a large part of the web."""
    chance, samples = random.Random(3), Samples()
    for _ in range(rounds):
        web = chance.randrange(max(1, events // trace.WEB)) * trace.WEB
        late = range(web + min(trace.WEB, events) // 2, web + min(trace.WEB, events))
        bad = [LotId.parse(trace.lot_uri(number)) for number in chance.sample(late, 5)]
        with samples.timed(), reading(log.engine) as db:
            common_causes(db, bad, 2)
    return samples


def _fill(log: Log, lots: int) -> None:
    """One bad lot that went into so many others, each of them sold: by real acts."""
    at, farm = log.around.clock() - timedelta(days=2), Author(FARM.party_uri)
    with log.unit_of_work() as uow:
        register_party(uow, log.operator, BUYER, {"names": {"en": "Buyer"}})
    facts = [Fact("creation", at, portions=(Portion(SEED, Decimal(lots), "KGM"),))]
    cases = [Portion(LotId(CASES, f"C{number:06}"), Decimal(1), "KGM") for number in range(lots)]
    for start in range(0, lots, OUTPUTS):
        some = tuple(cases[start : start + OUTPUTS])
        used = (Portion(SEED, Decimal(len(some)), "KGM"),)
        facts.append(Fact("processing", at + timedelta(hours=1), inputs=used, outputs=some))
    for start in range(0, lots, SOLD_TOGETHER):
        some = tuple(cases[start : start + SOLD_TOGETHER])
        number = {"po": f"{start}"}
        facts.append(Fact("sale", at + timedelta(hours=2), portions=some, buyer=BUYER, references=number))
    record_all(log, [(f"fact {number}", farm, fact) for number, fact in enumerate(facts)])
