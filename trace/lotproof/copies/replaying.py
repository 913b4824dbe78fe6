"""What follows from leaves that were taken over: who may read them, and the tables of lots and master data."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from lotproof.epcis.event import Event
from lotproof.ledger.adopting import Adopted
from lotproof.lots.drafting import parties_named
from lotproof.storage.blobs import BlobStore

Replay = Callable[[Connection, BlobStore, int], None]
"""Fills the projections from the entries that begin at an index, inside the transaction that is given."""


def parties_of(entry: Mapping[str, Any]) -> Sequence[str]:
    """Return the organisations that an entry names, its signer among them. entry: with what was disclosed of it."""
    signed = entry["signed"]
    if entry["kind"] == "event":
        return [signed["by"], *parties_named(Event(signed["event"]))]
    key = signed.get("key")
    return [signed["by"], key["party"]] if entry["kind"] == "key" and key else [signed["by"]]


def identity_of_copy(one: Adopted) -> tuple[bytes, bytes]:
    """Return what stands for a submission in a copy: nothing is ever submitted here, so the leaf names it.

    The real identity is keyed by the log's own secret, which never leaves it.
    """
    return one.hash, one.hash

