"""The page of a lot with 60 events beside an empty Flask view, under the same server with the same clients."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter

from bench.figures import Figure, at_least
from bench.measuring import Samples
from bench.places import FARM, OPERATOR, ORIGIN, Bench
from bench.served import server
from lotproof.instance import Place, init_instance
from lotproof.kernel.clock import SteppingClock
from lotproof.kernel.identifiers import Gln, LotId
from lotproof.ledger.log import Log
from lotproof.lots.acts import record_all
from lotproof.lots.drafting import Author
from lotproof.lots.native import Fact, Portion
from lotproof.parties.actions import register_party, write_record

NAME = "page"
FLOOR = "an empty Flask view, same server"
REACH = {"kept": 0.25, "made": 0.025}
CASES = {"kept": "cached", "made": "uncached"}
EVENTS = 60
LOT = LotId("09520000100018", "BENCH")
CLIENTS = 4


def measure(bench: Bench) -> Iterator[Figure]:
    """Cached and uncached, round by round beside the empty view. SQLite: what a single instance runs on."""
    home = bench.folder / "page"
    _fill(home)
    with server("kept", home) as kept, server("made", home) as made, server("empty", home) as empty:
        paths = {"kept": (kept, LOT.path), "made": (made, LOT.path), "empty": (empty, "/")}
        samples = {name: Samples() for name in paths}
        for number in range(bench.sizes.page_rounds + 1):
            for name, (port, path) in paths.items():
                seconds = load(port, path, bench.sizes.page_requests)
                if number:  # the first round warms
                    samples[name].seconds.append(seconds)
    for name, share in REACH.items():
        figure = Figure(NAME, f"{EVENTS} events, {CASES[name]}", "page", samples[name], samples["empty"], FLOOR,
                        at_least(share))  # fmt: skip
        yield Figure(
            NAME,
            figure.case,
            "page",
            figure.measured,
            figure.floor,
            FLOOR,
            figure.reach,
            figure.share >= share,
        )


def _fill(home: Path) -> None:
    clock = SteppingClock(datetime(2026, 6, 1, tzinfo=UTC))
    log = init_instance(Place(home), clock, os.urandom, ORIGIN, OPERATOR, {"en": "Operator"})
    live(log)
    log.publish()
    log.engine.dispose()


def live(log: Log) -> None:
    """Let the lot be harvested and stored, in `EVENTS` events of the last weeks."""
    store, author, now = Gln("9520000001025"), Author(FARM.party_uri), log.around.clock()
    with log.unit_of_work() as uow:
        register_party(uow, log.operator, FARM, {"names": {"en": "Farm"}})
        write_record(
            uow, log.operator, "place", store.place_uri, {"names": {"en": "Store"}, "zone": "Asia/Shanghai"}
        )
        write_record(uow, log.operator, "product", LOT.gtin14, {"names": {"en": "Apples"}, "uom": "KGM"})

    def at(number: int) -> datetime:
        return now - timedelta(days=60) + timedelta(hours=number)

    portion = (Portion(LOT, Decimal(1000), "KGM"),)
    cycle = "urn:uuid:6d0d2d0e-0000-4000-8000-000000000009"
    facts = [Fact("harvest", at(0), place=store, portions=portion, cycle=cycle)]
    facts += [
        Fact("storage", at(n), place=store, lots=(LOT,), temperature=Decimal(n % 5)) for n in range(1, EVENTS)
    ]
    record_all(log, [(f"fact {n}", author, fact) for n, fact in enumerate(facts)])


def load(port: int, path: str, requests: int) -> float:
    """Ask so many times from several clients with connections that stay open; return seconds a request."""

    def client(_: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        for _n in range(max(1, requests // CLIENTS)):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
        connection.close()

    start = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    return (perf_counter() - start) / (max(1, requests // CLIENTS) * CLIENTS)
