"""The table of signing keys, as far as the log tells it: whose key is whose, and since when. No private half."""

from typing import Any

from sqlalchemy import Connection, insert, select, update

from lotproof.ledger import tables as t
from lotproof.proof.keyring import KeyBinding, Keyring


def take_over_keys(db: Connection, keyring: Keyring) -> list[KeyBinding]:
    """Write what the key entries of the log say; returns the bindings that were not known here.

    A key that is here keeps its sealed half. The entries that bind and revoke are on the log already.
    """
    known = set(db.execute(select(t.signing_key.c.did)).scalars())
    fresh = [one for one in keyring.bindings() if one.did not in known]
    for one in keyring.bindings():
        revoked = None if one.revoked_at is None else _submission(db, one.revoked_at)
        if one.did in known:
            db.execute(update(t.signing_key).where(t.signing_key.c.did == one.did).values(revoked=revoked))
        else:
            db.execute(insert(t.signing_key), _row(db, one, keyring.authority) | {"revoked": revoked})
    return fresh


def _row(db: Connection, one: KeyBinding, authority: str | None) -> dict[str, Any]:
    return {
        "did": one.did,
        "party": one.party,
        "custody": one.custody,
        "subject": one.subject,
        "is_authority": int(one.bound_at == 0 or one.did == authority),
        "bound": _submission(db, one.bound_at),
        "sealed_seed": None,
    }


def _submission(db: Connection, index: int) -> int:
    return int(db.execute(select(t.entry.c.submission).where(t.entry.c.entry_index == index)).scalar_one())
