"""The bell of the top bar: how many notices somebody has not read."""

from flask import g
from sqlalchemy import Connection

from lotproof.notices import queries
from lotproof.people.actor import Actor


def unread(db: Connection, actor: Actor) -> int:
    """Return how many notices the person has not read; a program has none. One statement a request."""
    if "unread" not in g:
        g.unread = queries.unread(db, actor.account) if actor.account is not None else 0
    return int(g.unread)
