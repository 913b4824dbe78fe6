"""Applications whose interval could not be told yet: judged again when the product or the crop is recorded."""

from collections.abc import Sequence

from sqlalchemy import select, update

from lotproof.epcis.event import Event
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots import findings
from lotproof.lots.apply import on_date_of
from lotproof.lots.checks import check
from lotproof.lots.events import full_event
from lotproof.lots.findings import Opened
from lotproof.lots.gathering import gather
from lotproof.lots.kinds import classify
from lotproof.lots.lot_rows import save_lots
from lotproof.lots.models import EventRow, Finding, Lot

WAITING = "interval_not_recorded"
_OF_APPLICATIONS = frozenset({WAITING, "input_not_allowed"})


def settle_intervals(uow: UnitOfWork, by: int, opened: Opened, *, cycle: str | None = None) -> None:
    """Judge again what waits, of one growing cycle or of all. by: the submission that may have settled it."""
    for submission in _waiting(uow, cycle):
        _judge(uow, submission, by, opened)


def _waiting(uow: UnitOfWork, cycle: str | None) -> Sequence[int]:
    statement = (
        select(Finding.submission)
        .join(Lot, Lot.id == Finding.lot)
        .where(Finding.code == WAITING, Finding.closed_by.is_(None))
        .order_by(Finding.submission)
    )
    return list(uow.db.execute(statement.where(Lot.uri == cycle) if cycle else statement).scalars())


def _judge(uow: UnitOfWork, submission: int, by: int, opened: Opened) -> None:
    event = Event(full_event(uow.db, submission, uow.blobs))
    content = uow.db.execute(select(EventRow.content).where(EventRow.submission == submission)).scalar_one()
    got = gather(uow, event, classify(event), content)
    problems = [problem for problem in check(got.kind, got.facts) if problem.code in _OF_APPLICATIONS]
    if got.cycle is None or any(problem.code == WAITING for problem in problems):
        return
    findings.close_at(uow, submission, WAITING, by)
    findings.open_findings(uow, problems, got.lots, submission, opened)
    first = on_date_of(uow, got)
    if first:
        uow.db.execute(update(EventRow).where(EventRow.submission == submission).values(on_date=first))
        got.cycle.earliest_harvest = max(got.cycle.earliest_harvest or first, first)
        save_lots(uow.db, [got.cycle])
    findings.recheck_harvests(uow, got.cycle, submission, opened)
