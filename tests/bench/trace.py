"""Tracing in a million lots and 2.66 million edges, beside fetching as many rows by primary key."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, select

from bench.bulk_load import bulk_insert, number_on, settle
from bench.figures import Figure
from bench.measuring import Samples
from bench.places import OPERATOR, ORIGIN, Bench
from bench.served import server
from lotproof.instance import Place, init_instance
from lotproof.kernel.check_digits import mod10
from lotproof.kernel.clock import system_clock
from lotproof.kernel.identifiers import Gln, LotId
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.lots.balance import COLUMNS
from lotproof.lots.models import Lot, LotEdge
from lotproof.lots.trace import Tracing, trace_lot
from lotproof.parties.models import Record
from lotproof.storage.base import table_of
from lotproof.storage.engine import in_batches, reading
from support.databases import Kind

NAME = "trace"
REACH_S = 0.05
FLOOR = "as many rows by primary key"
WEB = 2_000
"""Lots of one web of farms, packers and shops that trade among themselves; webs do not touch."""
FIRST = 200
"""Of a web, how many lots come from a field and from no other lot."""
SPAN = 200
"""How far back, in lots of the web, a lot's sources may lie."""
_PRODUCTS = [f"{body}{mod10(body)}" for body in (f"09520000{n:05}" for n in range(2_000, 2_020))]
_PLACES = [Gln(f"{body}{mod10(body)}") for body in (f"95200000{n:04}" for n in range(3_000, 3_040))]
_START = datetime(2026, 1, 1, tzinfo=UTC)
_LOTS = select(Lot.__table__).where(Lot.id.in_(bindparam("ids", expanding=True)))
_ROWS = select(t.entry).where(t.entry.c.entry_index.in_(bindparam("ids", expanding=True)))


def measure(bench: Bench) -> Iterator[Figure]:
    """Both directions from lots at random: in one process, and over HTTP from a server with a client that stays."""
    events, samples = bench.sizes.trace_events, bench.sizes.trace_samples
    aim = f"p95 < {REACH_S * 1000:.0f} ms"
    for kind in bench.kinds:
        with instance(bench, kind) as (log, home, url):
            edges = load(log.engine, events, first_entry=1 << 40)
            with reading(log.engine) as db:
                traced, floor, lots = sample(db, events, samples)
            told = {"edges": edges, "lots_median": sorted(lots)[len(lots) // 2], "lots_most": max(lots)}
            p95 = {"p95_ms": round(traced.percentile(95) * 1000, 1)}
            yield Figure(
                NAME,
                f"{kind}, {events:,} events, in process",
                "trace",
                traced,
                floor,
                FLOOR,
                "",
                None,
                told | p95,
            )
            settings = {"LOTPROOF_DATABASE_URL": url, "LOTPROOF_LOG_ENTRIES": "public"}
            with server("kept", home, **settings) as port:
                asked, size = _ask(port, events, samples)
            p95 = {"p95_ms": round(asked.percentile(95) * 1000, 1), "bytes_median": size}
            yield Figure(
                NAME, f"{kind}, {events:,} events, over HTTP", "trace", asked, traced, "the same in process", aim,
                asked.percentile(95) < REACH_S, p95,
            )  # fmt: skip


@contextmanager
def instance(bench: Bench, kind: Kind, name: str = "trace") -> Iterator[tuple[Log, Path, str]]:
    """An instance that a server can open: its log, its home and the URL of its database."""
    home = bench.folder / f"{name}-{kind}"
    with bench.databases.migrated(kind) as url:
        place = Place(home, url)
        log = init_instance(place, system_clock, os.urandom, ORIGIN, OPERATOR, {"en": "Operator"})
        try:
            yield log, home, url
        finally:
            log.engine.dispose()


def _ask(port: int, events: int, count: int) -> tuple[Samples, int]:
    """The same lots as `sample` takes; returns also the size of an answer."""
    chance, asked, sizes = random.Random(11), Samples(), list[int]()
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(count + 5):
        lot = chance.randrange(events)
        path = f"{LotId.parse(lot_uri(lot)).path}/trace.json?direction={_direction(lot)}"
        with asked.timed():
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        assert answer.status == 200, body
        sizes.append(len(body))
        if number < 5:
            del asked.seconds[:], sizes[:]
    connection.close()
    return asked, sorted(sizes)[len(sizes) // 2]


def _direction(lot: int) -> str:
    """Who has a lot of a shop asks where it is from, who has one of a farm where it went."""
    return "up" if lot % WEB > WEB // 2 else "down"


def sample(db: Connection, events: int, count: int) -> tuple[Samples, Samples, list[int]]:
    """Trace lots at random; returns also as many rows by primary key, and how many lots each found."""
    chance, traced, floor, sizes = random.Random(11), Samples(), Samples(), list[int]()
    for number in range(count + 5):
        lot = chance.randrange(events)
        with traced.timed():
            found = trace_lot(db, lot_uri(lot), _direction(lot))
        ids = chance.sample(range(1, events + 1), min(len(found.lots), events))
        with floor.timed():
            _fetch(db, found, ids)
        sizes.append(len(found.lots))
        if number < 5:  # what was not cached yet does not count
            del traced.seconds[:], floor.seconds[:], sizes[:]
    return traced, floor, sizes


def _fetch(db: Connection, found: Tracing, ids: list[int]) -> None:
    """As many lots as were found, and as many narrow rows as there were edges."""
    rows = [row for some in in_batches(ids) for row in db.execute(_LOTS, {"ids": some})]
    more = (ids * (len(found.edges) // len(ids) + 1))[: len(found.edges)]
    for some in in_batches([id + number // len(ids) for number, id in enumerate(more)]):
        rows += db.execute(_ROWS, {"ids": [id - 1 for id in some]}).all()


def fetch_rows(db: Connection, ids: Sequence[int]) -> None:
    """Read these lots by their primary key."""
    for some in in_batches(ids):
        db.execute(_LOTS, {"ids": some}).all()


def load(engine: Engine, events: int, first_entry: int = 0) -> int:
    """Fill the tables with the lots that this many events made; returns the number of edges.

    first_entry: index of the first of their entries, beyond those of a log that goes on.
    """
    bulk_insert(engine, table_of(Record), _master_data())
    bulk_insert(engine, table_of(Lot), (_lot(number) for number in range(events)))
    number_on(engine, table_of(Lot))
    bulk_insert(engine, t.entry, (_entry(number, first_entry) for number in range(events)))
    edges = _Counted(_edges(events, first_entry))
    bulk_insert(engine, table_of(LotEdge), edges)
    settle(engine)
    return edges.count


class _Counted:
    def __init__(self, rows: Iterator[dict[str, Any]]) -> None:
        self.count = 0
        self._rows = rows

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self._rows:
            self.count += 1
            yield row


def lot_uri(number: int) -> str:
    """The URI of a lot by its number, from 0."""
    return LotId(_PRODUCTS[number % len(_PRODUCTS)], f"T{number:07}").uri


def _lot(number: int) -> dict[str, Any]:
    at = _START + timedelta(seconds=30 * (number % 1_000_000))
    # They differ from lot to lot, or a cache of numbers would do too well.
    totals = {"created": Decimal(1000) + number % 7_000, "consumed": Decimal("750.5") + number % 900}
    return {
        "id": number + 1,
        "uri": lot_uri(number),
        "type": "lot",
        "gtin": _PRODUCTS[number % len(_PRODUCTS)],
        "code": f"T{number:07}",
        "base_uom": "KGM",
        "place": _PLACES[number % len(_PLACES)].place_uri,
        "created_at": at,
        "harvested_on": date(2026, 1, 1) if number % WEB < FIRST else None,
        **{name: totals.get(name, Decimal(0)) for name in (*COLUMNS, "quarantined")},
        "holds": 0,
        "recalls": 0,
    }


def _entry(number: int, first: int) -> dict[str, Any]:
    """An entry for each event. Its leaf is never read by a trace, so it is short."""
    at = _START + timedelta(seconds=30 * (number % 1_000_000))
    return {
        "entry_index": first + number,
        "submission": first + number + 1,
        "kind": "event",
        "record_time": at,
        "leaf": b"%064d" % number,
    }


def _edges(events: int, first: int) -> Iterator[dict[str, Any]]:
    """Each lot comes from three or two others of its web; those of the first ones from none."""
    chance = random.Random(5)
    for number in range(events):
        place = number % WEB
        if place < FIRST:
            continue
        for back in chance.sample(range(1, min(place, SPAN) + 1), 3 if chance.random() < 0.955 else 2):
            yield {
                "src": number - back + 1,
                "dst": number + 1,
                "submission": first + number + 1,
                "kind": "processing",
                "quantity": Decimal("250.25"),
                "voided": False,
            }


def _master_data() -> Iterator[dict[str, Any]]:
    names = {"names": {"en": "A name in English", "zh_Hans": "中文名称"}}
    for gtin in _PRODUCTS:
        yield {"type": "product", "id": gtin, "version": 1, "body": names | {"uom": "KGM"}, "submission": 0}
    for place in _PLACES:
        body = names | {"zone": "Asia/Shanghai"}
        yield {"type": "place", "id": place.place_uri, "version": 1, "body": body, "submission": 0}
