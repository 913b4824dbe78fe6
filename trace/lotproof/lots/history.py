"""Questions about earlier events: does this one repeat, contradict or come before itself?"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, func, select

from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.checks import Movement
from lotproof.lots.kinds import Effect, Kind
from lotproof.lots.lot_rows import LotRow
from lotproof.lots.models import ContainerSpan, EventLot, EventRow, Finding, Lot
from lotproof.lots.walk import walk


def names_other_content(uow: UnitOfWork, event_id: str, content: bytes) -> bool:
    """Whether a submitted eventID stands already for another content."""
    if not event_id or (uow.ahead is not None and event_id not in uow.ahead.event_ids):
        return False
    other = select(EventRow.submission).where(EventRow.event_id == event_id, EventRow.content != content)
    return uow.db.execute(other.limit(1)).first() is not None


def earliest_harvest(db: Connection, cycle: int, at: datetime | None = None) -> date | None:
    """Return the first day of harvest after the applications that stand and had begun by `at`; None: all of them.

    A crop that is picked again and again is treated between picks: later treatments say nothing of earlier picks.
    """
    applied = (
        select(func.max(EventRow.on_date))
        .join(EventLot, EventLot.submission == EventRow.submission)
        .where(EventLot.lot == cycle, EventLot.role == "cycle", EventRow.kind == "input_applied")
        .where(EventRow.voided_by.is_(None), EventRow.corrects.is_(None))
    )
    return db.execute(applied if at is None else applied.where(EventRow.event_time <= at)).scalar()


def was_spoiled(uow: UnitOfWork, cycle: int, at: datetime) -> bool:
    """Whether a product that is not allowed for the crop had been applied by `at`."""
    if uow.ahead is not None and (cycle, "input_not_allowed") not in uow.ahead.found:
        return False
    applied = (
        select(Finding.id)
        .join(EventRow, EventRow.submission == Finding.submission)
        .where(Finding.lot == cycle, Finding.code == "input_not_allowed", Finding.closed_by.is_(None))
        .where(EventRow.event_time <= at)
    )
    return uow.db.execute(applied.limit(1)).first() is not None


def equal_creations(
    uow: UnitOfWork,
    movements: Sequence[Movement],
    lots: Mapping[str, LotRow],
    at: datetime,
    place: str | None,
    content: bytes,
) -> list[str]:
    """Return the lots of which a standing event created the same quantity at the same time and place."""
    found = []
    for move in movements:
        lot = lots[move.lot]
        if move.total != "created" or not lot.balance.created:
            continue
        same = (
            select(EventLot.submission)
            .join(EventRow, EventRow.submission == EventLot.submission)
            .where(
                EventLot.lot == lot.id, EventLot.total == "created", EventLot.base_amount == move.base_amount
            )
            .where(EventRow.event_time == at, EventRow.place == place, EventRow.counted.is_(True))
            .where(EventRow.voided_by.is_(None), EventRow.content != content)
        )
        if uow.db.execute(same.limit(1)).first():
            found.append(move.lot)
    return found


def own_ancestors(
    uow: UnitOfWork, kind: Kind, movements: Sequence[Movement], lots: Mapping[str, LotRow]
) -> list[str]:
    """Return the outputs that are an input, or that an input comes from: the edge would close a circle."""
    if kind.effect is not Effect.TRANSFORM:
        return []
    sources = {lots[m.lot].id for m in movements if m.role == "input"}
    outputs = {lots[m.lot].id: m.lot for m in movements if m.role == "output"}
    same = [uri for id, uri in outputs.items() if id in sources]
    # A lot that is new in this transaction has nothing below it yet.
    suspects = [id for id, uri in outputs.items() if id not in sources and not lots[uri].is_new]
    if not suspects or not sources:
        return same
    above = walk(select(Lot.id.label("id")).where(Lot.id.in_(sources)), "up")
    hits = uow.db.execute(select(above.c.id).where(above.c.id.in_(suspects))).scalars()
    return same + [outputs[id] for id in hits]


def overpacked(db: Connection, movements: Sequence[Movement], lots: Mapping[str, LotRow]) -> dict[str, str]:
    """Return the lots of which more would be in containers than there is, with one of those containers."""
    found = {}
    for move in movements:
        lot = lots[move.lot]
        known = lot.balance.created or lot.balance.received
        if move.role != "child" or move.base_amount is None or not known:
            continue
        spans = db.execute(
            select(ContainerSpan.container, ContainerSpan.amount, ContainerSpan.uom).where(
                ContainerSpan.lot == lot.id, ContainerSpan.until.is_(None)
            ).order_by(ContainerSpan.id)
        ).all()
        packed = sum((span.amount or Decimal(0) for span in spans if span.uom == lot.base_uom), Decimal(0))
        if spans and packed + move.base_amount > lot.balance.on_hand + lot.balance.in_transit:
            found[move.lot] = spans[0].container
    return found
