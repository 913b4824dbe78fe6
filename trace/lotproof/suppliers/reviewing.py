"""Review: take an application, correct what its papers say, ask for more, approve or reject it.

- Nobody decides over an organisation that she belongs to.
- Whoever decides names the version that she looked at: of two at once exactly one decides, and the other is told.
- A decision is an entry on the party's chain, a deed, a step of the history, and a notice to the applicant.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from lotproof.documents.actions import keep_until, record_digest
from lotproof.documents.queries import get as get_document
from lotproof.kernel.errors import InvalidInputError, NotFoundError, Problem
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.notices import deadlines, working_days
from lotproof.notices.holidays import holidays
from lotproof.notices.recipients import people_with
from lotproof.notices.telling import tell
from lotproof.parties import deciding
from lotproof.parties.deciding import Paper, check_paper, note_decision
from lotproof.parties.records import get_record
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission
from lotproof.people.roles import Role
from lotproof.people.separation import refuse_own_organisation
from lotproof.storage.base import table_of
from lotproof.suppliers.access import application_for, move, with_reviewers
from lotproof.suppliers.applying import papers_in
from lotproof.suppliers.history import note_step
from lotproof.suppliers.models import ApplicationDocument
from lotproof.suppliers.naming import name_of, short
from lotproof.suppliers.states import MORE_DAYS, State
from lotproof.suppliers.summary import refresh

APPLICANTS = (Role.OWNER, Role.SUPPLIER, Role.LABORATORY, Role.CARRIER)
FIELDS = ("number", "issuer", "valid_from", "valid_to")
_KEPT_AFTER = timedelta(days=3 * 365)
"""How long a document is evidence after its paper ended."""
_PAPER = table_of(ApplicationDocument)


def claim(db: Connection, actor: Actor, id: str, version: int, now: datetime) -> None:
    """Take an application, so that others see who looks at it. Raises: RefusedError `decided_meanwhile`."""
    row = _mine_to_decide(db, actor, id)
    if row.claimed_by == actor.account and row.state == State.UNDER_REVIEW:
        return
    claimed = {"claimed_by": actor.account, "claimed_name": actor.name}
    move(db, row, version, state=State.UNDER_REVIEW, **claimed)
    note_step(db, actor, now, id, "claim")
    refresh(db, [row.party], now)


def correct(db: Connection, actor: Actor, id: str, paper: int, field: str, value: str, now: datetime) -> None:
    """Write what the document shows in the place of what was typed; the history keeps both.

    Whoever looked at what stood there before decides nothing: it is another version.
    Raises: InvalidInputError `invalid_correction`.
    """
    row = _mine_to_decide(db, actor, id, locked=True)
    mine = (_PAPER.c.id == paper) & (_PAPER.c.application == id)
    old = db.execute(select(_PAPER).where(mine)).one_or_none()
    if old is None:
        raise NotFoundError("no_such_paper", "this application has no such paper", "look at it again")
    new = _read(field, value)
    was = getattr(old, field)
    if new == was:
        return
    db.execute(update(_PAPER).where(mine).values({field: new}))
    move(db, row, row.version)
    note_step(db, actor, now, id, "correct", paper=paper, field=field, old=str(was or ""), new=str(new or ""))


def ask_for_more(uow: UnitOfWork, actor: Actor, operator: str, id: str, version: int, reason: str) -> None:
    """Ask the applicant for something; the time for a decision stands still meanwhile."""
    db, now = uow.db, uow.now
    row, said = _mine_to_decide(db, actor, id), _reason(reason)
    off = holidays(db)
    left = max(1, working_days.between(now, row.due_at, off)) if row.due_at else None
    move(
        db, row, version, state=State.MORE_WANTED, due_at=None, days_left=left, reason=said, **_claimed(actor)
    )
    note_decision(uow, operator, id, row.party, "more_wanted", said, actor.name)
    note_step(db, actor, now, id, "ask_more_of", said)
    due, name = working_days.after(now, MORE_DAYS, off), name_of(db, row.party)
    deadlines.close(db, "review", ("application", short(id)), now)
    deadlines.open(db, "more", ("application", short(id)), Role.OWNER, row.party, due, name=name)
    _tell(db, row, "application_more", {"party": name, "reason": said}, now)
    refresh(db, [row.party], now)


def approve(uow: UnitOfWork, actor: Actor, operator: str, id: str, version: int) -> list[str]:
    """Put every paper of an application on record; returns their ids.

    Raises: InvalidInputError `not_complete` with what is wrong; RefusedError `decided_meanwhile`, `document_not_clean`.
    """
    db, now = uow.db, uow.now
    row = _mine_to_decide(db, actor, id)
    papers = papers_in(db, id)
    if problems := [problem for one in papers for problem in _problems(one)]:
        raise InvalidInputError(
            "not_complete", "it cannot be approved as it stands", "correct it, or ask", problems
        )
    move(db, row, version, state=State.APPROVED, due_at=None, **_decided(actor, now))
    person = (get_record(db, "party", row.party) or {}).get("person") is True
    made = [_put_on_record(uow, actor, operator, row.party, one, person) for one in papers]
    note_decision(uow, operator, id, row.party, "approved", "", actor.name, made)
    _close(db, row, now)
    note_step(db, actor, now, id, "approve")
    _tell(db, row, "application_approved", {"party": name_of(db, row.party)}, now)
    refresh(db, [row.party], now)
    return made


def reject(uow: UnitOfWork, actor: Actor, operator: str, id: str, version: int, reason: str) -> None:
    """Say no, and why. Raises: RefusedError `decided_meanwhile`."""
    db, now = uow.db, uow.now
    row, said = _mine_to_decide(db, actor, id), _reason(reason)
    move(db, row, version, state=State.REJECTED, due_at=None, reason=said, **_decided(actor, now))
    note_decision(uow, operator, id, row.party, "rejected", said, actor.name)
    _close(db, row, now)
    note_step(db, actor, now, id, "reject", said)
    _tell(db, row, "application_rejected", {"party": name_of(db, row.party), "reason": said}, now)
    refresh(db, [row.party], now)


def _mine_to_decide(db: Connection, actor: Actor, id: str, *, locked: bool = False) -> Any:
    actor.require(Permission.REVIEW_ANY)
    row = application_for(db, actor, id, locked=locked)
    refuse_own_organisation(actor, row.party)
    with_reviewers(db, row)
    return row


def _put_on_record(uow: UnitOfWork, actor: Actor, operator: str, party: str, one: Any, person: bool) -> str:
    document = get_document(uow.db, actor, one.document)
    record_digest(uow, operator, document)
    ends = datetime.combine(one.valid_to, time(), UTC) if one.valid_to else uow.now
    keep_until(uow.db, document.id, max(ends, uow.now) + _KEPT_AFTER)
    paper = Paper(
        party, one.document_type, one.valid_from, one.valid_to, one.number or None, one.issuer or None,
        one.scope, document.sha256, person,
    )  # fmt: skip
    made = deciding.approve(uow, operator, paper, actor.name)
    uow.db.execute(update(_PAPER).where(_PAPER.c.id == one.id).values(qualification=made))
    return made


def _problems(one: Any) -> list[Problem]:
    found = check_paper(one.document_type, one.number or None, one.valid_from, one.valid_to)
    return [Problem(f"paper-{one.id}-{problem.where}", problem.code, problem.message) for problem in found]


def _read(field: str, value: str) -> Any:
    text = value.strip()
    try:
        if field in ("valid_from", "valid_to"):
            return date.fromisoformat(text) if text else None
        if field in FIELDS and len(text) <= 200:
            return text
    except ValueError:
        pass
    wrong = Problem(field, "invalid_value", "must be a date such as 2026-09-01, or a line of text")
    raise InvalidInputError("invalid_correction", f"{field} cannot be that", "correct it", [wrong])


def _reason(text: str) -> str:
    said = text.strip()
    if not 3 <= len(said) <= 1000:
        wrong = Problem("reason", "missing", "say why, in 3 to 1,000 characters")
        raise InvalidInputError("reason_missing", "a reason is needed", "the applicant reads it", [wrong])
    return said


def _claimed(actor: Actor) -> dict[str, Any]:
    return {"claimed_by": actor.account, "claimed_name": actor.name}


def _decided(actor: Actor, now: datetime) -> dict[str, Any]:
    return {"decided_by": actor.account, "decided_name": actor.name, "decided_at": now}


def _close(db: Connection, row: Any, now: datetime) -> None:
    for kind in ("review", "more"):
        deadlines.close(db, kind, ("application", short(row.id)), now)


def _tell(db: Connection, row: Any, kind: str, values: dict[str, Any], now: datetime) -> None:
    told = {*people_with(db, row.party, APPLICANTS), *([row.started_by] if row.started_by else [])}
    tell(db, sorted(told), kind, "application", short(row.id), values, now, f"{kind} {row.id} {row.version}")
