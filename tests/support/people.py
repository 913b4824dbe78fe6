"""People to test with: somebody with roles in an organisation, and a browser in which she is signed in."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import insert

from lotproof.people.actor import Actor
from lotproof.people.models import Account, Membership
from lotproof.people.roles import Role
from lotproof.people.sessions import begin_session, find_actor
from lotproof.storage.engine import reading, writing
from support.served import Served
from support.world import World

COOKIE = "session"


def person(world: World, name: str, party: str | None, *roles: Role, language: str = "en") -> int:
    """Make an account, a member of the organisation with these roles where one is named; returns its id."""
    with writing(world.log.engine) as db:
        made = db.execute(
            insert(Account).returning(Account.id),
            {"name": name, "mail": f"{name.lower().replace(' ', '.')}@example.org", "language": language,
             "zone": "Asia/Shanghai", "created_at": world.clock.now},
        )  # fmt: skip
        account = int(made.scalar_one())
        if party is not None:
            words = " ".join(roles)
            row = {"account": account, "party": party, "roles": words, "since": world.clock.now}
            db.execute(insert(Membership), row)
    return account


def token_of(world: World, account: int) -> str:
    """Sign an account in; returns the session's token."""
    with writing(world.log.engine) as db:
        return begin_session(db, account, world.clock.now, world.entropy)


def actor_of(world: World, account: int) -> Actor:
    """Return the account as one who acts, for the first organisation that it belongs to."""
    token = token_of(world, account)
    with reading(world.log.engine) as db:
        found = find_actor(db, token, world.clock.now)
    assert found is not None
    return found[0]


def browser_of(world: World, served: Served, account: int) -> FlaskClient:
    """A client in which the account is signed in."""
    client = served.app.test_client()
    client.set_cookie(COOKIE, token_of(world, account))
    return client
