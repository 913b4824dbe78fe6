"""Trace at a million lots: families of 1,100 lots in layers, each lot made of two or three of the layer before."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, select

from bench.bulk_load import bulk_insert, settle
from bench.figures import Figure
from bench.measuring import Samples
from bench.places import Bench
from lotproof.lots.models import Lot, LotEdge
from lotproof.lots.trace import trace_lot
from lotproof.storage.base import table_of
from lotproof.storage.engine import in_batches, reading

NAME = "trace"
REACH_S = 0.050
FLOOR = "the same lots and edges by primary key"
_LAYERS, _WIDTH = 10, 110
_FAMILY = _LAYERS * _WIDTH


def measure(bench: Bench) -> Iterator[Figure]:
    """One figure a database: up from the last layer, down from the first, in turn."""
    for kind in bench.kinds:
        with bench.engine(kind) as engine:
            families = max(1, bench.sizes.trace_events // _FAMILY)
            _fill(engine, families)
            settle(engine)
            found, floor, lots = _sample(engine, families, bench.sizes.trace_samples)
        yield Figure(
            NAME,
            f"{kind}, {families * _FAMILY:,} lots",
            "trace",
            found,
            floor,
            FLOOR,
            f"p95 ≤ {REACH_S * 1000:.0f} ms",
            found.percentile(95) <= REACH_S,
            {"lots_found_median": sorted(lots)[len(lots) // 2], "lots_found_most": max(lots)},
        )


def _fill(engine: Engine, families: int) -> None:
    zeros = dict.fromkeys(
        ("created", "received", "consumed", "shipped", "sold", "destroyed", "adjusted", "quarantined"), 0
    )
    common = {"type": "lot", "gtin": "09520000100018", "base_uom": "KGM", "holds": 0, "recalls": 0} | zeros
    rows = ({"id": n, "uri": _uri(n), "code": f"L{n}"} | common for n in range(1, families * _FAMILY + 1))
    bulk_insert(engine, table_of(Lot), rows)
    bulk_insert(engine, table_of(LotEdge), _edges(families))


def _edges(families: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(11)
    for family in range(families):
        first = family * _FAMILY + 1
        for dst in range(first + _WIDTH, first + _FAMILY):
            layer = (dst - first) // _WIDTH
            before = range(first + (layer - 1) * _WIDTH, first + layer * _WIDTH)
            # 2.95 parents on average make 2.66 edges a lot, the first layer having none.
            for src in chance.sample(before, 3 if chance.random() < 0.95 else 2):
                yield {
                    "src": src,
                    "dst": dst,
                    "submission": dst,
                    "kind": "processing",
                    "quantity": 1,
                    "voided": False,
                }


def _uri(number: int) -> str:
    return f"https://id.gs1.org/01/09520000100018/10/L{number}"


def _sample(engine: Engine, families: int, count: int) -> tuple[Samples, Samples, list[int]]:
    chance, found, floor, lots = random.Random(5), Samples(), Samples(), list[int]()
    with reading(engine) as db:
        for number in range(count + 5):
            first = chance.randrange(families) * _FAMILY + 1
            up = number % 2 == 0
            start = first + chance.randrange(_WIDTH) + (_FAMILY - _WIDTH if up else 0)
            with found.timed():
                traced = trace_lot(db, _uri(start), "up" if up else "down")
            ids = [int(one.uri.rpartition("L")[2]) for one in traced.lots]
            with floor.timed():
                for some in in_batches(ids):
                    db.execute(select(table_of(Lot)).where(Lot.id.in_(some))).all()
                    db.execute(select(table_of(LotEdge)).where(LotEdge.src.in_(some))).all()
            lots.append(len(ids))
            if number < 5:
                found.seconds.clear()
                floor.seconds.clear()
    return found, floor, lots
