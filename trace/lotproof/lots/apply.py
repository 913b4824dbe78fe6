"""One event → edges, totals, containers, state, for own acts and captured documents alike.

- The same content from another party is written down but counts once, while any entry of it stands.
- Voiding takes the same amounts out again; nothing is deleted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update

from lotproof.epcis.event import Event
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.checks import Movement
from lotproof.lots.gathering import Gathered, harvest_date, local_date, sent_to
from lotproof.lots.kinds import Effect
from lotproof.lots.lot_rows import LotRow, keep_lots
from lotproof.lots.models import ContainerSpan, EventLot, EventRow, LotEdge
from lotproof.storage.base import table_of

_EDGE_EFFECTS = frozenset({Effect.TRANSFORM, Effect.PLANT, Effect.TREAT, Effect.CREATE})


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which entry an event becomes."""

    submission: int
    content: bytes
    party: str
    public_id: bytes | None = None
    corrects: int | None = None


def apply(uow: UnitOfWork, got: Gathered, stamp: Stamp) -> bool:
    """Write what the event does; returns whether it counts (false: the same content stands already)."""
    counts = stamp.corrects is None and not _stands_already(uow, stamp)
    on_date = on_date_of(uow, got)
    _write_event(uow, got, stamp, counts, on_date)
    _write_parts(uow, got, stamp, counts)
    if counts:
        _add_totals(got)
        _describe(got, on_date)
        _write_edges(uow, got, stamp)
        _pack(uow, got, stamp)
    keep_lots(uow, list(got.lots.values()))
    return counts


def _stands_already(uow: UnitOfWork, stamp: Stamp) -> bool:
    if uow.ahead is not None and stamp.content not in uow.ahead.contents:
        return False
    twin = select(EventRow.submission).where(
        EventRow.content == stamp.content, EventRow.counted.is_(True), EventRow.voided_by.is_(None)
    )
    return uow.db.execute(twin.limit(1)).first() is not None


def _write_event(uow: UnitOfWork, got: Gathered, stamp: Stamp, counts: bool, on_date: date | None) -> None:
    event = got.event
    uow.call(stamp.submission, got.kind.name)
    row = {
        "submission": stamp.submission,
        "content": stamp.content,
        "kind": got.kind.name,
        "event_id": event.event_id or None,
        "public_id": stamp.public_id,
        "event_time": event.event_time,
        "biz_step": event.biz_step or None,
        "place": got.place,
        "to_place": sent_to(event, got.kind),
        "party": stamp.party,
        "counted": counts,
        "on_date": on_date,
        "corrects": stamp.corrects,
    }
    uow.add(table_of(EventRow), [row])
    if uow.ahead is not None:
        uow.ahead.note_event(got, stamp)


def _write_parts(uow: UnitOfWork, got: Gathered, stamp: Stamp, counts: bool) -> None:
    rows = [_part(got, stamp, position, move, counts) for position, move in enumerate(got.movements)]
    if got.cycle is not None:
        blank = Movement(got.cycle.uri, "cycle", None, None, None, None)
        rows.append(_part(got, stamp, len(rows), blank, counts))
    uow.add(table_of(EventLot), rows)


def _part(got: Gathered, stamp: Stamp, position: int, move: Movement, counts: bool) -> dict[str, Any]:
    return {
        "submission": stamp.submission,
        "position": position,
        "lot": got.lots[move.lot].id,
        "role": move.role,
        "amount": move.amount,
        "uom": move.uom,
        "total": move.total if counts else None,
        "base_amount": move.base_amount,
    }


def _add_totals(got: Gathered) -> None:
    for move in got.movements:
        if move.total and move.base_amount is not None:
            row = got.lots[move.lot]
            row.balance = row.balance.add(move.total, move.base_amount)
            if got.kind.effect is Effect.RETURN:
                row.quarantined -= move.base_amount
            elif got.kind.effect is Effect.DESTROY and row.quarantined:
                row.quarantined = max(row.quarantined - move.base_amount, row.quarantined * 0)


def _describe(got: Gathered, on_date: date | None) -> None:
    """What a lot or cycle learns of itself: when and where it began, its crop, its first day of harvest."""
    at = got.event.event_time
    for move in got.movements:
        if move.total == "created":
            row = got.lots[move.lot]
            row.created_at = min(row.created_at or at, at)
            row.place = row.place or got.place
            if got.kind.effect is Effect.CREATE:
                row.harvested_on = row.harvested_on or on_date
    cycle = got.cycle
    if cycle is None:
        return
    crop = got.event.extension("crop")
    cycle.crop = cycle.crop or (crop if isinstance(crop, str) else None)
    cycle.place = cycle.place or got.place
    if got.kind.effect is Effect.PLANT:
        cycle.created_at = min(cycle.created_at or at, at)
    if got.kind.effect is Effect.TREAT and on_date:
        cycle.earliest_harvest = max(cycle.earliest_harvest or on_date, on_date)


def on_date_of(uow: UnitOfWork, got: Gathered) -> date | None:
    """Return the date of a harvest, or the first day of harvest after an application, where it can be told."""
    if got.kind.effect is Effect.CREATE:
        return harvest_date(uow, got.event)
    facts = got.facts.cycle
    if got.kind.effect is Effect.TREAT and got.cycle and facts and facts.intervals:
        days = facts.intervals.get(facts.crop or "")
        return None if days is None else _end_of_application(uow, got) + timedelta(days=days)
    return None


def _end_of_application(uow: UnitOfWork, got: Gathered) -> date:
    ended = got.event.extension("endedAt")
    later = Event({**got.event.raw, "eventTime": ended}) if isinstance(ended, str) else got.event
    return local_date(uow, later)


def _write_edges(uow: UnitOfWork, got: Gathered, stamp: Stamp) -> None:
    if got.kind.effect not in _EDGE_EFFECTS:
        return
    edges: dict[tuple[int, int], Any] = {}
    for src, amount in _sources(got):
        for dst in _destinations(got):
            key = (src.id, dst.id)
            known = edges.get(key)
            edges[key] = amount if known is None else known + amount if amount is not None else known
    common = {"submission": stamp.submission, "kind": got.kind.name, "voided": False}
    rows = [{"src": src, "dst": dst, "quantity": amount, **common} for (src, dst), amount in edges.items()]
    uow.add(table_of(LotEdge), rows)


def _sources(got: Gathered) -> Sequence[tuple[LotRow, Any]]:
    if got.kind.effect is Effect.CREATE:
        return [(got.cycle, None)] if got.cycle else []
    return [(got.lots[m.lot], m.base_amount) for m in got.movements if m.role == "input"]


def _destinations(got: Gathered) -> Sequence[LotRow]:
    if got.kind.effect in (Effect.PLANT, Effect.TREAT):
        return [got.cycle] if got.cycle else []
    return [got.lots[m.lot] for m in got.movements if m.total == "created"]


def _pack(uow: UnitOfWork, got: Gathered, stamp: Stamp) -> None:
    event, at = got.event, got.event.event_time
    if got.kind.effect is Effect.PACK:
        spans = [*_lot_spans(got), *_inner_spans(event)]
        common = {"container": event.parent_id, "since": at, "opened_by": stamp.submission}
        uow.add(table_of(ContainerSpan), [common | span for span in spans])
    elif got.kind.effect is Effect.UNPACK:
        _unpack(uow, got, at, stamp.submission)


def _lot_spans(got: Gathered) -> list[dict[str, Any]]:
    return [
        {"lot": got.lots[m.lot].id, "inner": None, "amount": m.amount, "uom": m.uom}
        for m in got.movements
        if m.role == "child"
    ]


def _inner_spans(event: Event) -> list[dict[str, Any]]:
    boxes = [item.uri for item in event.items("child") if item.kind == "sscc"]
    return [{"lot": None, "inner": uri, "amount": None, "uom": None} for uri in boxes]


def _unpack(uow: UnitOfWork, got: Gathered, at: datetime, submission: int) -> None:
    """Close the spans of the named children, or all where none is named; what stays inside gets a new span."""
    span = table_of(ContainerSpan)
    named = [span.c.lot == child["lot"] for child in _lot_spans(got)]
    named += [span.c.inner == child["inner"] for child in _inner_spans(got.event)]
    open_spans = select(span).where(
        span.c.container == got.event.parent_id, span.c.until.is_(None), span.c.since <= at
    )
    rows = uow.db.execute(open_spans.where(or_(*named)) if named else open_spans).all()
    taken = {child["lot"]: child for child in _lot_spans(got)}
    for row in rows:
        uow.db.execute(update(span).where(span.c.id == row.id).values(until=at, closed_by=submission))
        child = taken.get(row.lot)
        if child and child["amount"] is not None and row.amount is not None and row.amount > child["amount"]:
            rest = {"lot": row.lot, "inner": None, "amount": row.amount - child["amount"], "uom": row.uom}
            common = {"container": row.container, "since": at, "opened_by": submission}
            uow.db.execute(insert(ContainerSpan), [common | rest])
