"""Which application somebody may see and change. What is not hers looks as if it were not there."""

from typing import Any

from sqlalchemy import Connection, select, update

from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission
from lotproof.suppliers.models import Application
from lotproof.suppliers.states import WITH_APPLICANT, WITH_REVIEWERS

_STAFF = (Permission.REVIEW_ANY, Permission.READ_PARTIES_ANY)


def application_for(db: Connection, actor: Actor, id: str, *, locked: bool = False) -> Any:
    """Return the row. Raises: NotFoundError `no_such_application`, also where it is another's."""
    wanted = select(Application.__table__).where(Application.id == id)
    row = db.execute(wanted.with_for_update() if locked else wanted).one_or_none()
    if row is None or not (any(map(actor.may, _STAFF)) or _is_own(actor, row)):
        raise NotFoundError("no_such_application", "there is no such application", "see the list of yours")
    return row


def changeable(db: Connection, actor: Actor, id: str) -> Any:
    """Return the row, locked, of an application that she may change.

    Raises: NotFoundError `no_such_application`; RefusedError `not_a_draft`.
    """
    row = application_for(db, actor, id, locked=True)
    if not (_is_own(actor, row) or (row.is_for_other and actor.may(Permission.APPLY_ANY))):
        actor.require(Permission.APPLY_ANY)
        raise NotFoundError("no_such_application", "there is no such application", "see the list of yours")
    if row.state not in WITH_APPLICANT:
        raise RefusedError(
            "not_a_draft",
            "it was submitted, and cannot be changed now",
            "wait for the reviewer, or withdraw it and begin another",
        )
    return row


def move(db: Connection, row: Any, version: int, **changes: Any) -> None:
    """Change an application, if nobody did since `version` was read; the version is another one then.

    Raises: RefusedError `decided_meanwhile`, which says what became of it, by whom and when.
    """
    mine = (Application.id == row.id) & (Application.version == version)
    done = db.execute(update(Application).where(mine).values(version=version + 1, **changes))
    if done.rowcount != 1:
        raise meanwhile(db, row.id)


def with_reviewers(db: Connection, row: Any) -> None:
    """Refuse what only those who review may do, where it is not with them. Raises: RefusedError `decided_meanwhile`."""
    if row.state not in WITH_REVIEWERS:
        raise meanwhile(db, row.id)


def meanwhile(db: Connection, id: str) -> RefusedError:
    """Return what to say to whoever came second."""
    now = db.execute(select(Application.__table__).where(Application.id == id)).one()
    who = now.decided_name or now.claimed_name or "somebody"
    at = f" at {now.decided_at:%Y-%m-%d %H:%M} UTC" if now.decided_at else ""
    return RefusedError(
        "decided_meanwhile",
        f"meanwhile it became {now.state.replace('_', ' ')}, by {who}{at}",
        "look at it again: nothing of yours was done",
    )


def _is_own(actor: Actor, row: Any) -> bool:
    return actor.party is not None and actor.party == row.party and actor.may(Permission.APPLY)
