"""What the verifier reads a log from. It is told nothing else, and believes none of it.

Implemented by `proof.tile_source` for tiles, wherever they lie, and by the ledger for its database.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol


class LogSource(Protocol):
    """A log to be verified. All of it must come from one state: a database reads it in one transaction.

    Nothing is repaired or checked here. What cannot be read is left out (the iterators end early) or raised
    as FaultFound.
    """

    def checkpoint(self) -> bytes | None:
        """Return the newest signed note as it is stored, None where there is none. Called first."""

    @property
    def size(self) -> int:
        """How many entries are there, whatever the checkpoint says."""

    def leaves(self, start: int, end: int) -> Iterator[bytes]:
        """Return the leaves of the entries [start, end) in order. May be read twice."""

    def nodes(self, start: int, end: int) -> Iterator[bytes | None]:
        """Return the hashes with the numbers [start, end) of `merkle.stored_index`, leaf hashes included.

        None stands for a node that this source does not keep because it follows from others.
        """

    def read(self, indexes: Sequence[int]) -> Sequence[bytes]:
        """Return the hashes with these stored indexes, computed where they are not kept.

        Asked only to find out which of two things that differ is wrong.
        """

    def where(self, stored_index: int) -> tuple[str, str]:
        """Return "node" or "tile", and the name under which whoever keeps it finds this hash."""
