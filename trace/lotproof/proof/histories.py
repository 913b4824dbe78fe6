"""Two trees side by side: whether one begins as the other does, and if not, where they part.

Both are read by stored index, as proofs are: from a database, or from tiles. Finding the place where they part
reads O(log n) nodes of each.
"""

from collections.abc import Iterator

from lotproof.proof.merkle import Frontier, ReadHashes, stored_index


def frontier_at(size: int, read: ReadHashes) -> Frontier:
    """Return the right edge of the tree's first `size` leaves."""
    return Frontier(size, read([stored_index(level, n) for level, n in _subtrees(size)]) if size else [])


def first_difference(size: int, ours: ReadHashes, theirs: ReadHashes) -> int | None:
    """Return the first of `size` leaves that is not the same in both trees, None where all are."""
    for level, n in _subtrees(size):
        if not _same(level, n, ours, theirs):
            return _descend(level, n, ours, theirs)
    return None


def _descend(level: int, n: int, ours: ReadHashes, theirs: ReadHashes) -> int:
    while level:
        level, n = level - 1, 2 * n
        if _same(level, n, ours, theirs):
            n += 1  # the left half is the same, so that the right one is not
    return n


def _same(level: int, n: int, ours: ReadHashes, theirs: ReadHashes) -> bool:
    index = [stored_index(level, n)]
    return ours(index)[0] == theirs(index)[0]


def _subtrees(size: int) -> Iterator[tuple[int, int]]:
    """Yield the complete subtrees of the right edge as (level, n), the largest first."""
    start = 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            yield level, start >> level
            start += 1 << level
