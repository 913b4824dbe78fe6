"""May this party do this with this lot now? Allowed, refused with a reason, or not recorded.

What nobody has recorded is said and refuses nothing; a hold refuses always; papers refuse where they are asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from lotproof.kernel.errors import Problem
from lotproof.kernel.identifiers import LotId
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.gathering import Gathered
from lotproof.lots.kinds import Effect, Kind
from lotproof.lots.lot_rows import LotRow
from lotproof.lots.models import EventLot, EventRow, Finding, Hold, Lot
from lotproof.parties.qualified import Register
from lotproof.parties.records import get_record
from lotproof.parties.requirements import ROLES_OF_ACTIONS

TAKING_ACTIONS = frozenset({"ship", "sell", "transform", "pack", "plant", "list", "take_order"})
OTHER_ACTIONS = frozenset({"create_lot", "inspect"})


@dataclass(frozen=True, slots=True)
class Answer:
    """answer: "allowed", "refused" or "not_recorded".  code, because: why, empty where allowed.  hint: what to do."""

    answer: str
    code: str = ""
    because: str = ""
    hint: str = ""


def may(db: Connection, party: str, action: str, lot: str | None, at: datetime) -> Answer:
    """Answer for one act. action: of TAKING_ACTIONS or OTHER_ACTIONS.  lot: canonical URI, where one is touched.

    An open hold refuses whatever `at` is, and one that was released refuses for the time that it lasted.
    Papers are judged as they were at `at`; where none are asked for the answer is "not recorded".
    Raises: ValueError for an unknown action.
    """
    if action not in TAKING_ACTIONS | OTHER_ACTIONS:
        raise ValueError(f"no such action: {action}")
    taking = lot is not None and action in TAKING_ACTIONS
    if lot is not None and taking and (hold := _hold_at(db, lot, at)) is not None:
        return Answer("refused", "held_lot_moved", f"the lot is on hold ({hold})")
    standing = _standing(db, party, action, lot, at)
    if standing.answer == "refused":
        return standing
    if lot is not None and action in ("ship", "sell", "list") and not _inspected(db, lot):
        return Answer("not_recorded", "inspection_not_recorded", "no inspection of this lot is recorded")
    return standing


def _standing(db: Connection, party: str, action: str, lot: str | None, at: datetime) -> Answer:
    if action in ROLES_OF_ACTIONS:
        category = _category(db, lot) if lot is not None else None
        found = Register(lambda: db).standing_for(party, action, category, at)
        if found.answer != "not_recorded":
            return Answer(found.answer, found.code, found.because, found.hint)
    return Answer("not_recorded", "qualification_not_recorded", f"no qualification of {party} is recorded")


def _category(db: Connection, lot: str) -> str | None:
    body = get_record(db, "product", LotId.parse(lot).gtin14) or {}
    category: str | None = body.get("category")
    return category


def not_recorded(uow: UnitOfWork, kind: Kind, got: Gathered, *, own: bool) -> Iterator[Problem]:
    """Return what an own act finds missing in papers of a lot: a finding, never a refusal."""
    if not own:
        return
    for move in got.movements:
        row = got.lots[move.lot]
        if (
            kind.effect in (Effect.SHIP, Effect.SELL)
            and not _was_inspected(uow, row)
            and not _said(uow, row.id)
        ):
            yield Problem(row.uri, "inspection_not_recorded", "no inspection of this lot is recorded")


def _hold_at(db: Connection, lot: str, at: datetime) -> str | None:
    statement = (
        select(Hold.code)
        .join(Lot, Lot.id == Hold.lot)
        .where(Lot.uri == lot, or_(Hold.until.is_(None), and_(Hold.since <= at, Hold.until > at)))
    )
    return db.execute(statement.limit(1)).scalar()


def _inspected(db: Connection, lot: str) -> bool:
    statement = (
        select(EventRow.submission)
        .join(EventLot, EventLot.submission == EventRow.submission)
        .join(Lot, Lot.id == EventLot.lot)
        .where(Lot.uri == lot, EventRow.kind == "inspection", EventRow.voided_by.is_(None))
    )
    return db.execute(statement.limit(1)).first() is not None


def _was_inspected(uow: UnitOfWork, row: LotRow) -> bool:
    if uow.ahead is not None and row.id not in uow.ahead.inspected:
        return False
    return _inspected(uow.db, row.uri)


def _said(uow: UnitOfWork, lot: int) -> bool:
    if uow.ahead is not None and (lot, "inspection_not_recorded") not in uow.ahead.found:
        return False
    statement = select(Finding.id).where(
        Finding.lot == lot, Finding.code == "inspection_not_recorded", Finding.closed_by.is_(None)
    )
    return uow.db.execute(statement.limit(1)).first() is not None
