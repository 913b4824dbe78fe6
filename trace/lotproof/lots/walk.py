"""Walk along the edges between lots in the database: one recursive statement, never a walk in Python.

UNION, never UNION ALL: that would list paths. An edge that does not count is walked to nowhere (NULL), and is not
filtered out: with a filter, SQLite (3.38 and later, once somebody ran ANALYZE) builds a Bloom filter over all edges
of the ledger for every walk, however short.
"""

from typing import Any

from sqlalchemy import case, select

from lotproof.lots.models import LotEdge


def walk(seed: Any, direction: str, *, with_voided: bool = False) -> Any:
    """Return a recursive statement to join with: column `id`, of the seeds and all that they came from or went into.

    It may hold one row more, whose id is NULL.  seed: a statement of ids, in a column `id`.
    direction: "up" (where from) or "down" (where to).
    with_voided: also along the edges of corrected events.
    """
    here, there = ends(direction)
    closed = seed.cte("closed", recursive=True)
    onward = there if with_voided else case((LotEdge.voided.is_(False), there))
    return closed.union(select(onward).join(closed, here == closed.c.id))


def ends(direction: str) -> tuple[Any, Any]:
    """The end of an edge at which a walk in this direction comes in, and the one at which it goes on."""
    return (LotEdge.dst, LotEdge.src) if direction == "up" else (LotEdge.src, LotEdge.dst)
