"""The one door by which an event enters: check, record, apply, find, hold. Own acts and documents alike.

- An own act with a problem that refuses does not happen: the transaction rolls back, nothing is recorded.
- A document from outside is kept as evidence; the same problems become findings, and conflicts hold the lots.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from lotproof.epcis.event import Event
from lotproof.kernel.errors import Problem, RefusedError
from lotproof.kernel.identifiers import LotId
from lotproof.ledger.submitting import content_digest
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots import findings, holds, may
from lotproof.lots.apply import Stamp, apply
from lotproof.lots.checks import check, held_now
from lotproof.lots.drafting import Author, Sign, draft, sign_here
from lotproof.lots.findings import STANDING, Found, Opened
from lotproof.lots.gathering import Gathered, gather
from lotproof.lots.intervals import settle_intervals
from lotproof.lots.kinds import Effect, classify
from lotproof.lots.lot_rows import LotRow
from lotproof.lots.models import Finding, Hold
from lotproof.lots.native import Fact, build_event
from lotproof.lots.papers import check_papers
from lotproof.lots.problems import CODES
from lotproof.lots.public_id import drafted_id
from lotproof.storage.engine import in_batches

_NEXT_INSTANT = timedelta(milliseconds=1)  # as precise as an event is written
HELD_TOGETHER = 200  # lots in one hold entry: as many chains as an entry may name


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of an event. repeated: the same event of the same party stands already, nothing was done."""

    submission: int
    repeated: bool
    findings: tuple[Found, ...] = ()


def enter(
    uow: UnitOfWork,
    operator: str,
    author: Author,
    raw: Mapping[str, Any],
    sign: Sign = sign_here,
    *,
    replaces: bool = False,
    deferred: Opened | None = None,
) -> Entered:
    """Let an event in. operator: party URI that signs holds.  sign: how the event itself is signed.

    replaces: it takes the place of an event that this transaction corrected. Where two people approved that, it
    may have happened before a hold that is open now.
    deferred: collects what was found, for a `place_due_holds` after further events; None holds lots at once.
    Raises: RefusedError (own acts), InvalidInputError `event_too_large`, NotFoundError `no_signing_key`.
    """
    if raw.get("errorDeclaration"):
        from lotproof.lots.corrections import (
            enter_correction,
        )  # it enters through here, and holds by `place_holds`

        return enter_correction(uow, operator, author, raw, sign=sign, deferred=deferred)
    event = Event(raw)
    kind = classify(event)
    if author.role == "author" and kind.effect is Effect.RELEASE:
        holds.require_two_people(uow, author, "a release")
    drafted = draft(uow, author, event, kind)
    got = gather(uow, event, kind, content_digest(drafted.content, uow.terms.secret))
    done = sign(uow, drafted)
    if done.repeated:
        return Entered(done.id, True)
    problems = judge(uow, author, got)
    if author.role == "author":
        excused = replaces and holds.has_two_people(uow, author)
        refuse([*problems, *(() if excused else held_now(kind, got.facts))])
    opened = Opened()
    take_effect(
        uow, author, got, Stamp(done.id, done.content, author.party, drafted_id(drafted)), problems, opened
    )
    return Entered(done.id, False, settle_holds(uow, operator, opened, deferred))


def judge(uow: UnitOfWork, author: Author, got: Gathered) -> list[Problem]:
    """Return everything that speaks against an event, or is missing beside it."""
    own = author.role == "author"
    return [
        *check(got.kind, got.facts),
        *check_papers(uow, author, got),
        *may.not_recorded(uow, got.kind, got, own=own),
    ]


def take_effect(
    uow: UnitOfWork, author: Author, got: Gathered, stamp: Stamp, problems: Sequence[Problem], opened: Opened
) -> None:
    """Let an event that stands on the log work: totals, edges, containers, holds, findings. A rebuild calls it too."""
    if apply(uow, got, stamp):
        _change_holds(uow, author, got, stamp.submission)
        _find(uow, got, problems, stamp.submission, opened)


def refuse(problems: Sequence[Problem]) -> None:
    """Raise RefusedError with every problem that refuses an own act; its code is that of the first."""
    serious = [problem for problem in problems if CODES[problem.code].refuses]
    if serious:
        first = serious[0]
        about = f"{first.where}: " if first.where else ""
        raise RefusedError(first.code, about + first.message, CODES[first.code].hint, serious)


def _change_holds(uow: UnitOfWork, author: Author, got: Gathered, submission: int) -> None:
    if got.kind.effect in (Effect.HOLD, Effect.RECALL):
        holds.apply_hold(uow, got, submission)
    elif got.kind.effect is Effect.RELEASE and author.role == "author":
        holds.apply_release(uow, got, submission)


def _find(
    uow: UnitOfWork, got: Gathered, problems: Sequence[Problem], submission: int, opened: Opened
) -> None:
    # What totals say is judged after the event, by `settle_standing`: late facts then close it again.
    at_event = [p for p in problems if p.code not in STANDING]
    findings.open_findings(uow, at_event, got.lots, submission, opened)
    findings.settle_standing(uow, got.lots, submission, opened)
    known = [row for row in got.lots.values() if not row.is_new]
    if got.kind.effect in (Effect.HOLD, Effect.RECALL):
        findings.recheck_moves(uow, known, got.lots, got.event.event_time, opened)
    else:
        for row in known:
            _recheck(uow, got, row, submission, opened)


def _recheck(uow: UnitOfWork, got: Gathered, row: LotRow, submission: int, opened: Opened) -> None:
    """A late fact checks the later facts of its lots again."""
    if got.kind.effect is Effect.PLANT and row is got.cycle:
        settle_intervals(uow, submission, opened, cycle=row.uri)
    elif got.kind.effect is Effect.TREAT and row is got.cycle:
        findings.recheck_harvests(uow, row, submission, opened)
    elif any(m.total == "created" and m.lot == row.uri for m in got.movements):
        findings.recheck_times(uow, row, got.lots, submission, opened)
    elif got.kind.name == "inspection":
        findings.close_findings(uow, row.id, ["inspection_not_recorded"], submission)


def settle_holds(
    uow: UnitOfWork, operator: str, opened: Opened, deferred: Opened | None
) -> tuple[Found, ...]:
    """Hold what one event's conflicts ask for, or leave that to a `place_due_holds`; returns what is settled."""
    if deferred is None:
        return place_holds(uow, operator, opened)
    for code, rows in sorted(opened.to_hold.items()):
        fresh = not_held(code, rows)
        deferred.to_hold.setdefault(code, []).extend(fresh)
        waiting = {row.id for row in fresh}
        link_hold(uow, code, [row.id for row in rows if row.id not in waiting])
    deferred.found += opened.found
    return ()


def place_due_holds(uow: UnitOfWork, operator: str, deferred: Opened) -> tuple[Found, ...]:
    """As `place_holds` after several events, for what none of them settled again; returns what stands of it."""
    stands = findings.still_open(uow, deferred.found)
    left = Opened([one for one in deferred.found if (one.submission, one.code, one.lot) in stands])
    wanted = {(one.code, one.lot) for one in left.found}
    for code, rows in deferred.to_hold.items():
        by_id = {row.id: row for row in rows if (code, row.uri) in wanted}
        if by_id:
            left.to_hold[code] = list(by_id.values())
    return place_holds(uow, operator, left)


def place_holds(uow: UnitOfWork, operator: str, opened: Opened) -> tuple[Found, ...]:
    """Hold the lots of every conflict by entries of the operator's party; returns all that was found."""
    for code, rows in sorted(opened.to_hold.items()):
        fresh = not_held(code, rows)
        for start in range(0, len(fresh), HELD_TOGETHER):
            _hold(uow, operator, code, fresh[start : start + HELD_TOGETHER])
        link_hold(uow, code, [row.id for row in rows])
    return tuple(opened.found)


def not_held(code: str, rows: Sequence[LotRow]) -> list[LotRow]:
    """Return the lots that this finding does not hold already."""
    return [row for row in rows if code not in {held for held, _since in row.held}]


def _hold(uow: UnitOfWork, operator: str, code: str, rows: Sequence[LotRow]) -> None:
    lots = tuple(LotId.parse(row.uri) for row in sorted(rows, key=lambda row: row.uri))
    at = uow.now
    # An equal hold of this very instant was released: that one must not be taken for this one.
    while enter(uow, operator, Author(operator), _hold_event(at, lots, code)).repeated:
        at += _NEXT_INSTANT


def _hold_event(at: datetime, lots: tuple[LotId, ...], code: str) -> Mapping[str, Any]:
    return build_event(Fact("hold", at, lots=lots, code=code, reason=f"finding: {code}"))


def link_hold(uow: UnitOfWork, code: str, lots: Sequence[int]) -> None:
    """Let the open findings of a code on these lots say which hold they led to."""
    led: dict[int, list[int]] = {}
    for some in in_batches(lots):
        newest = select(func.max(Hold.id)).where(Hold.lot.in_(some), Hold.code == code, Hold.until.is_(None))
        holds = select(Hold.lot, Hold.submission).where(Hold.id.in_(newest.group_by(Hold.lot)))
        for lot, submission in uow.db.execute(holds):
            led.setdefault(submission, []).append(lot)
    waiting = (Finding.code == code) & Finding.hold.is_(None) & Finding.closed_by.is_(None)
    for submission, mine in led.items():
        for some in in_batches(mine):
            uow.db.execute(update(Finding).where(Finding.lot.in_(some), waiting).values(hold=submission))
