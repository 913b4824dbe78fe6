"""What is to be corrected, and the events that it is about: which of them need an act, and which cannot be.

Nothing is written here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from lotproof.epcis.event import Event
from lotproof.kernel.errors import RefusedError
from lotproof.ledger import tables as t
from lotproof.ledger.submitting import content_digest
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots import events
from lotproof.lots.drafting import Author, content_of
from lotproof.lots.gathering import take_turns
from lotproof.lots.models import EventLot, EventRow
from lotproof.lots.native import Fact, build_event
from lotproof.lots.recall import lock
from lotproof.lots.restating import fact_of
from lotproof.proof.merkle import leaf_hash
from lotproof.storage.engine import in_batches

VOIDED, REPLACED, STOOD, UNCHANGED = "voided", "replaced", "stood", "unchanged"
Restate = Callable[[Fact], Fact]
"""Returns the fact as it really was. Raises: InvalidInputError whose problems say where they are."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One event that is to be corrected. where: names the row in problems.  entry: its index on the log.

    error: "incorrect_data" (`restate` says what is right), "did_not_occur", or None where nothing may have changed.
    leaf_hash (hex), kind: what the row says of the event besides, None where it does not; it has to fit.
    """

    where: str
    entry: int
    author: Author
    error: str | None
    restate: Restate
    leaf_hash: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """What came of one wish. outcome: "voided", "replaced", "stood" (was so before) or "unchanged".

    declared, recorded: submissions of the errorDeclaration and of the replacement.  before, after: the fact, where it
    was replaced.
    """

    where: str
    entry: int
    outcome: str
    declared: int | None = None
    recorded: int | None = None
    before: Fact | None = None
    after: Fact | None = None


@dataclass(slots=True)
class Case:
    """A wish with the event that it is about."""

    wish: Wish
    row: Row[Any]
    before: Fact | None
    after: Fact | None
    done: Corrected | None = None


def named_events(uow: UnitOfWork, wishes: Sequence[Wish]) -> dict[int, tuple[Row[Any], Mapping[str, Any]]]:
    """Return the events of these entries by index, each with its hidden parts; locked, with the lots that they touch.

    Locked once, and in the order in which a single event is: turns, lots, events. So nobody else corrects them
    meanwhile, and no two writers wait for each other.
    """
    entries = sorted({wish.entry for wish in wishes})
    submissions = [one for some in in_batches(entries) for one in uow.db.execute(
        select(t.entry.c.submission).join(EventRow, EventRow.submission == t.entry.c.submission)
        .where(t.entry.c.entry_index.in_(some))).scalars()]  # fmt: skip
    full = events.full_events(uow.db, submissions, uow.blobs)
    take_turns(uow, map(Event, full.values()))
    _lock_lots_of(uow, submissions)
    return {row.entry_index: (row, full[row.submission]) for row in _locked(uow, submissions)}


def _lock_lots_of(uow: UnitOfWork, submissions: Sequence[int]) -> None:
    touched = [lot for some in in_batches(submissions) for lot in uow.db.execute(
        select(EventLot.lot).where(EventLot.submission.in_(some)).distinct()).scalars()]  # fmt: skip
    for some in in_batches(sorted(set(touched))):
        lock(uow, some)


def _locked(uow: UnitOfWork, submissions: Sequence[int]) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    for some in in_batches(sorted(submissions)):
        statement = (
            select(t.entry.c.entry_index, t.entry.c.leaf, EventRow.submission, EventRow.kind, EventRow.party,
                   EventRow.event_time, EventRow.voided_by, EventRow.corrects)
            .join(EventRow, EventRow.submission == t.entry.c.submission)
            .where(EventRow.submission.in_(some))
            .order_by(EventRow.submission)
            .with_for_update(of=EventRow.__table__)
        )  # fmt: skip
        found += uow.db.execute(statement)
    return found


def case_of(uow: UnitOfWork, wish: Wish, row: Row[Any], raw: Mapping[str, Any]) -> Case:
    """Return a wish with its event, and with what came of it where no act is needed.

    Raises: RefusedError, or what `restate` raises, where it cannot be.
    """
    _same_event(wish, row)
    if wish.error == "did_not_occur":
        case = Case(wish, row, None, None)
    elif (before := fact_of(raw)) is not None:
        case = Case(wish, row, before, wish.restate(before))
    elif wish.error is None:
        return Case(wish, row, None, None, Corrected(wish.where, wish.entry, UNCHANGED))
    else:
        raise refused(
            "not_restatable",
            f"entry {wish.entry} says more than a table can hold",
            "declare it did_not_occur, and capture the right document",
        )
    case.done = _as_it_stands(uow, case)
    return case


def _same_event(wish: Wish, row: Row[Any]) -> None:
    if wish.leaf_hash is not None and leaf_hash(row.leaf).hex() != wish.leaf_hash:
        raise refused(
            "other_event",
            f"entry {wish.entry} of this log is another event than the one in the row",
            "the table was made from another log",
        )
    if wish.kind is not None and row.kind != wish.kind:
        raise refused(
            "other_kind",
            f"entry {wish.entry} is of kind {row.kind}",
            "a kind cannot be corrected: declare the event did_not_occur, and record the right one",
        )


def _as_it_stands(uow: UnitOfWork, case: Case) -> Corrected | None:
    """What needs no act: what did not change, and what was corrected just so before."""
    wish, row = case.wish, case.row
    changed = case.after is None or case.before is None or build_event(case.after) != build_event(case.before)
    if wish.error is None:
        if changed:
            raise refused("error_missing", f"it says something else than entry {wish.entry}",
                           "state in the column error why: incorrect_data or did_not_occur")  # fmt: skip
        return Corrected(wish.where, wish.entry, UNCHANGED)
    if not changed:
        raise refused("nothing_changed", f"it says what entry {wish.entry} says",
                       "change what is wrong, or declare the event did_not_occur")  # fmt: skip
    return _done_before(uow, case) if row.voided_by is not None else None


def _done_before(uow: UnitOfWork, case: Case) -> Corrected:
    """The answer for an event that was corrected.

    Raises: RefusedError `already_corrected` where it was corrected by others, or otherwise.
    """
    wish, row, db = case.wish, case.row, uow.db
    declared = db.execute(select(EventRow.party).where(EventRow.submission == row.voided_by)).scalar_one()
    said = events.full_event(db, row.voided_by, None)["errorDeclaration"].get("reason")
    again = _standing(uow, case) if case.after else None
    if declared == wish.author.party and said == wish.error and (case.after is None or again):
        return Corrected(wish.where, wish.entry, STOOD, row.voided_by, again, case.before, case.after)
    index = db.execute(select(t.entry.c.entry_index).where(t.entry.c.submission == row.voided_by)).scalar()
    raise refused("already_corrected", f"entry {wish.entry} was corrected by entry {index}",
                   "correct what was recorded instead of it")  # fmt: skip


def _standing(uow: UnitOfWork, case: Case) -> int | None:
    """The submission of a standing event that says what is right, of the same party."""
    assert case.after is not None
    content = content_digest(content_of(build_event(case.after)), uow.terms.secret)
    same = select(EventRow.submission).where(
        EventRow.content == content, EventRow.party == case.wish.author.party
    )
    return uow.db.execute(
        same.where(EventRow.voided_by.is_(None), EventRow.corrects.is_(None)).limit(1)
    ).scalar()


def refused(code: str, message: str, hint: str) -> RefusedError:
    """Return the refusal of one wish."""
    return RefusedError(code, message, hint)
