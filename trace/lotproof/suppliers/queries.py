"""Read applications, the queue of reviewers, and the list of suppliers. A fixed number of statements each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from lotproof.kernel.errors import NotFoundError
from lotproof.parties.qualified import Register
from lotproof.parties.requirements import ANY
from lotproof.parties.standing import Wanted
from lotproof.parties.validity import Held
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission
from lotproof.suppliers.access import application_for
from lotproof.suppliers.applying import handed, papers_in
from lotproof.suppliers.lacking import wanted_of
from lotproof.suppliers.models import Application, Supplier
from lotproof.suppliers.naming import called
from lotproof.suppliers.states import SOON, WITH_REVIEWERS, State

_APPLICATION, _SUPPLIER = Application.__table__, Supplier.__table__
MOST_IN_FILE = 20_000


@dataclass(frozen=True, slots=True)
class Case:
    """An application with everything that its page shows. wanted: as it would stand if it were approved now."""

    row: Any
    name: str
    kind: str
    papers: Sequence[Any]
    wanted: Sequence[Wanted]
    held: Sequence[Held]


def case_of(db: Connection, actor: Actor, id: str, now: datetime) -> Case:
    """Return an application. Four statements. Raises: NotFoundError `no_such_application`."""
    row = application_for(db, actor, id)
    papers, register = papers_in(db, id), Register(lambda: db)
    register.know(row.party)
    body, held = register.party(row.party), register.papers(row.party)
    kind = body.get("kind")
    typed = [handed(row.party, one) for one in papers]
    wanted = wanted_of(register.editions, held, typed, row.role, row.category, kind, now)
    return Case(row, called(body, row.party), kind or "", papers, wanted, held)


def applications_of(db: Connection, party: str) -> Sequence[Any]:
    """Return the applications of a party, newest first."""
    mine = select(_APPLICATION).where(_APPLICATION.c.party == party)
    return db.execute(mine.order_by(_APPLICATION.c.started_at.desc(), _APPLICATION.c.id).limit(100)).all()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list asks for; "" for whatever it is."""

    text: str = ""
    state: str = ""
    kind: str = ""
    role: str = ""
    category: str = ""
    sort: str = "name"


def queue(
    db: Connection, actor: Actor, text: str, whose: str, limit: int, offset: int
) -> tuple[Sequence[Any], int]:
    """Return applications that wait for a decision, the one that is due first at the top, and how many there are.

    whose: "mine", "free" or "" for all.
    """
    actor.require(Permission.REVIEW_ANY)
    waiting = (
        select(_APPLICATION, _SUPPLIER.c.name)
        .outerjoin(_SUPPLIER, _SUPPLIER.c.party == _APPLICATION.c.party)
        .where(_APPLICATION.c.state.in_(WITH_REVIEWERS))
    )
    if whose == "mine":
        waiting = waiting.where(_APPLICATION.c.claimed_by == actor.account)
    elif whose == "free":
        waiting = waiting.where(_APPLICATION.c.state == State.SUBMITTED)
    if text:
        waiting = waiting.where(_SUPPLIER.c.search.contains(text.lower(), autoescape=True))
    count = db.execute(select(func.count()).select_from(waiting.subquery())).scalar_one()
    order = (_APPLICATION.c.due_at, _APPLICATION.c.id)
    return db.execute(waiting.order_by(*order).limit(limit).offset(offset)).all(), count


def next_in_queue(db: Connection, actor: Actor, after: str) -> str | None:
    """Return the application that is due next and nobody else took, None where there is none."""
    mine = or_(_APPLICATION.c.claimed_by.is_(None), _APPLICATION.c.claimed_by == actor.account)
    found = select(_APPLICATION.c.id).where(
        _APPLICATION.c.state.in_(WITH_REVIEWERS), mine, _APPLICATION.c.id != after
    )
    if actor.belongs_to:
        found = found.where(_APPLICATION.c.party.not_in(sorted(actor.belongs_to)))
    return db.execute(found.order_by(_APPLICATION.c.due_at, _APPLICATION.c.id).limit(1)).scalar()


def suppliers(
    db: Connection, actor: Actor, wish: Wish, now: datetime, limit: int, offset: int
) -> tuple[Sequence[Any], int]:
    """Return suppliers, and how many there are. Two statements. Raises: ForbiddenError."""
    actor.require(Permission.READ_PARTIES_ANY)
    found = _narrowed(select(_SUPPLIER), wish, now)
    count = db.execute(_narrowed(select(func.count()).select_from(_SUPPLIER), wish, now)).scalar_one()
    orders: dict[str, tuple[Any, ...]] = {
        "ends": (_SUPPLIER.c.ends_at.is_(None), _SUPPLIER.c.ends_at),
        "changed": (_SUPPLIER.c.changed_at.desc(),),
    }
    order = orders.get(wish.sort, (_SUPPLIER.c.name,))
    return db.execute(found.order_by(*order, _SUPPLIER.c.party).limit(limit).offset(offset)).all(), count


def supplier(db: Connection, actor: Actor, party: str) -> Any:
    """Return one supplier. Raises: ForbiddenError; NotFoundError `unknown_party`."""
    actor.require(Permission.READ_PARTIES_ANY)
    row = db.execute(select(_SUPPLIER).where(_SUPPLIER.c.party == party)).one_or_none()
    if row is None:
        raise NotFoundError(
            "unknown_party", "no supplier with this number is known here", "see the list of suppliers"
        )
    return row


def categories(editions: Sequence[Any]) -> list[str]:
    """Return the product categories for which papers are asked, sorted."""
    return sorted({one.category for one in editions if one.category != ANY})


def _narrowed(found: Select[Any], wish: Wish, now: datetime) -> Select[Any]:
    if wish.text:
        for word in wish.text.lower().split()[:5]:
            found = found.where(_SUPPLIER.c.search.contains(word, autoescape=True))
    if wish.state:
        found = found.where(_in_state(wish.state, now))
    if wish.kind:
        found = found.where(_SUPPLIER.c.kind == wish.kind)
    if wish.role:
        found = found.where((" " + _SUPPLIER.c.roles + " ").contains(f" {wish.role} ", autoescape=True))
    if wish.category:
        found = found.where(_SUPPLIER.c.categories.contains(f" {wish.category} ", autoescape=True))
    return found


def _in_state(state: str, now: datetime) -> ColumnElement[bool]:
    """The same as `states.shown` says, for the database."""
    ends, standing = _SUPPLIER.c.ends_at, _SUPPLIER.c.standing
    approved = standing == "approved"
    if state == "expired":
        return and_(approved, ends <= now)
    if state == "expiring":
        return and_(approved, ends > now, ends <= now + SOON)
    if state == "approved":
        return and_(approved, or_(ends.is_(None), ends > now + SOON))
    if state in ("suspended", "revoked"):
        return standing == state
    return and_(standing == "none", _SUPPLIER.c.applying == ("" if state == "missing" else state))
