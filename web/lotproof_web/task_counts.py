"""The counts under one's tasks: each leads to a list, costs one statement, and is left out where it is nothing."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission
from lotproof.suppliers.models import Application
from lotproof.suppliers.states import WITH_REVIEWERS
from lotproof_web.bell import unread
from lotproof_web.words.mark import N_

Found = tuple[int, str, str] | None
"""How many of what, and the address of the list."""


def notices(db: Connection, actor: Actor, now: datetime) -> Found:
    """What one has not read."""
    del now
    n = unread(db, actor)
    return (n, N_("unread notices"), "/notices") if n else None


def applications(db: Connection, actor: Actor, now: datetime) -> Found:
    """What waits for reviewers."""
    del now
    if not actor.may(Permission.REVIEW_ANY):
        return None
    n = db.execute(select(func.count()).where(Application.state.in_(WITH_REVIEWERS))).scalar_one()
    return (n, N_("applications to decide"), "/review/") if n else None
