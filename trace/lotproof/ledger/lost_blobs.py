"""Blobs that a copy never got: entries name them, and nobody here has them.

A mirror need not have them, and what is taken over from published tiles comes without. What they are is kept in
`log_standing`, so that any other blob that is missing stays the fault that it is.
"""

from collections.abc import Collection

from sqlalchemy import Connection

from lotproof.kernel.errors import NotFoundError
from lotproof.ledger.standing import standing_of
from lotproof.storage.blobs import BlobStore

_NOTHING = b"[]"


def lost_blobs(db: Connection) -> set[str]:
    """Return the SHA-256 of the blobs that this copy is known not to have."""
    standing = standing_of(db)
    return set(standing.about.get("lost", ())) if standing else set()


def at_hand(db: Connection, blobs: BlobStore) -> BlobStore:
    """Return the blobs as projections read them: a list that is known to be lost counts for nothing."""
    lost = lost_blobs(db)
    return _AtHand(blobs, lost) if lost else blobs


class _AtHand(BlobStore):
    def __init__(self, blobs: BlobStore, lost: Collection[str]) -> None:
        self._blobs, self._lost = blobs, lost

    def get(self, sha: str) -> bytes:
        try:
            return self._blobs.get(sha)
        except NotFoundError:
            if sha in self._lost:
                return _NOTHING
            raise
