"""Trace a lot up to the fields and down to the buyers: one recursive statement, never a walk in Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, select

from lotproof.kernel.errors import NotFoundError
from lotproof.lots.balance import COLUMNS, Balance
from lotproof.lots.models import Lot
from lotproof.lots.trace_rows import NO_NAMES, TraceRows, amount_of, read_trace, state_from, state_of_row
from lotproof.lots.walk import walk


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
    read = read_trace(db, lot, direction, with_voided=with_voided)
    known = {row[0]: (row[1], row[6]) for row in read.lots}
    lots = tuple(_lot(read, row) for row in read.lots)
    return Tracing(lot.uri, direction, lots, tuple(_edge(known, edge) for edge in read.edges))


def _lot(read: TraceRows, row: Any) -> TracedLot:
    id, uri, type_name, gtin, place, crop, *_ = row
    product = read.products.get(gtin) or ({"": crop} if crop else NO_NAMES)
    return TracedLot(
        uri, type_name, product, place, read.places.get(place, NO_NAMES), state_of_row(row), read.distance[id]
    )


def _edge(known: Mapping[int, tuple[str, str | None]], edge: Any) -> TracedEdge:
    src, dst, index, kind, text, voided = edge
    uri, uom = known[src]
    amount, unit = (None, None) if text is None else (amount_of(text), uom)
    return TracedEdge(uri, known[dst][0], index, kind, amount, unit, bool(voided))


def closure_uris(
    db: Connection, ids: Sequence[int], direction: str, *, with_voided: bool = False
) -> list[str]:
    """Return the URIs of the lots of the closure, the seeds included, growing cycles left out."""
    closed = closure_of(ids, direction, with_voided=with_voided)
    statement = select(Lot.uri).join(closed, closed.c.id == Lot.id).where(Lot.type == "lot").order_by(Lot.uri)
    return list(db.execute(statement).scalars())


def closure_ids(
    db: Connection, ids: Sequence[int], direction: str, *, with_voided: bool = False
) -> list[int]:
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
    return NotFoundError("unknown_lot", f"nothing is recorded about {uri}", "check the GTIN and the lot code")


def state_of(lot: Row[Any]) -> str:
    """Return one word for a lot's state, the gravest first."""
    balance = Balance(lot.base_uom, *(getattr(lot, column) for column in COLUMNS))
    return state_from(lot.recalls, lot.holds, lot.type, lot.created_at is not None, balance)
