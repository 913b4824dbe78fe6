"""Heads entries against the log: whoever reads all of it finds one that leaves out, adds or dates back a head.

- The heads of [0, size) are those of now, taken back by the entries that came since; these are read again from
  the newest to the oldest, and each must be the one whose hash its chains name.
- Between two heads entries only the chains that moved are hashed anew; the tree above them is.
"""

from collections.abc import Iterable, Iterator, Mapping

from lotproof.kernel.errors import InvalidInputError
from lotproof.proof.entry import ChainLink, check_structure, parse
from lotproof.proof.faults import Fault, FaultFound
from lotproof.proof.heads import (
    Heads,
    chain_key,
    levels_above,
    read_statement,
    record_hash,
    record_of,
    root_of,
)
from lotproof.proof.log_source import LogSource
from lotproof.proof.merkle import leaf_hash

Head = tuple[int, str]
"""Number and leaf hash (hex) of the newest entry of a chain."""

_AT_ONCE = 256


class HeadsCheck:
    """heads: the chains' heads, moved on by whoever reads the log.  covered: of the newest heads entry so far."""

    def __init__(self, source: LogSource, heads: Mapping[str, Head], covered: int) -> None:
        self.covered = covered
        self._source = source
        self._heads = heads
        self._keys: list[bytes] = []
        self._hashes: dict[bytes, bytes] = {}
        self._moved: set[str] | None = None  # None: nothing was hashed yet

    def moved(self, chains: Iterable[str]) -> None:
        """Remember that these chains got a new entry."""
        if self._moved is not None:
            self._moved.update(chains)

    def check(self, index: int, leaf: bytes) -> None:
        """Check the heads entry that stands at `index`. Raises: FaultFound."""
        try:
            entry = parse(leaf)
        except InvalidInputError as error:
            raise FaultFound(Fault(index, "canonical", error.message)) from None
        problems = check_structure(entry)
        if problems:
            raise FaultFound(Fault(index, problems[0].where, problems[0].message))
        stated = read_statement(entry.signed)
        if stated.size > index:
            raise _wrong(index, f"it covers {stated.size} entries, and only {index} stand before it")
        if stated.size <= self.covered:
            raise _wrong(index, f"it covers {stated.size} entries, and one before it covered {self.covered}")
        self._compare(index, stated)
        self.covered = stated.size

    def _compare(self, index: int, stated: Heads) -> None:
        since = dict(self._taken_back(stated.size, index))
        self._hash_moved(since)
        self._moved = set(since)
        if len(self._keys) != stated.chains:
            what = (
                f"it counts {stated.chains} chains, and entries 0 to {stated.size - 1} have {len(self._keys)}"
            )
            raise _wrong(index, what)
        if root_of(levels_above([self._hashes[key] for key in self._keys])) != stated.root:
            raise _wrong(index, f"its root is not that of the heads of entries 0 to {stated.size - 1}")

    def _hash_moved(self, since: Mapping[str, Head | None]) -> None:
        new = []
        for chain in list(self._heads) if self._moved is None else self._moved:
            head = since.get(chain, self._heads[chain])
            if head is None:
                continue
            key = chain_key(chain)
            if key not in self._hashes:
                new.append(key)
            self._hashes[key] = record_hash(record_of(chain, head[0], bytes.fromhex(head[1])))
        self._keys.extend(new)
        self._keys.sort()  # two runs that are nearly in order: quick

    def _taken_back(self, size: int, index: int) -> Iterator[tuple[str, Head | None]]:
        """Yield each chain that moved in [size, index) with its head before that, None where it had none."""
        before: dict[str, Head | None] = {}
        for end in range(index, size, -_AT_ONCE):
            start = max(size, end - _AT_ONCE)
            leaves = list(self._source.leaves(start, end))
            if len(leaves) != end - start:
                raise FaultFound(Fault(start + len(leaves), "leaf", "the entry is missing"))
            for at, leaf in zip(range(end - 1, start - 1, -1), reversed(leaves), strict=True):
                for link in self._links(at, leaf):
                    if before.get(link.id, self._heads.get(link.id)) != (link.seq, leaf_hash(leaf).hex()):
                        raise FaultFound(
                            Fault(at, "leaf", f"it is not the entry that {link.id} goes on from")
                        )
                    before[link.id] = (link.seq - 1, link.prev) if link.prev is not None else None
        yield from before.items()

    def _links(self, index: int, leaf: bytes) -> tuple[ChainLink, ...]:
        try:
            return parse(leaf).chains
        except InvalidInputError as error:
            raise FaultFound(Fault(index, "canonical", error.message)) from None


def _wrong(index: int, what: str) -> FaultFound:
    return FaultFound(Fault(index, "heads", what))
