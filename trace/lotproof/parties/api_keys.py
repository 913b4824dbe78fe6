"""Bearer keys for programs: shown once, kept as a digest, revocable, limited to scopes."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from lotproof.kernel.errors import InvalidInputError, NotFoundError, UnauthorisedError
from lotproof.ledger.keys import custody_of
from lotproof.ledger.submitting import Entropy
from lotproof.parties.models import ApiKey
from lotproof.parties.records import get_record

AUDIT = "audit"
KEYS = "keys"
DOCUMENTS = "documents"
SCOPES = ("capture", "read", AUDIT, KEYS, DOCUMENTS)
"""capture: hand in documents.  read: see what one takes part in.  audit: see everything, and change nothing.
keys: bring, replace and revoke signing keys of one's own.  documents: send papers and see one's own."""
USED_EVERY = timedelta(minutes=15)
"""How exactly `last_used_at` is kept: a write for every request would cost more than most requests."""
_PREFIX = "lp_"


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key as a list shows it: everything but what would let one use it."""

    id: str
    party: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


def create_api_key(
    db: Connection,
    party: str,
    scopes: Collection[str],
    now: datetime,
    entropy: Entropy,
    *,
    name: str | None = None,
    made_by: int | None = None,
) -> str:
    """Return a new key "lp_<id>_<secret>" for a party URI; it cannot be shown again.

    name: what its holder calls it.  made_by: the account that asked for it, None for the command line.

    Raises: InvalidInputError `unknown_scope`, NotFoundError `unknown_party`.
    """
    if unknown := set(scopes) - set(SCOPES):
        raise InvalidInputError(
            "unknown_scope", f"no such scope: {', '.join(sorted(unknown))}", f"use {', '.join(SCOPES)}"
        )
    if custody_of(db, party) is None and get_record(db, "party", party) is None:
        raise NotFoundError(
            "unknown_party", f"{party} is not registered here", "register it first: lotproof org add"
        )
    id = entropy(6).hex()
    secret = urlsafe_b64encode(entropy(32)).rstrip(b"=").decode()
    db.execute(
        insert(ApiKey),
        {
            "id": id,
            "digest": _digest(secret),
            "party": party,
            "scopes": " ".join(sorted(scopes)),
            "created_at": now,
            "name": name,
            "made_by": made_by,
        },
    )
    return f"{_PREFIX}{id}_{secret}"


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Whom a valid key speaks for, and what it may be used for. last_used_at: as far as it was noted."""

    party: str
    scopes: frozenset[str]
    id: str = ""
    last_used_at: datetime | None = None


def holder_of(db: Connection, key: str, *scopes: str) -> KeyHolder:
    """Return whom a key speaks for, where it has one of these scopes.

    Raises: UnauthorisedError, for every reason alike.
    """
    id, _, secret = key.removeprefix(_PREFIX).partition("_")
    row = db.execute(select(ApiKey).where(ApiKey.id == id)).one_or_none()
    # Compared also where there is no such key, so that the time taken tells nothing.
    same = hmac.compare_digest(row.digest if row else bytes(32), _digest(secret))
    granted = frozenset(row.scopes.split()) if row else frozenset[str]()
    if row is None or not same or row.revoked_at is not None or not granted & set(scopes):
        wanted = scopes[-1]
        raise UnauthorisedError(
            "not_authorised",
            f"a valid bearer key with the scope {wanted!r} is needed",
            "make one: lotproof api-key create --org ORG --scope " + wanted,
        )
    return KeyHolder(str(row.party), granted, str(row.id), row.last_used_at)


def is_use_due(holder: KeyHolder, now: datetime) -> bool:
    """Whether it should be noted that this key is used now."""
    return holder.last_used_at is None or now - holder.last_used_at >= USED_EVERY


def note_use(db: Connection, id: str, now: datetime) -> None:
    """Note that a key is used now, so that its owner can see which ones nobody needs."""
    db.execute(update(ApiKey).where(ApiKey.id == id).values(last_used_at=now))


def list_api_keys(db: Connection) -> list[IssuedKey]:
    """Return all keys, revoked ones too, oldest first."""
    rows = db.execute(select(ApiKey.__table__).order_by(ApiKey.created_at, ApiKey.id))
    return [
        IssuedKey(row.id, row.party, tuple(row.scopes.split()), row.created_at, row.revoked_at)
        for row in rows
    ]


def revoke_api_key(db: Connection, id: str, now: datetime) -> None:
    """End a key at once. Raises: NotFoundError `no_such_key`."""
    done = db.execute(
        update(ApiKey).where(ApiKey.id == id, ApiKey.revoked_at.is_(None)).values(revoked_at=now)
    )
    if done.rowcount != 1:
        raise NotFoundError("no_such_key", f"no valid key {id}", "lotproof api-key list shows them")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
