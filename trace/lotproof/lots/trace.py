"""Trace a lot up to the fields and down to the buyers: one recursive statement, never a walk in Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import aliased

from lotproof.kernel.errors import NotFoundError
from lotproof.ledger import tables as t
from lotproof.lots.balance import COLUMNS, Balance
from lotproof.lots.models import Lot, LotEdge
from lotproof.parties.records import get_records


@dataclass(frozen=True, slots=True)
class TracedLot:
    """A lot or growing cycle of the closure. distance: fewest steps from the lot that was asked for."""

    uri: str
    type: str  # "lot" | "cycle"
    product: Mapping[str, str]
    place: str | None
    place_names: Mapping[str, str]
    state: str
    distance: int


@dataclass(frozen=True, slots=True)
class TracedEdge:
    """src went into dst by the event with this entry index (None until sequenced); voided edges are marked."""

    src: str
    dst: str
    event: int | None
    kind: str
    quantity: Decimal | None
    uom: str | None
    voided: bool


@dataclass(frozen=True, slots=True)
class Tracing:
    """direction: "up" (where from) or "down" (where to). lots holds the asked lot itself at distance 0."""

    lot: str
    direction: str
    lots: tuple[TracedLot, ...]
    edges: tuple[TracedEdge, ...]


def trace_lot(db: Connection, uri: str, direction: str, *, with_voided: bool = False) -> Tracing:
    """Return everything that the lot came from ("up") or went into ("down").

    with_voided: also along edges of corrected events, as a recall must.
    Raises: NotFoundError `unknown_lot`.
    """
    start = require_lot(db, uri)
    closed = _closure([start.id], direction, with_voided)
    edges = _edges(db, closed, with_voided)
    lots = _lots_by_id(db, closed)
    distance = _distances(start.id, edges, direction)
    products = get_records(db, "product", {lot.gtin for lot in lots.values() if lot.gtin})
    places = get_records(db, "place", {lot.place for lot in lots.values() if lot.place})
    order = sorted(lots, key=lambda id: (distance.get(id, 0), lots[id].uri))
    traced = tuple(_traced(lots[id], distance.get(id, 0), products, places) for id in order)
    return Tracing(uri, direction, traced, tuple(_edge(edge, lots) for edge in edges))


def closure_uris(
    db: Connection, ids: Sequence[int], direction: str, *, with_voided: bool = False
) -> list[str]:
    """Return the URIs of the lots of the closure, the seeds included, growing cycles left out."""
    closed = _closure(ids, direction, with_voided)
    statement = select(Lot.uri).join(closed, closed.c.id == Lot.id).where(Lot.type == "lot").order_by(Lot.uri)
    return list(db.execute(statement).scalars())


def require_lot(db: Connection, uri: str) -> Row[Any]:
    """Return the row of a lot. Raises: NotFoundError `unknown_lot`."""
    row = db.execute(select(Lot.__table__).where(Lot.uri == uri)).one_or_none()
    if row is None:
        raise NotFoundError(
            "unknown_lot", f"nothing is recorded about {uri}", "check the GTIN and the lot code"
        )
    return row


def state_of(lot: Row[Any]) -> str:
    """Return one word for a lot's state, the gravest first."""
    if lot.recalls:
        return "recalled"
    balance = Balance(lot.base_uom, *(getattr(lot, column) for column in COLUMNS))
    if lot.holds:
        return "destroyed" if balance.on_hand <= 0 and _gone(balance) == "destroyed" else "held"
    if lot.type != "lot":
        return "growing"
    if lot.created_at is None and not lot.received:
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


def _closure(ids: Sequence[int], direction: str, with_voided: bool) -> Any:
    """A recursive statement of the closure's lot ids. UNION, never UNION ALL: that would list paths."""
    here, there = (LotEdge.dst, LotEdge.src) if direction == "up" else (LotEdge.src, LotEdge.dst)
    closed = select(Lot.id.label("id")).where(Lot.id.in_(ids)).cte("closed", recursive=True)
    step = select(there).join(closed, here == closed.c.id)
    return closed.union(step if with_voided else step.where(LotEdge.voided.is_(False)))


def _edges(db: Connection, closed: Any, with_voided: bool) -> Sequence[Row[Any]]:
    other = aliased(closed)
    statement = (
        select(LotEdge.src, LotEdge.dst, LotEdge.submission, LotEdge.kind, LotEdge.quantity, LotEdge.voided,
               t.entry.c.entry_index)
        .join(closed, closed.c.id == LotEdge.src)
        .join(other, other.c.id == LotEdge.dst)
        .outerjoin(t.entry, t.entry.c.submission == LotEdge.submission)
        .order_by(LotEdge.submission, LotEdge.src, LotEdge.dst)
    )  # fmt: skip
    return db.execute(statement if with_voided else statement.where(LotEdge.voided.is_(False))).all()


def _lots_by_id(db: Connection, closed: Any) -> dict[int, Row[Any]]:
    rows = db.execute(select(Lot.__table__).join(closed, closed.c.id == Lot.id)).all()
    return {row.id: row for row in rows}


def _distances(start: int, edges: Sequence[Row[Any]], direction: str) -> dict[int, int]:
    """Fewest steps from the start, over edges already in memory."""
    near: dict[int, list[int]] = {}
    for edge in edges:
        here, there = (edge.dst, edge.src) if direction == "up" else (edge.src, edge.dst)
        near.setdefault(here, []).append(there)
    distance, level = {start: 0}, [start]
    while level:
        reached = dict.fromkeys(
            there for here in level for there in near.get(here, ()) if there not in distance
        )
        distance.update(dict.fromkeys(reached, distance[level[0]] + 1))
        level = list(reached)
    return distance


def _traced(
    lot: Row[Any], distance: int, products: Mapping[str, Any], places: Mapping[str, Any]
) -> TracedLot:
    product = products.get(lot.gtin or "", {}).get("names") or ({"": lot.crop} if lot.crop else {})
    place = places.get(lot.place or "", {}).get("names", {})
    return TracedLot(lot.uri, lot.type, product, lot.place, place, state_of(lot), distance)


def _edge(edge: Row[Any], lots: Mapping[int, Row[Any]]) -> TracedEdge:
    src, dst = lots[edge.src], lots[edge.dst]
    uom = src.base_uom if edge.quantity is not None else None
    return TracedEdge(src.uri, dst.uri, edge.entry_index, edge.kind, edge.quantity, uom, edge.voided)
