"""Leaves against stored hashes: the tree is computed anew, block by block, and every stored node is compared.

Of a leaf and a stored hash that differ one is wrong: the one that does not lead to the checkpoint's root.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from operator import itemgetter

from lotproof.proof import merkle
from lotproof.proof.checkpoint import Checkpoint
from lotproof.proof.faults import Fault, FaultFound
from lotproof.proof.log_source import LogSource

_HEIGHT = 8
BLOCK = 1 << _HEIGHT


def _stored_order() -> list[int]:
    """Return where, in the list of a block's levels one after another, each node in stored order stands."""
    offset = [2 * BLOCK - (2 * BLOCK >> level) for level in range(_HEIGHT + 1)]
    nodes = map(merkle.split_stored_index, range(2 * BLOCK - 1))
    return [offset[level] + n for level, n in nodes]


_in_stored_order = itemgetter(*_stored_order())


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive leaves from entry `first` and their hashes up to the first fault, and that fault."""

    first: int
    leaves: list[bytes]
    hashes: list[bytes]
    fault: Fault | None = None


class TreeWalk:
    """Goes over a log once. frontier: the right edge of what was read so far."""

    def __init__(self, source: LogSource, frontier: merkle.Frontier, checkpoint: Checkpoint) -> None:
        self.frontier = frontier
        self._source = source
        self._checkpoint = checkpoint
        start, end = frontier.size, checkpoint.size
        self._leaves = source.leaves(start, end)
        self._nodes = source.nodes(merkle.stored_count(start), merkle.stored_count(end))

    def __iter__(self) -> Iterator[Block]:
        """Yield blocks of up to 256 entries; nothing follows one with a fault."""
        fault = None
        while fault is None and self.frontier.size < self._checkpoint.size:
            try:
                block = self._next()
            except FaultFound as found:
                block = Block(self.frontier.size, [], [], found.fault)
            fault = block.fault
            yield block

    def _next(self) -> Block:
        start = self.frontier.size
        count = min(BLOCK - start % BLOCK, self._checkpoint.size - start)
        leaves = list(islice(self._leaves, count))
        hashes, expected = self._hash_full(leaves) if len(leaves) == BLOCK else self._hash(leaves)
        stored = tuple(islice(self._nodes, len(expected)))
        fault = None if stored == expected else self._compare(merkle.stored_count(start), expected, stored)
        if fault is None and len(leaves) < count:
            fault = Fault(start + len(leaves), "leaf", "the entry is missing")
        if fault is None:
            return Block(start, leaves, hashes)
        good = max((fault.index or 0) - start, 0)
        return Block(start, leaves[:good], hashes[:good], fault)

    def _hash_full(self, leaves: Sequence[bytes]) -> tuple[list[bytes], tuple[bytes, ...]]:
        """Hash an aligned block of 256 leaves level by level, which is quicker than one by one."""
        hashes = level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
        nodes = list(level)
        while len(level) > 1:
            level = [
                sha256(b"\x01" + left + right).digest()
                for left, right in zip(level[::2], level[1::2], strict=True)
            ]
            nodes += level
        above = self.frontier.append_subtree(_HEIGHT, level[0])
        return hashes, (*_in_stored_order(nodes), *(node for _, _, node in above))

    def _hash(self, leaves: Sequence[bytes]) -> tuple[list[bytes], tuple[bytes, ...]]:
        hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
        return hashes, tuple(node for leaf in hashes for node in self.frontier.append(leaf))

    def _compare(self, first: int, expected: Sequence[bytes], stored: Sequence[bytes | None]) -> Fault | None:
        for offset, (computed, found) in enumerate(zip(expected, stored, strict=False)):
            if found is not None and found != computed:
                return self._blame(first + offset, computed, found)
        if len(stored) < len(expected):
            return self._missing(first + len(stored))
        return None

    def _missing(self, stored_index: int) -> Fault:
        level, n = merkle.split_stored_index(stored_index)
        field, place = self._source.where(stored_index)
        return Fault(n << level, field, "the stored hash is missing", place)

    def _blame(self, stored_index: int, computed: bytes, stored: bytes) -> Fault:
        level, n = merkle.split_stored_index(stored_index)
        first, last = n << level, ((n + 1) << level) - 1
        field, place = self._source.where(stored_index)
        if self._leads_to_root(level, n, stored):
            if level == 0:
                return Fault(n, "leaf", "its bytes do not give the leaf hash that the checkpoint covers")
            what = f"entries {first} to {last} do not give the node above them, which the checkpoint covers"
            return Fault(first, "leaf", what, place)
        of = f"entry {n}" if level == 0 else f"entries {first} to {last}"
        if self._leads_to_root(level, n, computed):
            return Fault(first, field, f"the stored hash of {of} is wrong, and they are right", place)
        what = f"{of} and their stored hash differ, and the checkpoint covers neither"
        return Fault(first, "leaf" if level == 0 else field, what, place)

    def _leads_to_root(self, level: int, n: int, node: bytes) -> bool:
        size = self._checkpoint.size
        try:
            proof = merkle.inclusion_proof(n << level, size, self._source.read)[level:]
        except (FaultFound, LookupError):
            return False
        return merkle.verify_subtree(node, level, n, size, proof, self._checkpoint.root)
