"""The Merkle tree of the log: hashes, append-only numbering of nodes, the right edge, and proofs.

- SHA-256; leaf hash of 0x00 ‖ data, node hash of 0x01 ‖ left ‖ right (RFC 6962, 2.1; RFC 9162, 2.1.1).
- Node (level, n) covers the leaves [n·2^level, (n+1)·2^level). Only complete nodes are stored.
- Stored nodes are numbered in the order in which appending completes them (as Go's sumdb/tlog does), so that
  growing the log only ever adds numbers at the end.
- A proof reads all the nodes that it needs in one call.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

ReadHashes = Callable[[Sequence[int]], Sequence[bytes]]
"""Returns the stored hashes with the given stored indexes, in the order asked for."""

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
_Node = tuple[int, int]


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf's bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an interior node from those of its two children."""
    return sha256(b"\x01" + left + right).digest()


def stored_index(level: int, n: int) -> int:
    """Return the number under which the complete node (level, n) is stored."""
    last_leaf = ((n + 1) << level) - 1
    return 2 * last_leaf - last_leaf.bit_count() + level


def split_stored_index(index: int) -> tuple[int, int]:
    """Return the (level, n) of the node that is stored under this number."""
    leaf = index // 2
    while stored_index(0, leaf + 1) <= index:
        leaf += 1
    level = index - stored_index(0, leaf)
    return level, leaf >> level


def stored_count(size: int) -> int:
    """Return how many nodes are stored for a tree of `size` leaves."""
    return 2 * size - size.bit_count()


class Frontier:
    """The right edge of a tree: the roots of its complete subtrees, largest first. Grows by appending.

    size: number of leaves.  hashes: one for every 1 bit of `size`.
    """

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        """Raises: ValueError if the number or the length of the hashes does not fit the size."""
        if size < 0 or len(hashes) != size.bit_count() or any(len(h) != HASH_SIZE for h in hashes):
            raise ValueError("these hashes are not the right edge of a tree of this size")
        self.size = size
        self.hashes = list(hashes)

    def append(self, leaf: bytes) -> list[bytes]:
        """Add a leaf hash; return the hashes that it completes, in stored order: its own first."""
        completed = [leaf]
        size, hashes = self.size, self.hashes
        node = leaf
        while size & 1:
            node = sha256(b"\x01" + hashes.pop() + node).digest()
            completed.append(node)
            size >>= 1
        hashes.append(node)
        self.size += 1
        return completed

    def append_subtree(self, level: int, root: bytes) -> list[tuple[int, int, bytes]]:
        """Add a complete subtree of 2^level leaves; return what it completes above itself: (level, n, hash).

        Raises: ValueError if the size is no multiple of 2^level.
        """
        if self.size & ((1 << level) - 1):
            raise ValueError("a subtree can only follow a multiple of its own size")
        completed = []
        n = self.size >> level
        self.size += 1 << level
        node = root
        while n & 1:
            node = node_hash(self.hashes.pop(), node)
            n >>= 1
            level += 1
            completed.append((level, n, node))
        self.hashes.append(node)
        return completed

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        return _fold(self.hashes) if self.hashes else EMPTY_ROOT

    def copy(self) -> "Frontier":
        """Return a frontier that grows on its own."""
        return Frontier(self.size, self.hashes)

    def to_bytes(self) -> bytes:
        """Return 8 bytes of size, big-endian, and the hashes."""
        return self.size.to_bytes(8) + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """Read what `to_bytes` wrote. Raises: ValueError."""
        size = int.from_bytes(data[:8]) if len(data) >= 8 else -1
        return cls(size, [data[i : i + HASH_SIZE] for i in range(8, len(data), HASH_SIZE)])


def inclusion_proof(index: int, size: int, read: ReadHashes) -> list[bytes]:
    """Prove that leaf `index` is in the tree of `size` leaves: hashes from the leaf's sibling up.

    Raises: ValueError unless 0 <= index < size.  Source: RFC 9162, section 2.1.3.1.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path: list[list[_Node]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if index < middle:
            path.append(_cover(middle, end))
            end = middle
        else:
            path.append(_cover(start, middle))
            start = middle
    path.reverse()
    return _read_folded(path, read)


def consistency_proof(old: int, new: int, read: ReadHashes) -> list[bytes]:
    """Prove that the tree of `new` leaves begins with that of `old`; empty where there is nothing to prove.

    Raises: ValueError unless 0 <= old <= new.  Source: RFC 9162, section 2.1.4.1.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not begin with one of {old}")
    if old in (0, new):
        return []
    path: list[list[_Node]] = []
    start, end = 0, new
    while old != end:
        middle = start + _largest_power_below(end - start)
        if old <= middle:
            path.append(_cover(middle, end))
            end = middle
        else:
            path.append(_cover(start, middle))
            start = middle
    if start:
        path.append(_cover(start, end))
    path.reverse()
    return _read_folded(path, read)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether `proof` shows that the leaf hash `leaf` is number `index` of the tree with this root.

    Source: RFC 9162, section 2.1.3.2.
    """
    return verify_subtree(leaf, 0, index, size, proof, root)


def verify_subtree(node: bytes, level: int, n: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether `proof` shows that the complete node (level, n) is in the tree with this root.

    The proof is that of any leaf below the node, without its first `level` hashes.
    """
    if not 0 <= n < size >> level or len(node) != HASH_SIZE:
        return False
    last = (size - 1) >> level
    for sibling in proof:
        if len(sibling) != HASH_SIZE or last == 0:
            return False
        if n & 1 or n == last:
            node = node_hash(sibling, node)
            while not n & 1 and n:
                n >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        n >>= 1
        last >>= 1
    return last == 0 and node == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether `proof` shows that the tree with `new_root` begins with the one with `old_root`.

    Source: RFC 9162, section 2.1.4.2. A tree of size 0 has the empty root and needs no proof.
    """
    if not 0 <= old <= new or any(len(h) != HASH_SIZE for h in proof):
        return False
    if old in (0, new):
        return not proof and old_root == (new_root if old == new else EMPTY_ROOT)
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    n, last = old - 1, new - 1
    while n & 1:
        n >>= 1
        last >>= 1
    was = now = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if n & 1 or n == last:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            while not n & 1 and n:
                n >>= 1
                last >>= 1
        else:
            now = node_hash(now, sibling)
        n >>= 1
        last >>= 1
    return last == 0 and was == old_root and now == new_root


def _largest_power_below(n: int) -> int:
    return 1 << ((n - 1).bit_length() - 1)


def _cover(start: int, end: int) -> list[_Node]:
    """Return the complete nodes that together cover the leaves [start, end), where start begins a subtree."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def _read_folded(path: Sequence[Sequence[_Node]], read: ReadHashes) -> list[bytes]:
    """Read all nodes at once and fold each group, which covers one subtree, into that subtree's hash."""
    hashes = iter(read([stored_index(level, n) for group in path for level, n in group]) if path else ())
    return [next(hashes) if len(group) == 1 else _fold([next(hashes) for _ in group]) for group in path]


def _fold(hashes: Sequence[bytes]) -> bytes:
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root
