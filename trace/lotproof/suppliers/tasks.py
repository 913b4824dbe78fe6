"""What applicants and reviewers have to do next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from lotproof.parties.models import Qualification
from lotproof.parties.qualified import Register
from lotproof.parties.requirements import ROLES
from lotproof.parties.standing import checklist
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission
from lotproof.people.tasks import Task
from lotproof.suppliers.models import Application, Supplier
from lotproof.suppliers.naming import paper_called, short
from lotproof.suppliers.states import SOON, WITH_APPLICANT, WITH_REVIEWERS, State

_MOST = 50


def tasks_of(db: Connection, actor: Actor, now: datetime) -> list[Task]:
    """Return what applicants have to hand in, finish and renew; the queue, for reviewers. Four statements at most."""
    if actor.may(Permission.REVIEW_ANY):
        return _of_reviewers(db, actor)
    if actor.party is not None and actor.may(Permission.APPLY):
        under_way = _under_way(db, actor.party)
        first = [] if under_way else _never_handed_in(db, actor.party, now)
        return [*first, *_drafts(under_way), *_ending(db, actor.party, now)]
    return []


def _of_reviewers(db: Connection, actor: Actor) -> list[Task]:
    mine = or_(Application.claimed_by.is_(None), Application.claimed_by == actor.account)
    waiting = (
        select(
            Application.id,
            Application.due_at,
            Application.submitted_at,
            Application.started_at,
            Supplier.name,
        )
        .outerjoin(Supplier, Supplier.party == Application.party)
        .where(Application.state.in_(WITH_REVIEWERS), mine)
    )
    if actor.belongs_to:
        waiting = waiting.where(Application.party.not_in(sorted(actor.belongs_to)))
    rows = db.execute(waiting.order_by(Application.due_at).limit(_MOST))
    return [
        Task(
            "review",
            "application",
            short(row.id),
            row.name or "",
            row.due_at,
            row.submitted_at or row.started_at,
        )
        for row in rows
    ]


def _under_way(db: Connection, party: str) -> Sequence[Any]:
    mine = select(Application.__table__).where(
        Application.party == party, Application.state.in_((*WITH_APPLICANT, *WITH_REVIEWERS))
    )
    return db.execute(mine.order_by(Application.started_at).limit(_MOST)).all()


def _never_handed_in(db: Connection, party: str, now: datetime) -> Sequence[Task]:
    """Papers that the party's roles ask for and of which none was ever on record."""
    register = Register(lambda: db)
    register.know(party)
    body = register.party(party)
    roles = [role for role in ROLES if role in body.get("roles", ())]
    if not any(one.role in roles for one in register.editions):
        return []
    held, kind = register.papers(party), body.get("kind")
    lists = [checklist(register.editions, held, role, None, kind, now) or () for role in roles]
    wanted = dict.fromkeys(one.alternatives for papers in lists for one in papers if one.held is None)
    return [
        Task(
            "hand_in_paper", "qualification", "/".join(names), " / ".join(map(paper_called, names)), None, now
        )
        for names in wanted
    ]


def _drafts(under_way: Sequence[Any]) -> Sequence[Task]:
    return [
        Task(
            "hand_in_more" if row.state == State.MORE_WANTED else "finish_application",
            "application", short(row.id), row.category if row.category != "*" else "", None, row.started_at,
        )
        for row in under_way
        if row.state in WITH_APPLICANT
    ]  # fmt: skip


def _ending(db: Connection, party: str, now: datetime) -> Sequence[Task]:
    mine = select(Qualification.document_type, Qualification.until).where(
        Qualification.party == party, Qualification.revoked_at.is_(None)
    )
    last: dict[str, datetime | None] = {}
    for row in db.execute(mine):
        known = last.get(row.document_type, row.until)
        last[row.document_type] = None if None in (known, row.until) else max(known, row.until)
    return [
        Task("renew_paper", "qualification", type_name, paper_called(type_name), until, until - SOON)
        for type_name, until in sorted(last.items())
        if until is not None and until <= now + SOON
    ]
