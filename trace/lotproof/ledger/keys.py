"""Keys of organisations: made, bound on the log, and fetched for signing.

custody "platform": the seed lies here, sealed; "own": only the public key is known here.
"""

from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert, select, update

from lotproof.kernel.errors import NotFoundError
from lotproof.ledger import tables as t
from lotproof.ledger.submitting import Draft
from lotproof.ledger.vault import Vault
from lotproof.proof.canonical import jcs
from lotproof.proof.did_key import did_from_public

if TYPE_CHECKING:
    from lotproof.ledger.unit_of_work import UnitOfWork


def did_of(key: Ed25519PrivateKey) -> str:
    """Return the did:key of a private key's public half."""
    return did_from_public(key.public_key())


def write_authority(uow: "UnitOfWork", key: Ed25519PrivateKey, party: str) -> str:
    """Entry 0: the authority's key, signed by itself. Returns its did, which is also its fingerprint."""
    return _announce(uow, "authority", key, party, party, [key])


def bind_key(uow: "UnitOfWork", key: Ed25519PrivateKey, party: str, authority_party: str) -> str:
    """Bind a new platform key to an organisation: signed by the new key and by the authority."""
    return _announce(uow, "bind", key, party, authority_party, [key, authority_key(uow.db, uow.vault)])


def _announce(
    uow: "UnitOfWork",
    act: str,
    key: Ed25519PrivateKey,
    party: str,
    by: str,
    signers: list[Ed25519PrivateKey],
) -> str:
    did = did_of(key)
    body = {"id": did, "party": party, "custody": "platform", "subject": "organisation"}
    signed = {"by": by, "role": "author", "kind": act, "about": [party], "key": body}
    uow.db.execute(
        insert(t.signing_key),
        {
            "did": did,
            "party": party,
            "custody": "platform",
            "subject": "organisation",
            "is_authority": int(act == "authority"),
            "sealed_seed": uow.vault.seal(did, key.private_bytes_raw(), uow.terms.entropy(12)),
        },
    )
    done = uow.submit(Draft("key", signed, jcs([act, body]), parties=[party]), signers)
    uow.db.execute(update(t.signing_key).where(t.signing_key.c.did == did).values(bound=done.id))
    return did


def authority_key(db: Connection, vault: Vault) -> Ed25519PrivateKey:
    """Return the authority's private key, which binds and revokes the others."""
    return _open(vault, db.execute(select(t.signing_key).where(t.signing_key.c.is_authority == 1)).one())


def private_key_of(db: Connection, vault: Vault, party: str) -> Ed25519PrivateKey:
    """Return the newest valid platform key of a party, its row taken for share.

    Raises: NotFoundError `no_signing_key`.
    """
    row = db.execute(
        select(t.signing_key)
        .where(
            t.signing_key.c.party == party,
            t.signing_key.c.revoked.is_(None),
            t.signing_key.c.sealed_seed.is_not(None),
            t.signing_key.c.is_authority == 0,
        )
        .order_by(t.signing_key.c.bound.desc())
        .limit(1)
        .with_for_update(read=True)
    ).one_or_none()
    if row is None:
        raise NotFoundError(
            "no_signing_key",
            f"{party} has no key on this ledger that could sign",
            "register the organisation first: lotproof org add",
        )
    return _open(vault, row)


def custody_of(db: Connection, party: str) -> str | None:
    """Return who keeps the party's newest key: "platform", "own", or None where it has none."""
    return db.execute(
        select(t.signing_key.c.custody)
        .where(t.signing_key.c.party == party, t.signing_key.c.is_authority == 0)
        .order_by(t.signing_key.c.bound.desc())
        .limit(1)
    ).scalar()


def current_keys(db: Connection) -> dict[str, tuple[str, str]]:
    """Return the newest key of every party that is not revoked: party URI -> (did, custody)."""
    statement = (
        select(t.signing_key.c.party, t.signing_key.c.did, t.signing_key.c.custody)
        .where(t.signing_key.c.is_authority == 0, t.signing_key.c.revoked.is_(None))
        .order_by(t.signing_key.c.bound)
    )
    return {row.party: (row.did, row.custody) for row in db.execute(statement)}


def _open(vault: Vault, row: Any) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(vault.open(row.did, row.sealed_seed))
