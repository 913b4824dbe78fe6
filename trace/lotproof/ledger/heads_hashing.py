"""The sorting and hashing of very many heads: records and hashes side by side in one piece of bytes, not a million.

- Hashing is divided into blocks of 65,536 leaves, each a whole subtree, which the processes of a pool take in turn.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from typing import Any, overload

import numpy as np

from lotproof.proof.heads import RECORD_SIZE, levels_above, record_hash
from lotproof.proof.merkle import HASH_SIZE

_LEVEL = 16
_BLOCK = 1 << _LEVEL
_FEW = 10_000
"""Up to so many records Python's own sort is the quicker one."""


class Packed(Sequence[bytes]):
    """A sequence of pieces of equal length, in one piece."""

    def __init__(self, data: bytes, width: int) -> None:
        self.data = data
        self._width = width

    def __len__(self) -> int:
        return len(self.data) // self._width

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> "Packed": ...
    def __getitem__(self, index: int | slice) -> "bytes | Packed":
        if isinstance(index, slice):
            start, stop, _ = index.indices(len(self))
            return Packed(self.data[start * self._width : stop * self._width], self._width)
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        at = index % len(self) * self._width
        return self.data[at : at + self._width]


def in_order(records: Sequence[bytes]) -> bytes:
    """Return records sorted, as one piece."""
    if len(records) > _FEW:
        table = np.frombuffer(b"".join(records), np.uint8).reshape(-1, RECORD_SIZE)
        keys = np.ascontiguousarray(table[:, :8]).view(">u8").ravel()
        order = np.argsort(keys)
        if (np.diff(keys[order]) > 0).all():
            return table[order].tobytes()
        # Two keys that begin alike: once in many thousands of years, and then the slow way.
    return b"".join(sorted(records))


def hashes_of(records: bytes, pool: Executor | None = None) -> bytes:
    """Return the leaf hashes of records."""
    return b"".join(_each(pool, _hash_block, _blocks(records, RECORD_SIZE)))


def levels_over(hashes: bytes, pool: Executor | None = None) -> list[Packed]:
    """Return the complete nodes of each level of the tree over leaf hashes, themselves first."""
    parts = list(_each(pool, _levels_of_block, _blocks(hashes, HASH_SIZE)))
    levels = [b"".join(part[level] for part in parts if level < len(part)) for level in range(_LEVEL + 1)]
    tops = levels_above(Packed(levels[-1], HASH_SIZE))[1:]
    whole = [*levels, *map(b"".join, tops)]
    return [Packed(level, HASH_SIZE) for level in whole if level] or [Packed(b"", HASH_SIZE)]


def _blocks(data: bytes, width: int) -> Iterator[bytes]:
    step = _BLOCK * width
    return (data[at : at + step] for at in range(0, len(data), step))


def _each(pool: Executor | None, work: Callable[[bytes], Any], blocks: Iterator[bytes]) -> Iterator[Any]:
    return pool.map(work, blocks) if pool else map(work, blocks)


def _hash_block(records: bytes) -> bytes:
    return b"".join(map(record_hash, Packed(records, RECORD_SIZE)))


def _levels_of_block(hashes: bytes) -> list[bytes]:
    return list(map(b"".join, levels_above(Packed(hashes, HASH_SIZE))))
