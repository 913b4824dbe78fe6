"""Keep findings true: open what a check finds, close what has been settled, hold what contradicts itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from lotproof.kernel.errors import Problem
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.checks import before_creation, spoiled, standing, too_early
from lotproof.lots.history import earliest_harvest, was_spoiled
from lotproof.lots.kinds import BY_NAME, TAKING
from lotproof.lots.lot_rows import LotRow, load_lots
from lotproof.lots.models import EventLot, EventRow, Finding, Lot, LotEdge
from lotproof.lots.problems import CODES

STANDING = ("unknown_origin", "more_taken_than_exists", "quantity_discrepancy")


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
    for (uri, code), problem in fresh.items():
        row = lots[uri] if uri else None
        if _stands(uow, code, row, submission):
            continue
        uow.db.execute(
            insert(Finding),
            {
                "code": code,
                "lot": row.id if row else None,
                "submission": submission,
                "message": problem.message,
            },
        )
        # A growing cycle cannot be held; what was picked from it is.
        holds = CODES[code].is_conflict and row is not None and row.type == "lot"
        opened.found.append(Found(code, row.uri if row else None, submission, problem.message, holds))
        if holds and row is not None:
            opened.to_hold.setdefault(code, []).append(row)


def _stands(uow: UnitOfWork, code: str, row: LotRow | None, submission: int) -> bool:
    same = select(Finding.id).where(Finding.code == code, Finding.closed_by.is_(None))
    same = same.where(Finding.lot == row.id) if row else same.where(Finding.lot.is_(None))
    if code not in STANDING:
        same = same.where(Finding.submission == submission)
    return uow.db.execute(same.limit(1)).first() is not None


def settle_standing(uow: UnitOfWork, lots: dict[str, LotRow], submission: int, opened: Opened) -> None:
    """Open and close what the totals of the touched lots say by themselves."""
    for uri, row in lots.items():
        if row.type != "lot":
            continue
        now = standing(row.facts())
        if not row.is_new:
            gone = [code for code in STANDING if code not in now]
            close_findings(uow, row.id, gone, submission)
        open_findings(uow, [Problem(uri, code, text) for code, text in now.items()], lots, submission, opened)


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
    is_spoiled = was_spoiled(uow.db, cycle.id, applied_at)
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
        codes = [] if was_spoiled(uow.db, cycle.id, harvest.event_time) else ["input_not_allowed"]
        if first is None or (harvest.harvested_on and harvest.harvested_on >= first):
            codes.append("harvest_too_early")
        same = (Finding.lot == harvest.dst) & (Finding.submission == harvest.submission)
        uow.db.execute(
            update(Finding)
            .where(same, Finding.code.in_(codes), Finding.closed_by.is_(None))
            .values(closed_by=by)
        )


def recheck_moves(
    uow: UnitOfWork, row: LotRow, lots: dict[str, LotRow], since: datetime, opened: Opened
) -> None:
    """A hold arrived late: which standing events moved the lot after it began?"""
    for event in _events_of(uow, row):
        if BY_NAME[event.kind].effect in TAKING and event.event_time > since and event.total != "created":
            problem = Problem(row.uri, "held_lot_moved", "the lot was moved after the hold began")
            open_findings(uow, [problem], lots, event.submission, opened)


def _events_of(uow: UnitOfWork, row: LotRow) -> Sequence[Any]:
    return uow.db.execute(
        select(EventRow.submission, EventRow.kind, EventRow.event_time, EventLot.total)
        .join(EventLot, EventLot.submission == EventRow.submission)
        .where(EventLot.lot == row.id, EventRow.voided_by.is_(None), EventRow.kind != "other")
    ).all()
