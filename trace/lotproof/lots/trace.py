"""Trace a lot up to the fields and down to the buyers: one recursive statement, never a walk in Python."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, Integer, Row, Select, Text, bindparam, select, type_coerce

from lotproof.kernel.errors import NotFoundError
from lotproof.ledger import tables as t
from lotproof.lots.balance import COLUMNS, Balance
from lotproof.lots.models import Lot, LotEdge
from lotproof.lots.walk import ends, walk
from lotproof.parties.models import Record
from lotproof.storage.engine import in_batches


# Named tuples: a trace makes thousands of each, and they are made three times as fast as a frozen dataclass.
class TracedLot(NamedTuple):
    """A lot or growing cycle of the closure. distance: fewest steps from the lot that was asked for."""

    uri: str
    type: str  # "lot" | "cycle"
    product: Mapping[str, str]
    place: str | None
    place_names: Mapping[str, str]
    state: str
    distance: int


class TracedEdge(NamedTuple):
    """src went into dst by the event with this entry index (None until sequenced); voided edges are marked."""

    src: str
    dst: str
    event: int | None
    kind: str
    quantity: Decimal | None
    uom: str | None
    voided: bool


_NO_NAMES: Mapping[str, str] = {}


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
    return trace_from(db, require_lot(db, uri), direction, with_voided=with_voided)


def trace_from(db: Connection, lot: Row[Any], direction: str, *, with_voided: bool = False) -> Tracing:
    """As `trace_lot`, from the lot's row."""
    start = {"start": lot.id}
    edges = db.execute(_EDGES[direction, with_voided], start).all()
    if not with_voided:
        edges = [edge for edge in edges if not edge[5]]
    rows = db.execute(_LOTS[direction, with_voided], start).all()
    lots, ends = _lots(db, rows, _distances(lot.id, edges, direction))
    return Tracing(lot.uri, direction, tuple(lots), _named(edges, ends))


def closure_uris(
    db: Connection, ids: Sequence[int], direction: str, *, with_voided: bool = False
) -> list[str]:
    """Return the URIs of the lots of the closure, the seeds included, growing cycles left out."""
    closed = closure_of(ids, direction, with_voided=with_voided)
    statement = select(Lot.uri).join(closed, closed.c.id == Lot.id).where(Lot.type == "lot").order_by(Lot.uri)
    return list(db.execute(statement).scalars())


def closure_ids(db: Connection, ids: Sequence[int], direction: str, *, with_voided: bool = False) -> list[int]:
    """Return the row ids of the closure, the seeds and growing cycles included."""
    closed = closure_of(ids, direction, with_voided=with_voided)
    return list(db.execute(select(closed.c.id).where(closed.c.id.is_not(None))).scalars())


def closure_of(ids: Sequence[int], direction: str, *, with_voided: bool = False) -> Any:
    """Return a recursive statement to join with: column `id`, of these lots and all that they came from or went into.

    ids: at most a few thousand, as each is a parameter.
    """
    return walk(select(Lot.id.label("id")).where(Lot.id.in_(ids)), direction, with_voided=with_voided)


_LOT = select(Lot.__table__).where(Lot.uri == bindparam("uri"))


def require_lot(db: Connection, uri: str) -> Row[Any]:
    """Return the row of a lot. Raises: NotFoundError `unknown_lot`."""
    row = db.execute(_LOT, {"uri": uri}).one_or_none()
    if row is None:
        raise unknown_lot(uri)
    return row


def unknown_lot(uri: str) -> NotFoundError:
    """The error of whoever asks for a lot that is not there, or not there for them."""
    return NotFoundError(
        "unknown_lot", f"nothing is recorded about {uri}", "check the GTIN and the lot code"
    )


def state_of(lot: Row[Any]) -> str:
    """Return one word for a lot's state, the gravest first."""
    balance = Balance(lot.base_uom, *(getattr(lot, column) for column in COLUMNS))
    return state_from(lot.recalls, lot.holds, lot.type, lot.created_at is not None, balance)


def state_from(recalls: int, holds: int, type_name: str, has_begun: bool, balance: Balance) -> str:
    """As `state_of`, from what was read of a lot."""
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
        select(LotEdge.src, LotEdge.dst, t.entry.c.entry_index, LotEdge.kind, as_text(LotEdge.quantity), _VOIDED)
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


_START = select(bindparam("start", type_=BigInteger).label("id"))
_BOTH = [(direction, with_voided) for direction in ("up", "down") for with_voided in (False, True)]
_EDGES = {one: _edges_of(*one) for one in _BOTH}
_LOTS = {one: _lots_of(*one) for one in _BOTH}
amount_of = lru_cache(maxsize=4096)(Decimal)
"""The number of such a text."""


def _lots(
    db: Connection, rows: Sequence[Any], distance: Mapping[int, int]
) -> tuple[list[TracedLot], dict[int, tuple[str, str | None]]]:
    """Return the lots, nearest first, and the URI and base unit of each by its id."""
    known = _names(db, {row[3] for row in rows} | {row[4] for row in rows})
    lots, ends = [], {}
    for id, uri, type_name, gtin, place, crop, uom, recalls, holds, has_begun, *totals in rows:
        product = known.get(("product", gtin)) or ({"": crop} if crop else {})
        names = known.get(("place", place), _NO_NAMES)
        created, received, *gone = map(amount_of, totals)
        if type_name == "lot" and has_begun and not recalls and not holds and created + received > sum(gone):
            state = "no_known_problem"  # as nearly all are: the rest of the question is asked of the others
        else:
            state = state_from(recalls, holds, type_name, has_begun, Balance(uom, created, received, *gone))
        lots.append(TracedLot(uri, type_name, product, place, names, state, distance[id]))
        ends[id] = uri, uom
    lots.sort(key=attrgetter("distance", "uri"))
    return lots, ends


_RECORDS = select(Record.type, Record.id, Record.body).where(
    Record.type.in_(("product", "place")), Record.id.in_(bindparam("ids", expanding=True))
)


def _names(db: Connection, ids: Set[str | None]) -> dict[tuple[str, str | None], Mapping[str, str]]:
    """Return the names of products and places by (type, id)."""
    wanted = sorted(id for id in ids if id)
    rows = [row for some in in_batches(wanted) for row in db.execute(_RECORDS, {"ids": some})]
    return {(row.type, row.id): row.body.get("names", _NO_NAMES) for row in rows}


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


def _named(edges: Sequence[Any], ends: Mapping[int, tuple[str, str | None]]) -> tuple[TracedEdge, ...]:
    named = []
    for src, dst, index, kind, text, voided in edges:
        uri, uom = ends[src]
        amount, unit = (None, None) if text is None else (amount_of(text), uom)
        named.append(TracedEdge(uri, ends[dst][0], index, kind, amount, unit, bool(voided)))
    return tuple(named)
