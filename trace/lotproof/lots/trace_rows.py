"""What a trace reads: the lots of a closure and the edges between them as rows, in a fixed number of statements.

Plain tuples, as a trace reads thousands; `trace` puts them into values, an answer for programs uses them as they are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, Integer, Row, Select, Text, bindparam, select, type_coerce

from lotproof.ledger import tables as t
from lotproof.lots.balance import COLUMNS, Balance
from lotproof.lots.models import Lot, LotEdge
from lotproof.lots.walk import ends, walk
from lotproof.parties.models import Record
from lotproof.storage.engine import in_batches

Names = Mapping[str, str]
NO_NAMES: Names = {}
_ROUNDED = 1 + 1e-9  # more than the binary fractions of seven amounts can be wrong by


class TraceRows(NamedTuple):
    """lot: the URI that was asked for.  lots: (id, uri, type, gtin, place, crop, base unit, recalls, holds, has begun,
    totals as texts …), nearest first.  edges: (src, dst, entry, kind, amount as text, voided), in log order.

    distance: fewest steps from the lot that was asked for, by id.  products: names by GTIN; places: by URI.
    """

    lot: str
    direction: str
    lots: Sequence[Any]
    edges: Sequence[Any]
    distance: Mapping[int, int]
    products: Mapping[str, Names]
    places: Mapping[str, Names]


def read_trace(db: Connection, lot: Row[Any], direction: str, *, with_voided: bool = False) -> TraceRows:
    """Return everything that a lot (its row) came from ("up") or went into ("down").

    with_voided: also along edges of corrected events.
    """
    start = {"start": lot.id}
    edges: Sequence[Any] = db.execute(_EDGES[direction, with_voided], start).all()
    if not with_voided:
        edges = [edge for edge in edges if not edge[5]]
    # Real tuples: of a row of SQLAlchemy each look costs a call, and each is looked at twenty times.
    rows = [tuple(row) for row in db.execute(_LOTS[direction, with_voided], start)]
    distance = _distances(lot.id, edges, direction)
    rows.sort(key=lambda row: (distance[row[0]], row[1]))
    products, places = _names(db, {row[3] for row in rows} | {row[4] for row in rows})
    return TraceRows(lot.uri, direction, rows, edges, distance, products, places)


def state_of_row(row: Any) -> str:
    """Return the word for the state of one of `TraceRows.lots`; see `trace.state_of`."""
    _id, _uri, type_name, _gtin, _place, _crop, uom, recalls, holds, has_begun, *totals = row
    if type_name == "lot" and has_begun and not recalls and not holds:
        created, received, *gone = map(float, totals)
        if created + received > sum(gone) * _ROUNDED:
            return "no_known_problem"  # surely something is left of it, as of many: nothing else is asked
    return state_from(recalls, holds, type_name, has_begun, Balance(uom, *map(amount_of, totals)))


def state_from(recalls: int, holds: int, type_name: str, has_begun: bool, balance: Balance) -> str:
    """Return one word for the state of a lot, the gravest first."""
    if recalls:
        return "recalled"
    if holds:
        return "destroyed" if balance.on_hand <= 0 and _gone(balance) == "destroyed" else "held"
    if type_name != "lot":
        return "growing"
    if not has_begun and not balance.received:
        return "not_recorded"
    if balance.on_hand <= 0:
        return _gone(balance)
    return "no_known_problem"


def _gone(balance: Balance) -> str:
    if balance.in_transit > 0:
        return "in_transit"
    if balance.destroyed and balance.destroyed >= balance.created + balance.received - balance.shipped:
        return "destroyed"
    if balance.sold > 0:
        return "sold_out"
    return "used_up" if balance.consumed else "no_known_problem"


_VOIDED = type_coerce(LotEdge.voided, Integer)  # true to Python as it is


def _edges_of(direction: str, with_voided: bool) -> Select[Any]:
    """All edges at the closure of :start, also those that the walk did not follow; see `walk`."""
    closed = walk(_START, direction, with_voided=with_voided)
    return (
        select(
            LotEdge.src, LotEdge.dst, t.entry.c.entry_index, LotEdge.kind, as_text(LotEdge.quantity), _VOIDED
        )
        .select_from(closed)
        .join(LotEdge, closed.c.id == ends(direction)[0])
        .outerjoin(t.entry, t.entry.c.submission == LotEdge.submission)
        .order_by(LotEdge.submission, LotEdge.src, LotEdge.dst)
    )


def _lots_of(direction: str, with_voided: bool) -> Any:
    """The lots of the closure of :start. Walking it again costs less than sending a thousand ids back."""
    closed = walk(_START, direction, with_voided=with_voided)
    return select(
        Lot.id, Lot.uri, Lot.type, Lot.gtin, Lot.place, Lot.crop, Lot.base_uom, Lot.recalls, Lot.holds,
        Lot.created_at.is_not(None), *(as_text(getattr(Lot, column)) for column in COLUMNS),
    ).select_from(closed).join(Lot, Lot.id == closed.c.id)  # fmt: skip


def as_text(column: Any) -> Any:
    """An amount as it is stored: most are 0, and a number that was read before need not be read again."""
    return type_coerce(column, Text).label(column.key)


amount_of = lru_cache(maxsize=4096)(Decimal)
"""The number of such a text."""

_START = select(bindparam("start", type_=BigInteger).label("id"))
_BOTH = [(direction, with_voided) for direction in ("up", "down") for with_voided in (False, True)]
_EDGES = {one: _edges_of(*one) for one in _BOTH}
_LOTS = {one: _lots_of(*one) for one in _BOTH}
_RECORDS = select(Record.type, Record.id, Record.body).where(
    Record.type.in_(("product", "place")), Record.id.in_(bindparam("ids", expanding=True))
)


def _names(db: Connection, ids: Set[str | None]) -> tuple[dict[str, Names], dict[str, Names]]:
    """Return the names of products by GTIN, and of places by URI."""
    found: dict[str, dict[str, Names]] = {"product": {}, "place": {}}
    for some in in_batches(sorted(id for id in ids if id)):
        for type_name, id, body in db.execute(_RECORDS, {"ids": some}):
            found[type_name][id] = body.get("names", NO_NAMES)
    return found["product"], found["place"]


def _distances(start: int, edges: Sequence[Any], direction: str) -> dict[int, int]:
    """Fewest steps from the start, over edges already in memory."""
    near: dict[int, list[int]] = defaultdict(list)
    for src, dst, *_ in edges:
        if direction == "up":
            near[dst].append(src)
        else:
            near[src].append(dst)
    distance, level = {start: 0}, [start]
    while level:
        reached = dict.fromkeys(
            there for here in level for there in near.get(here, ()) if there not in distance
        )
        distance.update(dict.fromkeys(reached, distance[level[0]] + 1))
        level = list(reached)
    return distance
