"""Keys of an organisation's programs and devices, as its owner makes, sees and revokes them.

A key that reads everybody's entries (scope `audit`) is the operator's to give, by the command line.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from lotproof.kernel.errors import ForbiddenError, NotFoundError, Problem
from lotproof.ledger.submitting import Entropy
from lotproof.parties.api_keys import AUDIT, SCOPES, create_api_key
from lotproof.parties.models import ApiKey
from lotproof.people.actor import Actor
from lotproof.people.deeds import note
from lotproof.people.permissions import Permission
from lotproof.people.plain_text import one_line, refuse

GIVEN_BY_OWNERS = tuple(scope for scope in SCOPES if scope != AUDIT)
LONGEST_NAME = 60


def create_key(
    db: Connection, actor: Actor, name: str, scopes: Collection[str], now: datetime, entropy: Entropy
) -> str:
    """Return a new key of the organisation that one acts for, to be shown this once.

    Raises: ForbiddenError `not_allowed`, `granted_by_operators`; InvalidInputError `invalid_form`.
    """
    actor.require(Permission.MANAGE_KEYS)
    problems: list[Problem] = []
    kept = one_line("name", name, LONGEST_NAME, problems)
    if not scopes:
        problems.append(Problem("scopes", "missing", "choose what the key may do"))
    refuse(problems)
    if AUDIT in scopes:
        raise ForbiddenError(
            "granted_by_operators", "only an operator gives a key that reads everything", "ask the operator"
        )
    key = create_api_key(db, actor.acting_for, scopes, now, entropy, name=kept, made_by=actor.account)
    note(db, actor, now, "create_key", "key", key.split("_")[1], scopes=" ".join(sorted(scopes)))
    return key


def keys_of(db: Connection, party: str) -> list[Any]:
    """Return the organisation's keys, revoked ones too, newest first; never what would let one use them."""
    columns = (
        ApiKey.id, ApiKey.name, ApiKey.scopes, ApiKey.created_at, ApiKey.last_used_at, ApiKey.revoked_at,
    )  # fmt: skip
    rows = select(*columns).where(ApiKey.party == party)
    return list(db.execute(rows.order_by(ApiKey.created_at.desc(), ApiKey.id)))


def revoke_key(db: Connection, actor: Actor, id: str, now: datetime) -> None:
    """End a key of one's organisation at once. Raises: ForbiddenError; NotFoundError `no_such_key`."""
    actor.require(Permission.MANAGE_KEYS)
    mine = (ApiKey.id == id) & (ApiKey.party == actor.acting_for) & ApiKey.revoked_at.is_(None)
    if db.execute(update(ApiKey).where(mine).values(revoked_at=now)).rowcount != 1:
        raise NotFoundError(
            "no_such_key", "your organisation has no such key that is valid", "look at the list"
        )
    note(db, actor, now, "revoke_key", "key", id)
