"""Let somebody in whose name was proved: begin her session, or ask for her second step first."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.people import challenges
from lotproof.people.actor import Actor
from lotproof.people.challenges import Purpose
from lotproof.people.contacts import Contact
from lotproof.people.deeds import note
from lotproof.people.entrance import Entrance, Step, Visitor
from lotproof.people.models import Account, Session
from lotproof.people.sessions import LONGEST_AGENT, begin_session


def find_account(db: Connection, contact: Contact, *, locked: bool = False) -> Any:
    """Return the row of the account that is known by this contact, None where nobody is, or she left."""
    column = Account.phone if contact.channel == "sms" else Account.mail
    rows = select(Account.__table__).where(column == contact.value, Account.deactivated_at.is_(None))
    return db.execute(rows.with_for_update() if locked else rows).one_or_none()


def let_in(
    db: Connection, entrance: Entrance, account: Any, visitor: Visitor, now: datetime, by: str
) -> Step:
    """Go on with an account. account: its row.  by: how she proved who she is, "password" or "code"."""
    if account.totp_secret is not None:
        second = challenges.begin(db, Purpose.SECOND_STEP, now, entrance.entropy, account=account.id)
        return Step(second=second)
    return open_door(db, entrance, account.id, visitor, now, by)


def open_door(
    db: Connection, entrance: Entrance, account: int, visitor: Visitor, now: datetime, by: str
) -> Step:
    """Begin the session, with a token that nobody knew before; a browser that is new to the account is told of."""
    _tell_of_new_browser(db, entrance, account, visitor, now)
    token = begin_session(db, account, now, entrance.entropy, agent=visitor.agent, address=visitor.address)
    note(db, actor_for(account), now, "sign_in", "account", str(account), address=visitor.address, by=by)
    return Step(token=token)


def _tell_of_new_browser(
    db: Connection, entrance: Entrance, account: int, visitor: Visitor, now: datetime
) -> None:
    agent = visitor.agent[:LONGEST_AGENT]
    known = set(db.execute(select(Session.agent).where(Session.account == account).distinct()).scalars())
    if known and agent not in known:
        values, once = {"happened_at": now, "agent": agent or "–"}, f"browser {now.isoformat()}"
        entrance.tell(db, [account], "signed_in_new", "account", str(account), values, now, once)


def actor_for(account: int) -> Actor:
    """Somebody as the one who did something to her own account."""
    return Actor(account, None, frozenset())


def wrong_sign_in() -> InvalidInputError:
    """One error for an unknown name and for a wrong password."""
    said = "name and password do not belong together"
    return InvalidInputError(
        "wrong_sign_in", said, "try again, let a code be sent to you, or set a new password",
        [Problem("password", "wrong_sign_in", said)],
    )  # fmt: skip
