"""Applications are judged again when their product or the crop of their growing cycle is recorded, or recorded anew.

A record that changes is a late fact: it speaks for and against every application and harvest that stands.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select, update

from lotproof.epcis.event import Event
from lotproof.ledger import tables as t
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots import findings, history
from lotproof.lots.apply import on_date_of
from lotproof.lots.checks import check
from lotproof.lots.events import full_event
from lotproof.lots.findings import Opened
from lotproof.lots.gathering import gather
from lotproof.lots.kinds import classify
from lotproof.lots.lot_rows import save_lots
from lotproof.lots.models import EventLot, EventRow, Finding, Lot
from lotproof.proof.canonical import jcs

WAITING = "interval_not_recorded"
_OF_APPLICATIONS = frozenset({WAITING, "input_not_allowed"})
_STANDING = (
    select(EventRow.submission)
    .where(EventRow.kind == "input_applied", EventRow.voided_by.is_(None), EventRow.corrects.is_(None))
    .order_by(EventRow.submission)
)


def settle_intervals(uow: UnitOfWork, by: int, opened: Opened, *, cycle: str) -> None:
    """Judge again what waits for the crop of a growing cycle. by: the submission that may have settled it."""
    waiting = (
        select(Finding.submission)
        .join(Lot, Lot.id == Finding.lot)
        .where(Finding.code == WAITING, Finding.closed_by.is_(None), Lot.uri == cycle)
        .order_by(Finding.submission)
    )
    _judge_all(uow, list(uow.db.execute(waiting).scalars()), by, opened)


def judge_product_again(uow: UnitOfWork, registration: str, by: int, opened: Opened) -> None:
    """Judge again every application of an input product whose record is new or has changed."""
    rows = uow.db.execute(
        _STANDING.add_columns(t.entry.c.leaf, t.inbox.c.signed)
        .outerjoin(t.entry, t.entry.c.submission == EventRow.submission)
        .outerjoin(t.inbox, t.inbox.c.submission == EventRow.submission)
    )
    # Bytes are searched first: to read the JSON of every application would hold the writers up.
    named = jcs(registration)
    found = [row.submission for row in rows if named in bytes(row.leaf or row.signed or b"")]
    _judge_all(uow, [one for one in found if _registration(uow, one) == registration], by, opened)


def judge_cycle_again(uow: UnitOfWork, cycle: str, by: int, opened: Opened) -> None:
    """Judge again every application on a growing cycle of which the record, and so perhaps the crop, has changed."""
    on_it = _STANDING.join(EventLot, EventLot.submission == EventRow.submission).join(
        Lot, Lot.id == EventLot.lot
    )
    _judge_all(uow, list(uow.db.execute(on_it.where(Lot.uri == cycle)).scalars()), by, opened)


def _registration(uow: UnitOfWork, submission: int) -> str:
    return str(Event(full_event(uow.db, submission, uow.blobs)).extension("registration"))


def _judge_all(uow: UnitOfWork, applications: Sequence[int], by: int, opened: Opened) -> None:
    for submission in applications:
        _judge(uow, submission, by, opened)


def _judge(uow: UnitOfWork, submission: int, by: int, opened: Opened) -> None:
    event = Event(full_event(uow.db, submission, uow.blobs))
    said = select(EventRow.content, EventRow.counted).where(EventRow.submission == submission)
    row = uow.db.execute(said).one()
    got = gather(uow, event, classify(event), row.content)
    if got.cycle is None:
        return
    problems = [problem for problem in check(got.kind, got.facts) if problem.code in _OF_APPLICATIONS]
    _close_others(uow, submission, {problem.code for problem in problems}, by)
    if row.counted:  # of twins one speaks
        findings.open_findings(uow, problems, got.lots, submission, opened)
    first = on_date_of(uow, got)
    uow.db.execute(update(EventRow).where(EventRow.submission == submission).values(on_date=first))
    got.cycle.earliest_harvest = history.earliest_harvest(uow.db, got.cycle.id)
    save_lots(uow.db, [got.cycle])
    findings.close_harvests(uow, got.cycle, by)
    findings.recheck_harvests(uow, got.cycle, submission, opened)


def _close_others(uow: UnitOfWork, submission: int, still: Iterable[str], by: int) -> None:
    for code in sorted(_OF_APPLICATIONS.difference(still)):
        findings.close_at(uow, submission, code, by)
