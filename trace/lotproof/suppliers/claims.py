"""Hand an application that staff entered over to whom it is about: a link, shown once as a QR code, that works once.

Whoever opens it signs in and becomes owner of the organisation. Only the digest of its token is kept.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.notices.upserts import upsert
from lotproof.parties.records import get_record
from lotproof.people.actor import Actor
from lotproof.people.members import join
from lotproof.people.models import Membership, Organisation
from lotproof.people.permissions import Permission
from lotproof.people.roles import Role
from lotproof.suppliers.access import application_for
from lotproof.suppliers.history import note_step
from lotproof.suppliers.models import Application, ApplicationClaim

LASTS = timedelta(days=14)


def make_claim(
    db: Connection, actor: Actor, id: str, now: datetime, entropy: Callable[[int], bytes]
) -> tuple[str, datetime]:
    """Return the token of a new link and when it ends; those that were made before end now.

    Raises: ForbiddenError; NotFoundError; RefusedError `not_for_other`, `has_owner`.
    """
    actor.require(Permission.APPLY_ANY)
    row = application_for(db, actor, id)
    if not row.is_for_other:
        raise RefusedError(
            "not_for_other", "its applicant entered it herself", "there is nothing to hand over"
        )
    _refuse_owned(db, row.party)
    token = urlsafe_b64encode(entropy(32)).rstrip(b"=").decode()
    open_ones = (ApplicationClaim.application == id) & ApplicationClaim.used_at.is_(None)
    db.execute(update(ApplicationClaim).where(open_ones).values(expires_at=now))
    made = {
        "digest": _digest(token), "application": id, "made_by": actor.account, "made_at": now,
        "expires_at": now + LASTS,
    }  # fmt: skip
    db.execute(insert(ApplicationClaim), made)
    note_step(db, actor, now, id, "hand_over")
    return token, now + LASTS


def find_claim(db: Connection, token: str, now: datetime) -> Any:
    """Return the application that a token leads to. Raises: NotFoundError `no_such_claim`, whatever is wrong."""
    found = db.execute(
        select(ApplicationClaim.id, Application.party, Application.id.label("application"))
        .join(Application, Application.id == ApplicationClaim.application)
        .where(
            ApplicationClaim.digest == _digest(token),
            ApplicationClaim.used_at.is_(None),
            ApplicationClaim.expires_at > now,
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError("no_such_claim", "this link is over, or was used already", "ask for a new one")
    return found


def take_claim(db: Connection, actor: Actor, token: str, now: datetime) -> str:
    """Become the owner of the organisation; returns the application. Of two at once only one does.

    Raises: NotFoundError `no_such_claim`; RefusedError `has_owner`.
    """
    found = find_claim(db, token, now)
    mine = (ApplicationClaim.id == found.id) & ApplicationClaim.used_at.is_(None)
    done = db.execute(update(ApplicationClaim).where(mine).values(used_at=now, used_by=actor.account))
    if done.rowcount != 1:
        raise NotFoundError("no_such_claim", "this link was used at this moment", "ask for a new one")
    # Links of two applications of one party are taken one after the other: it gets one owner.
    its = select(Application.id, Application.role).where(Application.party == found.party)
    roles = {row.id: row.role for row in db.execute(its.order_by(Application.id).with_for_update())}
    _refuse_owned(db, found.party)
    assert actor.account is not None
    join(db, actor.account, found.party, (Role.OWNER, Role(roles[found.application])), None, now)
    _keep_kind(db, found.party, now)
    note_step(db, actor, now, found.application, "take_over")
    return str(found.application)


def _keep_kind(db: Connection, party: str, now: datetime) -> None:
    """Of one that the operator put on the log alone, keep what the log says of its kind, for its pages."""
    kind = (get_record(db, "party", party) or {}).get("kind")
    if kind is not None:
        row = {"party": party, "kind": kind, "created_at": now}
        db.execute(upsert(db, Organisation).values(row).on_conflict_do_nothing(index_elements=["party"]))


def _refuse_owned(db: Connection, party: str) -> None:
    owned = select(Membership.id).where(
        Membership.party == party, Membership.until.is_(None), Membership.roles.contains(Role.OWNER)
    )
    if db.execute(owned.limit(1)).first() is not None:
        raise RefusedError("has_owner", "the organisation has an owner", "she invites others herself")


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
