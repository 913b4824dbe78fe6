"""Seal every secret of the database with another master key, all of them in one transaction or none.

Key acts wait meanwhile, and so does whoever signs: nobody seals or opens with the key of before in between.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Engine, select, text, update

from lotproof.ledger import tables as t
from lotproof.ledger.key_acts import KEYS_TURN
from lotproof.ledger.vault import Vault
from lotproof.storage.engine import reading, take_turn, writing

CONTENT_SECRET = "content secret"


Again = Callable[[str, bytes], bytes]
"""Seals one secret anew. It takes the name that it is sealed for, and the sealed bytes."""


def reseal(
    engine: Engine,
    old: Vault,
    new: Vault,
    entropy: Callable[[int], bytes],
    others: Iterable[Callable[[Connection, Again], int]] = (),
) -> int:
    """Return how many secrets were sealed anew. others: do the same for secrets that higher floors keep.

    Raises: LogFaultError `wrong_master_key` for `old`.
    """
    with writing(engine) as db:
        take_turn(db, KEYS_TURN)
        if (
            engine.dialect.name == "postgresql"
        ):  # a lock on all rows at once, or two would wait for each other
            db.execute(text("LOCK TABLE signing_key IN EXCLUSIVE MODE"))

        def again(name: str, sealed: bytes) -> bytes:
            return new.seal(name, old.open(name, sealed), entropy(12))

        head = db.execute(select(t.head.c.log_key, t.head.c.log_seed, t.head.c.secret)).one()
        seed, secret = again(head.log_key, head.log_seed), again(CONTENT_SECRET, head.secret)
        db.execute(update(t.head).values(log_seed=seed, secret=secret))
        done = 2 + sum(_reseal_key(db, row.did, again(row.did, row.sealed_seed)) for row in _sealed(db))
        return done + sum(reseal_more(db, again) for reseal_more in others)


def bring_up_to_date(engine: Engine, vault: Vault) -> None:
    """Let a vault take the master key of now, which another process may have replaced. Raises: `wrong_master_key`."""
    with reading(engine) as db:
        _open_head(db, vault)


def take_turn_to_seal(db: Connection, vault: Vault) -> None:
    """Before something is sealed: nobody replaces the master key until this transaction ends, and the vault has it."""
    take_turn(db, KEYS_TURN)
    _open_head(db, vault)


def _open_head(db: Connection, vault: Vault) -> None:
    head = db.execute(select(t.head.c.log_key, t.head.c.log_seed)).one()
    vault.open(head.log_key, head.log_seed)


def _sealed(db: Connection) -> list[Any]:
    keys = t.signing_key.c
    rows = select(keys.did, keys.sealed_seed).where(keys.sealed_seed.is_not(None)).order_by(keys.did)
    return list(db.execute(rows))


def _reseal_key(db: Connection, did: str, sealed: bytes) -> int:
    return db.execute(
        update(t.signing_key).where(t.signing_key.c.did == did).values(sealed_seed=sealed)
    ).rowcount
