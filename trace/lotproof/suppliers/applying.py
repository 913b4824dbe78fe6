"""Apply: begin, hand in papers, say what they say, submit, withdraw. The applicant does it, or staff for her."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from lotproof.documents.models import Document
from lotproof.documents.queries import get as get_document
from lotproof.kernel.errors import ForbiddenError, InvalidInputError, NotFoundError, Problem, RefusedError
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.notices import deadlines, working_days
from lotproof.notices.holidays import holidays
from lotproof.notices.recipients import people_with
from lotproof.notices.telling import tell
from lotproof.parties.deciding import note_decision
from lotproof.parties.document_types import DOCUMENT_TYPES
from lotproof.parties.qualified import Register
from lotproof.parties.records import get_record
from lotproof.parties.requirements import ROLES
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission
from lotproof.people.roles import Role
from lotproof.storage.base import table_of
from lotproof.suppliers.access import application_for, changeable, move
from lotproof.suppliers.history import note_step
from lotproof.suppliers.lacking import Handed, problems_before_submission, wanted_of
from lotproof.suppliers.models import Application, ApplicationDocument
from lotproof.suppliers.naming import name_of, short
from lotproof.suppliers.states import OPEN, REVIEW_DAYS, State
from lotproof.suppliers.summary import refresh

LONGEST = 200
_PAPER = table_of(ApplicationDocument)


@dataclass(frozen=True, slots=True)
class Said:
    """What a paper says, as it was typed. Empty texts and None: nothing yet."""

    number: str = ""
    issuer: str = ""
    scope: Sequence[str] = ()
    valid_from: date | None = None
    valid_to: date | None = None


def start(
    db: Connection,
    actor: Actor,
    party: str,
    role: str,
    category: str,
    now: datetime,
    entropy: Callable[[int], bytes],
) -> str:
    """Begin an application and return its id.

    Raises: ForbiddenError; InvalidInputError `invalid_application`; NotFoundError; RefusedError `already_open`.
    """
    is_for_other = party != actor.party
    actor.require(Permission.APPLY_ANY if is_for_other else Permission.APPLY)
    if role not in ROLES or not category.strip() or len(category) > LONGEST:
        wrong = Problem("role", "unknown_role", f"{role!r} is not one of {', '.join(ROLES)}")
        raise InvalidInputError(
            "invalid_application", "there is no such role or category", "choose one", [wrong]
        )
    if get_record(db, "party", party) is None:
        raise NotFoundError("unknown_party", f"{party} is not registered here", "register it first")
    same = (Application.party == party) & (Application.role == role) & (Application.category == category)
    if db.execute(select(Application.id).where(same, Application.state.in_(OPEN))).first():
        raise RefusedError("already_open", "an application for this is open", "go on with that one")
    id = f"urn:uuid:{UUID(bytes=entropy(16), version=4)}"
    row = {
        "id": id, "party": party, "role": role, "category": category, "state": State.DRAFT, "version": 1,
        "started_by": actor.account, "is_for_other": is_for_other, "started_at": now, "claimed_name": "",
        "decided_name": "", "reason": "",
    }  # fmt: skip
    db.execute(insert(Application), row)
    note_step(db, actor, now, id, "start")
    refresh(db, [party], now)
    return id


def add_paper(
    db: Connection, actor: Actor, id: str, document_type: str, document: str | None, said: Said, now: datetime
) -> int:
    """Add a paper and return its number. document: id of what was handed in, of the same party."""
    row = changeable(db, actor, id)
    if document_type not in DOCUMENT_TYPES:
        wrong = Problem("document_type", "unknown_document_type", f"{document_type!r} is no type of paper")
        raise InvalidInputError("invalid_paper", "there is no such type of paper", "choose one", [wrong])
    if document is not None:
        _require_of(db, actor, document, row.party)
    values = {"application": id, "document_type": document_type, "document": document, **_values(said)}
    made = db.execute(insert(ApplicationDocument).returning(ApplicationDocument.id), values).scalar_one()
    note_step(db, actor, now, id, "add_paper_to", document_type=document_type)
    return int(made)


def replace_document(db: Connection, actor: Actor, id: str, paper: int, document: str, now: datetime) -> None:
    """Hand in another picture of a paper, such as a clearer one."""
    row = changeable(db, actor, id)
    _require_of(db, actor, document, row.party)
    _change(db, id, paper, {"document": document})
    note_step(db, actor, now, id, "replace_paper_of", paper=paper)


def say(db: Connection, actor: Actor, id: str, paper: int, said: Said) -> None:
    """Keep what a paper says; a draft may be incomplete and wrong."""
    changeable(db, actor, id)
    _change(db, id, paper, _values(said))


def remove_paper(db: Connection, actor: Actor, id: str, paper: int, now: datetime) -> None:
    """Take a paper out of an application; the document itself stays with the documents."""
    changeable(db, actor, id)
    mine = (_PAPER.c.id == paper) & (_PAPER.c.application == id)
    if db.execute(delete(ApplicationDocument).where(mine)).rowcount != 1:
        raise _no_such_paper()
    note_step(db, actor, now, id, "remove_paper_from", paper=paper)


def submit(uow: UnitOfWork, actor: Actor, operator: str, id: str) -> None:
    """Hand an application to the reviewers. Raises: InvalidInputError `not_complete`, with all that is lacking."""
    db, now = uow.db, uow.now
    row = changeable(db, actor, id)
    handed = handed_of(db, row)
    register = Register(lambda: db)
    kind = register.party(row.party).get("kind")
    wanted = wanted_of(
        register.editions, register.papers(row.party), handed, row.role, row.category, kind, now
    )
    problems = problems_before_submission(wanted, handed)
    if problems:
        raise InvalidInputError("not_complete", "it cannot be submitted yet", "see what is lacking", problems)
    due = working_days.after(now, row.days_left or REVIEW_DAYS, holidays(db))
    move(
        db,
        row,
        row.version,
        state=State.SUBMITTED,
        submitted_at=row.submitted_at or now,
        due_at=due,
        days_left=None,
    )
    note_decision(uow, operator, id, row.party, "submitted", "", "")
    note_step(db, actor, now, id, "submit")
    name = name_of(db, row.party)
    deadlines.close(db, "more", ("application", short(id)), now)
    deadlines.open(db, "review", ("application", short(id)), Role.REVIEWER, None, due, name=name)
    told = people_with(db, None, [Role.REVIEWER])
    once = f"application {id} {row.version}"
    tell(
        db, told, "application_received", "application", short(id), {"party": name, "due_at": due}, now, once
    )
    refresh(db, [row.party], now)


def withdraw(db: Connection, actor: Actor, id: str, now: datetime) -> None:
    """Take an application back before it is decided."""
    row = application_for(db, actor, id, locked=True)
    if row.party != actor.party:
        actor.require(Permission.APPLY_ANY)
    if row.state not in OPEN:
        raise RefusedError("not_open", "it was decided already", "begin another")
    move(db, row, row.version, state=State.WITHDRAWN, due_at=None)
    for kind in ("review", "more"):
        deadlines.close(db, kind, ("application", short(id)), now)
    note_step(db, actor, now, id, "withdraw")
    refresh(db, [row.party], now)


def renew(
    db: Connection, actor: Actor, paper: Any, role: str, now: datetime, entropy: Callable[[int], bytes]
) -> str:
    """Begin an application for the next edition of a paper on record (`validity.Held`): its days are asked for anew."""
    id = start(db, actor, paper.party, role, "*", now, entropy)
    said = Said(paper.number or "", paper.issuer or "", sorted(paper.scope))
    add_paper(db, actor, id, paper.document_type, None, said, now)
    return id


def papers_in(db: Connection, id: str) -> Sequence[Any]:
    """Return the papers of an application in the order in which they were added, with the state of their documents."""
    papers = select(_PAPER, Document.state.label("document_state"), Document.scan.label("document_scan"))
    papers = papers.outerjoin(Document, Document.id == _PAPER.c.document)
    return db.execute(papers.where(_PAPER.c.application == id).order_by(_PAPER.c.id)).all()


def handed_of(db: Connection, row: Any) -> list[Handed]:
    """Return the papers of an application as the rules look at them."""
    return [handed(row.party, one) for one in papers_in(db, row.id)]


def handed(party: str, one: Any) -> Handed:
    """Return one row as the rules look at it."""
    return Handed(
        one.id,
        party,
        one.document_type,
        one.document is not None,
        one.number,
        one.scope,
        one.valid_from,
        one.valid_to,
    )


def _values(said: Said) -> dict[str, Any]:
    return {
        "number": said.number.strip()[:LONGEST],
        "issuer": said.issuer.strip()[:LONGEST],
        "scope": sorted({one.strip()[:LONGEST] for one in said.scope if one.strip()}),
        "valid_from": said.valid_from,
        "valid_to": said.valid_to,
    }


def _change(db: Connection, id: str, paper: int, values: dict[str, Any]) -> None:
    mine = (_PAPER.c.id == paper) & (_PAPER.c.application == id)
    if db.execute(update(_PAPER).where(mine).values(values)).rowcount != 1:
        raise _no_such_paper()


def _require_of(db: Connection, actor: Actor, document: str, party: str) -> None:
    if get_document(db, actor, document).subject != party:
        raise ForbiddenError("not_its_document", "this document is about somebody else", "hand in another")


def _no_such_paper() -> NotFoundError:
    return NotFoundError("no_such_paper", "this application has no such paper", "look at it again")
