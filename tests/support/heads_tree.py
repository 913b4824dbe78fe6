"""A tree of heads over a few records that a test made up."""

from collections.abc import Sequence

from lotproof.proof.heads import Heads, levels_above, record_hash, root_of
from lotproof.proof.merkle import EMPTY_ROOT, split_stored_index


class HeadsInMemory:
    """A tree of heads in memory."""

    def __init__(self, records: Sequence[bytes]) -> None:
        self.records = sorted(records)
        self.levels = levels_above([record_hash(one) for one in self.records])

    @property
    def count(self) -> int:
        return len(self.records)

    @property
    def heads(self) -> Heads:
        return Heads(100, root_of(self.levels) if self.records else EMPTY_ROOT, self.count)

    def record(self, index: int) -> bytes:
        return self.records[index]

    def nodes(self, indexes: Sequence[int]) -> list[bytes]:
        return [self.levels[level][n] for level, n in map(split_stored_index, indexes)]
