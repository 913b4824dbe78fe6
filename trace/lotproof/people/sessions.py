"""Sessions of browsers: begun with a random token, found by its digest, ended by anybody whom they belong to."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from lotproof.kernel.errors import NotFoundError
from lotproof.people.actor import Actor
from lotproof.people.models import Account, Membership, Session
from lotproof.people.roles import Role

LASTS = timedelta(days=30)
LONGEST_AGENT = 200
PROVED_FOR = timedelta(minutes=15)
"""How long after a password or code acts that cannot be undone need no other."""


def begin_session(
    db: Connection,
    account: int,
    now: datetime,
    entropy: Callable[[int], bytes],
    *,
    agent: str = "",
    address: str = "",
) -> str:
    """Return the token of a new session; it acts for the first organisation that the account belongs to."""
    token = urlsafe_b64encode(entropy(32)).rstrip(b"=").decode()
    first = select(Membership.party).where(Membership.account == account, Membership.until.is_(None))
    db.execute(
        insert(Session),
        {
            "digest": digest(token),
            "account": account,
            "party": db.execute(first.order_by(Membership.id).limit(1)).scalar(),
            "agent": agent[:LONGEST_AGENT],
            "address": address,
            "created_at": now,
            "seen_at": now,
            "proved_at": now,
            "expires_at": now + LASTS,
        },
    )
    return token


def find_actor(db: Connection, token: str, now: datetime) -> tuple[Actor, int] | None:
    """Return who is signed in by this token and the session's id, None for a session that is over. Two statements."""
    found = db.execute(
        select(Session.id, Session.account, Session.party, Account.name, Account.language, Account.zone)
        .join(Account, Account.id == Session.account)
        .where(
            Session.digest == digest(token),
            Session.ended_at.is_(None),
            Session.expires_at > now,
            Account.deactivated_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    rows = db.execute(
        select(Membership.party, Membership.roles)
        .where(Membership.account == found.account, Membership.until.is_(None))
        .order_by(Membership.id)
    ).all()
    parties = [row.party for row in rows]
    party = found.party if found.party in parties else next(iter(parties), None)
    roles = frozenset(Role(word) for row in rows if row.party == party for word in row.roles.split())
    actor = Actor(
        found.account,
        party,
        roles or frozenset({Role.CONSUMER}),
        found.name,
        frozenset(parties),
        found.language,
        found.zone,
    )
    return actor, found.id


def act_for(db: Connection, actor: Actor, session: int, party: str) -> None:
    """Let a session act for another organisation that its account belongs to.

    Raises: NotFoundError `no_such_organisation`, alike for one that is not there and one that she is no member of.
    """
    if party not in actor.belongs_to:
        raise NotFoundError(
            "no_such_organisation", "you belong to no such organisation", "choose one of those listed"
        )
    mine = (Session.id == session) & (Session.account == actor.account) & Session.ended_at.is_(None)
    db.execute(update(Session).where(mine).values(party=party))


def end_session(db: Connection, account: int, session: int, now: datetime) -> None:
    """End one session of an account; nothing happens where it is over, or another's."""
    mine = (Session.id == session) & (Session.account == account) & Session.ended_at.is_(None)
    db.execute(update(Session).where(mine).values(ended_at=now))


def end_all_sessions(db: Connection, account: int, now: datetime, *, but: int | None = None) -> int:
    """End every session of an account, except one; returns how many there were."""
    mine = (Session.account == account) & Session.ended_at.is_(None)
    mine = mine & (Session.id != but) if but is not None else mine
    return db.execute(update(Session).where(mine).values(ended_at=now)).rowcount


def end_by_token(db: Connection, token: str, now: datetime) -> None:
    """End the session of a token, whoever's it is: nobody goes on in it after somebody signed in or out there."""
    same = (Session.digest == digest(token)) & Session.ended_at.is_(None)
    db.execute(update(Session).where(same).values(ended_at=now))


def sessions_of(db: Connection, account: int, now: datetime) -> list[Any]:
    """Return the sessions in which she is signed in, the newest first."""
    mine = (Session.account == account) & Session.ended_at.is_(None) & (Session.expires_at > now)
    newest = select(Session.__table__).where(mine).order_by(Session.created_at.desc(), Session.id.desc())
    return list(db.execute(newest))


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()
