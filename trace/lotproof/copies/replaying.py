"""What follows from leaves that were taken over: who may read them, and whose keys are whose."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from lotproof.ledger.adopting import Adopted
from lotproof.ledger.reindex import tell_key
from lotproof.lots import rebuild
from lotproof.lots.replaying import Told


def parties_of(one: Adopted, signed: Mapping[str, Any]) -> Sequence[str]:
    """Return the organisations that an entry names. signed: its payload with what was disclosed of it."""
    entry = one.entry
    told = Told(0, entry["kind"], signed, entry["proof"], entry["chains"], one.leaf, None)
    return rebuild.parties_of(told, signed)


def identity_of_copy(one: Adopted) -> tuple[bytes, bytes]:
    """Return what stands for a submission in a copy: nothing is ever submitted here, so the leaf names it.

    The real identity is keyed by the log's own secret, which never leaves it.
    """
    return one.hash, one.hash


def tell_keys(db: Connection, numbered: Sequence[tuple[Adopted, int]]) -> None:
    """Let key entries work on the table of keys. A key that is here keeps its sealed half."""
    for one, submission in numbered:
        if one.entry["kind"] == "key":
            tell_key(db, one.entry["signed"], submission)
