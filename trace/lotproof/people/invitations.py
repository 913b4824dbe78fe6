"""Invite somebody to an organisation: by a link and by a short code, for two weeks, once, until it is revoked.

Whoever has the link or the code may join, so it says what it is worth: working roles only.
"""

from base64 import b32encode, urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from lotproof.kernel.errors import NotFoundError
from lotproof.people import throttle
from lotproof.people.actor import Actor
from lotproof.people.contacts import Contact
from lotproof.people.deeds import note
from lotproof.people.entrance import Entrance
from lotproof.people.letting_in import find_account
from lotproof.people.members import join, working_roles
from lotproof.people.models import Account
from lotproof.people.organisation_models import Invitation
from lotproof.people.own_rows import name_of_party
from lotproof.people.permissions import Permission
from lotproof.people.roles import Role
from lotproof.storage.engine import writing

LASTS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Invited:
    """What opens an invitation, shown this once. token: of the link; code: as ABCD-EFGH."""

    id: int
    token: str
    code: str


def invite(
    db: Connection, entrance: Entrance, actor: Actor, contact_text: str, words: Collection[str]
) -> Invited:
    """Ask somebody to join the organisation that one acts for.

    Raises: ForbiddenError `not_allowed`, `granted_by_operators`; InvalidInputError `invalid_contact`, `unknown_role`.
    """
    actor.require(Permission.MANAGE_MEMBERS)
    contact, roles, now = Contact.parse(contact_text), working_roles(words), entrance.now()
    token = urlsafe_b64encode(entrance.entropy(16)).rstrip(b"=").decode()
    code = b32encode(entrance.entropy(5)).decode()
    row = {
        "party": actor.acting_for,
        "link": _link(token),
        "code": _code(entrance, code),
        "channel": contact.channel,
        "contact": contact.value,
        "roles": " ".join(roles),
        "made_by": actor.account,
        "made_at": now,
        "expires_at": now + LASTS,
    }
    id = int(db.execute(insert(Invitation).returning(Invitation.id), row).scalar_one())
    note(db, actor, now, "invite", "invitation", str(id), roles=row["roles"])
    known = find_account(db, contact)
    if known is not None:
        values = {"organisation": name_of_party(db, actor.acting_for), "inviter": actor.name}
        entrance.tell(db, [known.id], "invited", "invitation", str(id), values, now, f"invitation {id}")
    return Invited(id, token, f"{code[:4]}-{code[4:]}")


def open_invitations(db: Connection, party: str, now: datetime) -> list[Any]:
    """Return the invitations that can still be taken, newest first."""
    rows = select(Invitation.__table__).where(Invitation.party == party, *_open(now))
    return list(db.execute(rows.order_by(Invitation.id.desc())))


def revoke_invitation(db: Connection, actor: Actor, id: int, now: datetime) -> None:
    """Take an invitation back. Raises: ForbiddenError; NotFoundError `no_such_invitation`."""
    actor.require(Permission.MANAGE_MEMBERS)
    mine = (Invitation.id == id) & (Invitation.party == actor.acting_for)
    if db.execute(update(Invitation).where(mine, *_open(now)).values(revoked_at=now)).rowcount != 1:
        raise no_such_invitation()
    note(db, actor, now, "revoke_invitation", "invitation", str(id))


def find_invitation(db: Connection, token: str, now: datetime) -> Any:
    """Return the invitation that a link leads to. Raises: NotFoundError `no_such_invitation`."""
    row = db.execute(
        select(Invitation.__table__).where(Invitation.link == _link(token), *_open(now))
    ).one_or_none()
    if row is None:
        raise no_such_invitation()
    return row


def invitations_for(db: Connection, account: int, now: datetime, id: int | None = None) -> list[Any]:
    """Return the open invitations that were sent to a number or address that she has proved to be hers."""
    sent_to = or_(Invitation.contact == Account.phone, Invitation.contact == Account.mail)
    rows = select(Invitation.__table__).join(Account, (Account.id == account) & sent_to).where(*_open(now))
    rows = rows if id is None else rows.where(Invitation.id == id)
    return list(db.execute(rows.order_by(Invitation.id)))


def accept_own(db: Connection, actor: Actor, id: int, now: datetime) -> str:
    """Join by an invitation to one's own number or address. Raises: NotFoundError `no_such_invitation`."""
    hers = invitations_for(db, actor.account or 0, now, id)
    party = _accept(db, actor, Invitation.id == hers[0].id, now) if hers else None
    if party is None:
        raise no_such_invitation()
    return party


def accept_link(db: Connection, actor: Actor, token: str, now: datetime) -> str:
    """Join by the link; returns the party URI. Raises: NotFoundError `no_such_invitation`."""
    party = _accept(db, actor, Invitation.link == _link(token), now)
    if party is None:
        raise no_such_invitation()
    return party


def accept_code(entrance: Entrance, actor: Actor, code: str) -> str:
    """Join by the code; returns the party URI. Raises: NotFoundError `no_such_invitation`, TooManyTriesError."""
    typed = "".join(char for char in code.upper() if char.isalnum())[:40]
    now = entrance.now()
    with writing(entrance.engine) as db:
        throttle.charge(db, throttle.CODE_WORD, str(actor.account), now)
        party = _accept(db, actor, Invitation.code == _code(entrance, typed), now)
        if party is not None:
            throttle.forgive(db, throttle.CODE_WORD, str(actor.account))
    if party is None:
        raise no_such_invitation()
    return party


def no_such_invitation() -> NotFoundError:
    """One error for what never was, is used, revoked or too old."""
    return NotFoundError(
        "no_such_invitation",
        "this invitation is used, taken back, too old, or never was",
        "ask the organisation's owner for another one",
    )


def _accept(db: Connection, actor: Actor, opened: Any, now: datetime) -> str | None:
    assert actor.account is not None
    used = update(Invitation).where(opened, *_open(now)).values(used_at=now, used_by=actor.account)
    row = db.execute(
        used.returning(Invitation.id, Invitation.party, Invitation.roles, Invitation.made_by)
    ).first()
    if row is None:
        return None
    join(db, actor.account, row.party, [Role(word) for word in row.roles.split()], row.made_by, now)
    note(db, actor, now, "join", "party", row.party, roles=row.roles, invitation=row.id)
    return str(row.party)


def _open(now: datetime) -> tuple[Any, ...]:
    return (Invitation.used_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now)


def _link(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _code(entrance: Entrance, code: str) -> bytes:
    return entrance.digest("invitation code", code)
