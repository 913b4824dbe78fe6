"""Keys of organisations, read: who may sign, with what, and whose key a key is. `key_acts` writes them.

- custody "platform": the seed lies here, sealed; "own": only the public key is known here.
- Whoever signs takes the key's row for share, whoever revokes it for update. Numbers of submissions are given out
  after that, so that what was durable before a revocation also stands before it on the log, and nothing after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Row, Select, select

from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.ledger import tables as t
from lotproof.ledger.vault import Vault
from lotproof.proof.did_key import did_from_public

ORGANISATION = "organisation"
_KEY = t.signing_key.c
_BOUND, _REVOKED = t.entry.alias("bound_by"), t.entry.alias("revoked_by")


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that was bound, valid still or not. bound_at, revoked_at: entries, None while not numbered.

    label, reason: what its holder calls it and why it was revoked; neither is ever on the log.
    """

    did: str
    party: str
    custody: str
    subject: str
    is_authority: bool
    label: str | None
    bound_at: int | None
    revoked_at: int | None
    revoked_on: datetime | None
    replaced_by: str | None
    reason: str | None
    is_valid: bool


def did_of(key: Ed25519PrivateKey) -> str:
    """Return the did:key of a private key's public half."""
    return did_from_public(key.public_key())


def authority_key(db: Connection, vault: Vault) -> Ed25519PrivateKey:
    """Return the private key of the authority of now, which binds and revokes the others; its row taken for share."""
    row = _taken(db, select(t.signing_key).where(_KEY.is_authority == 1, _KEY.revoked.is_(None)))
    if row is None:
        raise NotFoundError("no_authority", "this ledger has no authority's key that is valid")
    return _open(vault, row)


def private_key_of(db: Connection, vault: Vault, party: str, did: str | None = None) -> Ed25519PrivateKey:
    """Return a valid platform key of a party, its row taken for share.

    did: which one, of a person or device too; None for the newest one of the organisation itself.
    Raises: NotFoundError `no_signing_key`.
    """
    mine = select(t.signing_key).where(
        _KEY.party == party,
        _KEY.revoked.is_(None),
        _KEY.sealed_seed.is_not(None),
        _KEY.is_authority == 0,
        _KEY.did == did if did is not None else _KEY.subject == ORGANISATION,
    )
    row = _taken(db, mine.order_by(_KEY.bound.desc()).limit(1))
    if row is None:
        raise NotFoundError(
            "no_signing_key",
            f"{party} has no key on this ledger that could sign" + (f" by the name {did}" if did else ""),
            "register the organisation first: lotproof org add; or give it a key: lotproof key add",
        )
    return _open(vault, row)


def can_sign_here(db: Connection, party: str) -> bool:
    """Return whether what the party hands in can be signed here for it."""
    statement = select(_KEY.did).where(
        _KEY.party == party,
        _KEY.revoked.is_(None),
        _KEY.sealed_seed.is_not(None),
        _KEY.is_authority == 0,
        _KEY.subject == ORGANISATION,
    )
    return db.execute(statement.limit(1)).first() is not None


def take_key(db: Connection, did: str, party: str) -> Row[Any]:
    """Return the row of a key that signed elsewhere, taken for share: until the transaction ends it is not revoked.

    It may be revoked already.  Raises: RefusedError `key_not_bound` for one that was never bound to this party.
    """
    row = db.execute(select(t.signing_key).where(_KEY.did == did).with_for_update(read=True)).one_or_none()
    if row is None or row.party != party or row.bound is None:
        raise RefusedError(
            "key_not_bound",
            f"{did} is no key that was bound to {party}",
            "bind it first: POST /log/keys, or lotproof key bind",
        )
    return row


def key_revoked(row: Row[Any]) -> RefusedError:
    """Return the error of a key that is not valid any more."""
    newer = (
        f"sign with {row.replaced_by}, which took its place"
        if row.replaced_by
        else "sign with a key that is valid"
    )
    return RefusedError(
        "key_revoked",
        f"{row.did} was revoked: what it signed before stands, and it signs nothing more",
        newer,
    )


def custody_of(db: Connection, party: str) -> str | None:
    """Return who keeps the party's newest key: "platform", "own", or None where it has none."""
    return db.execute(
        select(_KEY.custody)
        .where(_KEY.party == party, _KEY.is_authority == 0)
        .order_by(_KEY.bound.desc())
        .limit(1)
    ).scalar()


def current_keys(db: Connection) -> dict[str, tuple[str, str]]:
    """Return the newest key of every organisation itself that is not revoked: party URI -> (did, custody)."""
    statement = (
        select(_KEY.party, _KEY.did, _KEY.custody)
        .where(_KEY.is_authority == 0, _KEY.revoked.is_(None), _KEY.subject == ORGANISATION)
        .order_by(_KEY.bound)
    )
    return {row.party: (row.did, row.custody) for row in db.execute(statement)}


def known_keys(db: Connection, party: str | None = None, dids: Sequence[str] = ()) -> list[KnownKey]:
    """Return every key that was bound, of one party or of all, oldest first."""
    statement = (
        select(t.signing_key, _BOUND.c.entry_index.label("bound_at"), _REVOKED.c.entry_index.label("revoked_at"),
               _REVOKED.c.record_time.label("revoked_on"))
        .outerjoin(_BOUND, _BOUND.c.submission == _KEY.bound)
        .outerjoin(_REVOKED, _REVOKED.c.submission == _KEY.revoked)
        .order_by(_KEY.bound)
    )  # fmt: skip
    statement = statement.where(_KEY.party == party) if party is not None else statement
    statement = statement.where(_KEY.did.in_(dids)) if dids else statement
    return [_known(row) for row in db.execute(statement)]


def _known(row: Row[Any]) -> KnownKey:
    return KnownKey(
        did=row.did,
        party=row.party,
        custody=row.custody,
        subject=row.subject,
        is_authority=bool(row.is_authority),
        label=row.label,
        bound_at=row.bound_at,
        revoked_at=row.revoked_at,
        revoked_on=row.revoked_on,
        replaced_by=row.replaced_by,
        reason=row.revoke_reason,
        is_valid=row.bound is not None and row.revoked is None,
    )


def _taken(db: Connection, statement: Select[Any]) -> Row[Any] | None:
    """Return the first row, taken for share.

    Whoever waited for a revocation or rotation finds that the row does not fit any more, and looks again: on
    PostgreSQL a statement that waited goes on with the rows that it had found before.
    """
    while True:
        row = db.execute(statement.with_for_update(read=True)).first()
        if row is not None or db.execute(statement).first() is None:
            return row


def _open(vault: Vault, row: Any) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(vault.open(row.did, row.sealed_seed))
