"""What somebody has to do about her account: answer an invitation, register an organisation."""

from datetime import datetime

from sqlalchemy import Connection, select

from lotproof.people.actor import Actor
from lotproof.people.invitations import invitations_for
from lotproof.people.models import Account
from lotproof.people.own_rows import name_of_party
from lotproof.people.tasks import Task

MOST = 2
"""Invitations that are shown at a time: the next one comes when these are answered."""


def tasks_of(db: Connection, actor: Actor, now: datetime) -> list[Task]:
    """Return invitations to her, and the organisation that she has not registered yet.

    One statement, one more for each invitation, and one for whoever belongs to no organisation.
    """
    if actor.account is None:
        return []
    found = [
        Task(
            "answer_invitation",
            "invitation",
            str(one.id),
            name_of_party(db, one.party),
            one.expires_at,
            one.made_at,
        )
        for one in invitations_for(db, actor.account, now)[:MOST]
    ]
    if actor.party is None:
        since = db.execute(select(Account.created_at).where(Account.id == actor.account)).scalar_one()
        found.append(Task("register_organisation", "account", str(actor.account), "", None, since))
    return found
