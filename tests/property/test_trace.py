"""Closures: what the recursive statement finds is what a walk over the same edges finds, circles included."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from lotproof.lots.models import Lot, LotEdge
from lotproof.lots.trace import trace_lot
from lotproof.storage.engine import open_engine, reading, writing
from lotproof.storage.migrate import upgrade

LOTS = 12
EDGES = st.lists(st.tuples(st.integers(0, LOTS - 1), st.integers(0, LOTS - 1), st.booleans()), max_size=40)


def walk(edges: list[tuple[int, int, bool]], start: int, *, up: bool, with_voided: bool) -> dict[int, int]:
    """Fewest steps to everything that can be reached."""
    distance, level = {start: 0}, [start]
    while level:
        found = []
        for here in level:
            for src, dst, voided in edges:
                a, b = (dst, src) if up else (src, dst)
                if a == here and b not in distance and (with_voided or not voided):
                    distance[b] = distance[here] + 1
                    found.append(b)
        level = found
    return distance


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with lots and no edges."""
    path: Path = tmp_path_factory.mktemp("trace") / "trace.sqlite3"
    url = f"sqlite:///{path}"
    engine = open_engine(url)
    upgrade(engine)
    with writing(engine) as db:
        db.execute(insert(Lot), [{"id": n + 1, "uri": f"urn:lot:{n}", "type": "lot"} for n in range(LOTS)])
    engine.dispose()
    return url


@given(EDGES, st.integers(0, LOTS - 1), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_closure_is_what_a_walk_finds(
    database: str, edges: list[tuple[int, int, bool]], start: int, up: bool, with_voided: bool
) -> None:
    engine = open_engine(database)
    rows = {(src, dst, n): voided for n, (src, dst, voided) in enumerate(edges)}
    with writing(engine) as db:
        db.execute(LotEdge.__table__.delete())  # type: ignore[attr-defined]
        if rows:
            db.execute(
                insert(LotEdge),
                [
                    {"src": s + 1, "dst": d + 1, "submission": n, "kind": "processing", "voided": v}
                    for (s, d, n), v in rows.items()
                ],
            )
    with reading(engine) as db:
        found = trace_lot(db, f"urn:lot:{start}", "up" if up else "down", with_voided=with_voided)
    engine.dispose()

    expected = walk(edges, start, up=up, with_voided=with_voided)
    assert {one.uri: one.distance for one in found.lots} == {f"urn:lot:{n}": d for n, d in expected.items()}
    inside = [e for e in edges if e[0] in expected and e[1] in expected and (with_voided or not e[2])]
    assert len(found.edges) == len(inside)
