"""The history of an application: who did what when, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from lotproof.people.actor import Actor
from lotproof.people.deeds import note
from lotproof.suppliers.models import Application, ApplicationStep
from lotproof.suppliers.naming import short

_MOST = 200


def note_step(
    db: Connection, actor: Actor, at: datetime, application: str, act: str, reason: str = "", **detail: Any
) -> None:
    """Add a line, and a deed to the audit page. Reasons stay here: a deed holds codes alone."""
    row = {
        "application": application,
        "at": at,
        "account": actor.account,
        "name": actor.name,
        "act": act,
        "reason": reason,
        "detail": detail,
    }
    db.execute(insert(ApplicationStep), row)
    note(db, actor, at, f"{act}_application", "application", short(application))


def steps_of(db: Connection, application: str) -> Sequence[Any]:
    """Return the lines, newest first."""
    mine = select(ApplicationStep.__table__).where(ApplicationStep.application == application)
    return db.execute(mine.order_by(ApplicationStep.id.desc())).all()


def history_of(db: Connection, party: str) -> Sequence[Any]:
    """Return the newest lines of all applications of a party."""
    mine = (
        select(ApplicationStep.__table__)
        .join(Application, Application.id == ApplicationStep.application)
        .where(Application.party == party)
    )
    return db.execute(mine.order_by(ApplicationStep.id.desc()).limit(_MOST)).all()
