"""Deactivate an account: who she was is erased at once and cannot be brought back; what she did stays under a number.

- Rows of the tables in DELETED go; those in KEPT hold what others rely on, and no name. A test knows every table.
- On the log stands what her organisation did, and no account: `lotproof erase` takes a natural person's names there.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, false, or_, select, update

from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.parties.models import ApiKey
from lotproof.people.account_models import Challenge
from lotproof.people.actor import Actor
from lotproof.people.deeds import note
from lotproof.people.letting_in import actor_for
from lotproof.people.models import Account, Deed, Membership, Organisation, Session
from lotproof.people.organisation_models import Invitation
from lotproof.people.own_data import own_columns
from lotproof.people.permissions import Permission
from lotproof.people.roles import Role
from lotproof.storage.every_table import every_table

DELETED = frozenset(
    {
        "challenge", "recovery_code", "address", "draft", "saved_view", "notice", "preference", "outgoing", "lead",
        "season_upload",
    }
)  # fmt: skip
KEPT = frozenset(
    {
        "account", "membership", "session", "deed", "consent", "invitation", "document", "recall_answer",
        "release_wish", "application_step", "reputation_note",
    }
)  # fmt: skip
"""Who worked where, did and agreed to what, handed in what: it stays under the account's number."""
NAMED = {"application_step": "name", "reputation_note": "author", "release_wish": "first_name"}
"""Of these, the column that holds her name as well: it is emptied."""


def deactivate(db: Connection, account: int, now: datetime, by: Actor | None = None) -> None:
    """Erase an account; it cannot be undone. by: an operator, None for herself.

    Raises: NotFoundError `no_such_account`; RefusedError `last_owner`, with what to do.
    """
    row = db.execute(select(Account.phone, Account.mail).where(
        Account.id == account, Account.deactivated_at.is_(None)
    ).with_for_update()).one_or_none()  # fmt: skip
    if row is None:
        raise NotFoundError("no_such_account", "there is no such account", "it may be deactivated already")
    refuse_last_owner(db, account)
    open_ones = (Membership.account == account) & Membership.until.is_(None)
    db.execute(update(Membership).where(open_ones).values(until=now))
    db.execute(
        update(Session).where(Session.account == account, Session.ended_at.is_(None)).values(ended_at=now)
    )
    db.execute(update(Session).where(Session.account == account).values(agent="", address=""))
    db.execute(update(Deed).where(Deed.account == account).values(address=""))
    reached = [contact for contact in (row.phone, row.mail) if contact]
    hers = or_(Invitation.used_by == account, Invitation.contact.in_(reached))
    db.execute(update(Invitation).where(hers).values(contact=""))
    # Of codes that were sent before there was an account, too.
    db.execute(delete(Challenge).where(Challenge.contact.in_(reached)))
    delete_rows(db, account)
    blank = {
        "name": "",
        "phone": None,
        "mail": None,
        "password": None,
        "totp_secret": None,
        "totp_used_step": None,
    }
    db.execute(update(Account).where(Account.id == account).values(**blank, deactivated_at=now))
    note(db, by or actor_for(account), now, "deactivate", "account", str(account))


def delete_rows(db: Connection, account: int) -> None:
    """Delete the account's rows in the tables of DELETED, what refers to others first; empty her name in NAMED."""
    for table in reversed(every_table().sorted_tables):
        hers = or_(false(), *(column == account for column in own_columns(table)))
        if table.name in NAMED:
            db.execute(update(table).where(hers).values({NAMED[table.name]: ""}))
        if table.name in DELETED:
            db.execute(delete(table).where(hers))


def refuse_last_owner(db: Connection, account: int) -> None:
    """Raises: RefusedError `last_owner` where an organisation would have nobody who can act for it."""
    open_ones = Membership.until.is_(None)
    mine = select(Membership.party).where(Membership.account == account, open_ones)
    rows = db.execute(
        select(Membership.party, Membership.account, Membership.roles)
        .where(Membership.party.in_(mine), open_ones)
        .order_by(Membership.id)
        .with_for_update()
    ).all()
    owned = {row.party: set[int]() for row in rows}
    for row in rows:
        if Role.OWNER in row.roles.split():
            owned[row.party].add(row.account)
    if any(owners == {account} for owners in owned.values()):
        raise RefusedError(
            "last_owner",
            "you are the last owner of an organisation",
            "make another member its owner, or close the organisation; then deactivate your account",
        )


def close_organisation(db: Connection, actor: Actor, now: datetime) -> None:
    """Let nobody act for an organisation any more; its record and its lots stay. Only its last member can.

    Raises: ForbiddenError `not_allowed`; RefusedError `members_left`.
    """
    actor.require(Permission.MANAGE_MEMBERS)
    party = actor.acting_for
    open_ones = (Membership.party == party) & Membership.until.is_(None)
    rows = db.execute(
        select(Membership.account).where(open_ones).order_by(Membership.id).with_for_update()
    ).all()
    if any(row.account != actor.account for row in rows):
        raise RefusedError(
            "members_left", "the organisation has other members", "remove them first, or let them own it"
        )
    db.execute(update(Membership).where(open_ones).values(until=now))
    db.execute(
        update(ApiKey).where(ApiKey.party == party, ApiKey.revoked_at.is_(None)).values(revoked_at=now)
    )
    waiting = Invitation.used_at.is_(None) & Invitation.revoked_at.is_(None)
    db.execute(update(Invitation).where(Invitation.party == party, waiting).values(revoked_at=now))
    db.execute(update(Organisation).where(Organisation.party == party).values(closed_at=now))
    note(db, actor, now, "close_organisation", "party", party)
