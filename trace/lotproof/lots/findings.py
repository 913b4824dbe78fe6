"""Keep findings true: open what a check finds, close what has been settled, hold what contradicts itself."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from lotproof.kernel.errors import Problem
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.checks import before_creation, spoiled, standing, too_early
from lotproof.lots.history import earliest_harvest, was_spoiled
from lotproof.lots.kinds import BY_NAME, TAKING
from lotproof.lots.lot_rows import LotRow, load_lots
from lotproof.lots.models import EventLot, EventRow, Finding, Lot, LotEdge
from lotproof.lots.problems import CODES
from lotproof.storage.base import table_of
from lotproof.storage.engine import in_batches

STANDING = ("unknown_origin", "more_taken_than_exists", "quantity_discrepancy")
_TAKING = [name for name, kind in BY_NAME.items() if kind.effect in TAKING]


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as it was opened. lot: URI, None where it is about no lot.  hold: whether it holds the lot."""

    code: str
    lot: str | None
    submission: int
    message: str
    hold: bool


@dataclass(slots=True)
class Opened:
    """Findings that one event opened, with the lots that they put on hold, by code."""

    found: list[Found] = field(default_factory=list)
    to_hold: dict[str, list[LotRow]] = field(default_factory=dict)


def open_findings(
    uow: UnitOfWork, problems: Iterable[Problem], lots: dict[str, LotRow], submission: int, opened: Opened
) -> None:
    """Write one finding a problem; the same code on the same lot and event is written once."""
    fresh: dict[tuple[str | None, str], Problem] = {}
    for problem in problems:
        key = (problem.where if problem.where in lots else None, problem.code)
        fresh.setdefault(key, problem)
    known = _known(uow, fresh, lots, submission)
    new = [(lots[uri] if uri else None, problem) for (uri, code), problem in fresh.items()
           if (lots[uri].id if uri else None, code) not in known]  # fmt: skip
    _write(uow, new, submission, opened)


def _known(
    uow: UnitOfWork, keys: Collection[tuple[str | None, str]], lots: dict[str, LotRow], submission: int
) -> set[tuple[int | None, str]]:
    """Which of these (lot, code) stand already: of this event, or of any where totals alone justify them."""
    codes = {code for _uri, code in keys}
    ids = _told_of(uow, [lots[uri].id for uri in dict.fromkeys(uri for uri, _code in keys) if uri], codes)
    if not ids and all(uri for uri, _code in keys):
        return set()
    same = select(Finding.lot, Finding.code).where(Finding.code.in_(codes), Finding.closed_by.is_(None))
    same = same.where(Finding.code.in_(STANDING) | (Finding.submission == submission))
    found = [row for some in in_batches(ids) for row in uow.db.execute(same.where(Finding.lot.in_(some)))]
    if any(uri is None for uri, _code in keys):
        found += uow.db.execute(same.where(Finding.lot.is_(None))).all()
    return {(lot, code) for lot, code in found}


def _write(
    uow: UnitOfWork, new: Sequence[tuple[LotRow | None, Problem]], submission: int, opened: Opened
) -> None:
    common = {"submission": submission}
    rows = [
        {"code": one.code, "lot": row.id if row else None, "message": one.message, **common}
        for row, one in new
    ]
    uow.add(table_of(Finding), rows)
    if uow.ahead is not None:
        uow.ahead.note_findings((row.id, one.code) for row, one in new if row)
    for row, one in new:
        # A growing cycle cannot be held; what was picked from it is.
        holds = CODES[one.code].is_conflict and row is not None and row.type == "lot"
        opened.found.append(Found(one.code, row.uri if row else None, submission, one.message, holds))
        if holds and row is not None:
            opened.to_hold.setdefault(one.code, []).append(row)


def settle_standing(uow: UnitOfWork, lots: dict[str, LotRow], submission: int, opened: Opened) -> None:
    """Open and close what the totals of the touched lots say by themselves."""
    rows = [row for row in lots.values() if row.type == "lot"]
    stands: dict[tuple[int | None, str], list[int]] = {}
    for some in in_batches(_told_of(uow, [row.id for row in rows], STANDING)):
        statement = select(Finding.id, Finding.lot, Finding.code).where(
            Finding.lot.in_(some), Finding.code.in_(STANDING), Finding.closed_by.is_(None)
        )
        for id, lot, code in uow.db.execute(statement):
            stands.setdefault((lot, code), []).append(id)
    new: list[tuple[LotRow | None, Problem]] = []
    for row in rows:
        for code, text in standing(row.facts()).items():
            if stands.pop((row.id, code), None) is None:
                new.append((row, Problem(row.uri, code, text)))
    settled = [id for ids in stands.values() for id in ids]
    for some in in_batches(settled):
        uow.db.execute(update(Finding).where(Finding.id.in_(some)).values(closed_by=submission))
    _write(uow, new, submission, opened)


def still_open(uow: UnitOfWork, found: Sequence[Found]) -> set[tuple[int, str, str | None]]:
    """Return which of these stand: (submission, code, lot)."""
    stands: set[tuple[int, str, str | None]] = set()
    for some in in_batches(sorted({one.submission for one in found})):
        statement = (
            select(Finding.submission, Finding.code, Lot.uri)
            .outerjoin(Lot, Lot.id == Finding.lot)
            .where(Finding.submission.in_(some), Finding.closed_by.is_(None))
        )
        stands.update((row.submission, row.code, row.uri) for row in uow.db.execute(statement))
    return stands


def _told_of(uow: UnitOfWork, lots: Sequence[int], codes: Collection[str]) -> Sequence[int]:
    """Those of these lots on which a finding of one of these codes may stand."""
    if uow.ahead is None:
        return lots
    return [id for id in lots if any((id, code) in uow.ahead.found for code in codes)]


def close_findings(uow: UnitOfWork, lot: int, codes: Sequence[str], by: int) -> None:
    """Close the open findings of these codes on a lot. A hold that they placed stays until two people release it."""
    uow.db.execute(
        update(Finding)
        .where(Finding.lot == lot, Finding.code.in_(codes), Finding.closed_by.is_(None))
        .values(closed_by=by)
    )


def close_at(uow: UnitOfWork, submission: int, code: str, by: int) -> None:
    """Close the open findings of one code that one event left."""
    uow.db.execute(
        update(Finding)
        .where(Finding.submission == submission, Finding.code == code, Finding.closed_by.is_(None))
        .values(closed_by=by)
    )


def close_of_event(uow: UnitOfWork, submission: int, by: int) -> None:
    """Close everything that a voided event had left open."""
    uow.db.execute(
        update(Finding)
        .where(Finding.submission == submission, Finding.closed_by.is_(None))
        .values(closed_by=by)
    )


def recheck_times(uow: UnitOfWork, row: LotRow, lots: dict[str, LotRow], by: int, opened: Opened) -> None:
    """A creation arrived late: which standing events of the lot now come before it, and which no longer do?"""
    if row.created_at is None:
        return
    for event in _events_of(uow, row):
        problem = before_creation(BY_NAME[event.kind], row.uri, event.event_time, row.created_at)
        if problem and event.submission != by:
            open_findings(uow, [problem], lots, event.submission, opened)
        elif not problem:
            uow.db.execute(
                update(Finding)
                .where(
                    Finding.lot == row.id,
                    Finding.code == "chronology",
                    Finding.submission == event.submission,
                )
                .where(Finding.closed_by.is_(None))
                .values(closed_by=by)
            )


def recheck_harvests(uow: UnitOfWork, cycle: LotRow, application: int, opened: Opened) -> None:
    """An application arrived late: which standing harvests after it does it speak against?"""
    said = select(EventRow.event_time, EventRow.on_date).where(EventRow.submission == application)
    applied_at, earliest = uow.db.execute(said).one()
    is_spoiled = was_spoiled(uow, cycle.id, applied_at)
    if earliest is None and not is_spoiled:
        return
    statement = (
        select(Lot.uri, Lot.harvested_on, LotEdge.submission)
        .join(LotEdge, LotEdge.dst == Lot.id)
        .join(EventRow, EventRow.submission == LotEdge.submission)
        .where(LotEdge.src == cycle.id, LotEdge.voided.is_(False), EventRow.event_time >= applied_at)
    )
    for harvest in uow.db.execute(statement).all():
        problems = [spoiled(harvest.uri)] if is_spoiled else []
        if earliest and harvest.harvested_on and harvest.harvested_on < earliest:
            problems.append(too_early(harvest.uri, harvest.harvested_on, earliest))
        if problems:
            lots = load_lots(uow.db, {harvest.uri: None})
            open_findings(uow, problems, lots, harvest.submission, opened)


def close_harvests(uow: UnitOfWork, cycle: LotRow, by: int) -> None:
    """An application was voided: close what only it spoke against. Holds stay until two people release them."""
    statement = (
        select(LotEdge.dst, Lot.harvested_on, LotEdge.submission, EventRow.event_time)
        .join(Lot, Lot.id == LotEdge.dst)
        .join(EventRow, EventRow.submission == LotEdge.submission)
        .where(LotEdge.src == cycle.id, LotEdge.voided.is_(False))
    )
    for harvest in uow.db.execute(statement).all():
        first = earliest_harvest(uow.db, cycle.id, harvest.event_time)
        codes = [] if was_spoiled(uow, cycle.id, harvest.event_time) else ["input_not_allowed"]
        if first is None or (harvest.harvested_on and harvest.harvested_on >= first):
            codes.append("harvest_too_early")
        same = (Finding.lot == harvest.dst) & (Finding.submission == harvest.submission)
        uow.db.execute(
            update(Finding)
            .where(same, Finding.code.in_(codes), Finding.closed_by.is_(None))
            .values(closed_by=by)
        )


def recheck_moves(
    uow: UnitOfWork, rows: Sequence[LotRow], lots: dict[str, LotRow], since: datetime, opened: Opened
) -> None:
    """A hold arrived late: which standing events moved these lots after it began?"""
    uris = {row.id: row.uri for row in rows}
    moved: dict[int, list[Problem]] = {}
    for some in in_batches(list(uris)):
        statement = (
            select(EventLot.lot, EventLot.total, EventRow.submission)
            .join(EventRow, EventRow.submission == EventLot.submission)
            .where(EventLot.lot.in_(some), EventRow.voided_by.is_(None), EventRow.event_time > since)
            .where(EventRow.kind.in_(_TAKING))
            .order_by(EventRow.submission, EventLot.position)
        )
        for lot, total, submission in uow.db.execute(statement):
            if total != "created":
                problem = Problem(uris[lot], "held_lot_moved", "the lot was moved after the hold began")
                moved.setdefault(submission, []).append(problem)
    for submission, problems in moved.items():
        open_findings(uow, problems, lots, submission, opened)


def _events_of(uow: UnitOfWork, row: LotRow) -> Sequence[Any]:
    return uow.db.execute(
        select(EventRow.submission, EventRow.kind, EventRow.event_time, EventLot.total)
        .join(EventLot, EventLot.submission == EventRow.submission)
        .where(EventLot.lot == row.id, EventRow.voided_by.is_(None), EventRow.kind != "other")
    ).all()
