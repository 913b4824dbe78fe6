"""Heads: a Merkle tree over the newest entry of every chain, and what it shows about one chain.

- A record is 72 bytes: SHA-256 of the chain's id, the leaf hash of its newest entry, that entry's number in the
  chain (8 bytes, big-endian). Records stand in ascending order of the first 32 bytes, which all differ.
- The tree is that of RFC 6962 over the records, each behind 16 bytes that keep it apart from every other leaf.
- A `heads` entry states the root for the entries [0, size). Of any later entry it says nothing.
- That the records stand in order and are those of the log is seen by whoever reads the whole log
  (`heads_check`), and not by whoever gets one proof: he depends on that others read it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from lotproof.kernel.errors import LogFaultError
from lotproof.proof.entry import Entry
from lotproof.proof.merkle import EMPTY_ROOT, HASH_SIZE, Frontier, inclusion_proof, verify_inclusion

KIND = "heads"
TAG = b"lotproof-head-v1"
RECORD_SIZE = 72
LEAF_PREFIX = b"\x00" + TAG
"""What stands before a record when its leaf hash is taken: RFC 6962's byte, and the tag."""


@dataclass(frozen=True, slots=True)
class Heads:
    """What a heads entry states of the entries [0, size): the root of the tree, and its number of records."""

    size: int
    root: bytes
    chains: int

    def as_dict(self) -> dict[str, Any]:
        """The statement as it stands in an entry."""
        return {"size": self.size, "root": self.root.hex(), "chains": self.chains}


@dataclass(frozen=True, slots=True)
class HeadPlace:
    """A record, where it stands among all, and the hashes that lead from it to the root."""

    index: int
    record: bytes
    path: tuple[bytes, ...]


class HeadsTree(Protocol):
    """The records of one heads entry, to be proven."""

    @property
    def count(self) -> int:
        """How many records there are."""

    def record(self, index: int) -> bytes:
        """Return a record."""

    def nodes(self, indexes: Sequence[int]) -> Sequence[bytes]:
        """Return the hashes with these numbers of `merkle.stored_index`."""


def chain_key(chain: str) -> bytes:
    """Return what a chain is sorted by."""
    return sha256(chain.encode()).digest()


def record_of(chain: str, seq: int, head: bytes) -> bytes:
    """Return the record of a chain whose newest entry is number `seq` and has the leaf hash `head`."""
    return chain_key(chain) + head + seq.to_bytes(8)


def read_record(record: bytes) -> tuple[bytes, bytes, int]:
    """Return the chain's key, the leaf hash and the number. Raises: ValueError if it is not 72 bytes."""
    if len(record) != RECORD_SIZE:
        raise ValueError(f"a record has {RECORD_SIZE} bytes")
    return record[:HASH_SIZE], record[HASH_SIZE : 2 * HASH_SIZE], int.from_bytes(record[2 * HASH_SIZE :])


def record_hash(record: bytes) -> bytes:
    """Return a record's leaf hash."""
    return sha256(LEAF_PREFIX + record).digest()


def levels_above(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """Return the complete nodes of each level of the tree over these leaf hashes, themselves first."""
    levels = [list(hashes)]
    while len(levels[-1]) > 1:
        pairs = iter(levels[-1])
        levels.append(
            [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
        )
    return levels


def root_of(levels: Sequence[Sequence[bytes]]) -> bytes:
    """Return the root of a tree from its complete nodes, as `levels_above` gives them."""
    count = len(levels[0])
    edge = [
        levels[level][(count >> level) - 1] for level in reversed(range(len(levels))) if count >> level & 1
    ]
    return Frontier(count, edge).root()


def statement(by: str, heads: Heads) -> dict[str, Any]:
    """Return the payload of a heads entry. by: the authority's party, which signs it. It is about no chain."""
    return {"by": by, "role": "author", "kind": KIND, "about": [], "heads": heads.as_dict()}


def read_statement(signed: Mapping[str, Any]) -> Heads:
    """Return what a heads entry states. signed: of an entry in whose structure nothing is wrong."""
    stated = signed["heads"]
    return Heads(stated["size"], bytes.fromhex(stated["root"]), stated["chains"])


def stated_in(index: int, entry: Entry, authority_party: str | None) -> Heads:
    """Return what entry `index` states, whose structure and signature were checked.

    Raises: LogFaultError `heads_rule_broken` if it is no heads entry, not the authority's, or covers itself.
    """
    if entry.kind != KIND:
        raise _broken(index, "it is no heads entry")
    if entry.signed["by"] != authority_party:
        raise _broken(index, f"{entry.signed['by']} signed it, and is not the authority's party")
    heads = read_statement(entry.signed)
    if heads.size > index:
        raise _broken(index, f"it covers {heads.size} entries, and only {index} stand before it")
    return heads


def find(tree: HeadsTree, key: bytes) -> int:
    """Return where the record with this key stands, or would have to stand."""
    low, high = 0, tree.count
    while low < high:
        middle = (low + high) // 2
        if tree.record(middle)[:HASH_SIZE] < key:
            low = middle + 1
        else:
            high = middle
    return low


def prove(tree: HeadsTree, chain: str) -> tuple[HeadPlace, ...]:
    """Prove a chain's newest entry by its record, or that it has none by the records around its place."""
    key = chain_key(chain)
    at = find(tree, key)
    if at < tree.count and tree.record(at)[:HASH_SIZE] == key:
        return (_place(tree, at),)
    return tuple(_place(tree, index) for index in (at - 1, at) if 0 <= index < tree.count)


def verify_newest(heads: Heads, chain: str, places: Sequence[HeadPlace]) -> tuple[int, bytes] | None:
    """Return number and leaf hash of the chain's newest entry as of `heads.size` entries, None if not shown."""
    if len(places) != 1 or not _is_in(heads, places[0]):
        return None
    key, head, seq = read_record(places[0].record)
    return (seq, head) if key == chain_key(chain) else None


def verify_absent(heads: Heads, chain: str, places: Sequence[HeadPlace]) -> bool:
    """Return whether these are the records around the place where the chain's would stand, and nothing is between."""
    if not all(_is_in(heads, one) for one in places):
        return False
    key, keys = chain_key(chain), [one.record[:HASH_SIZE] for one in places]
    if len(places) == 2:
        return places[0].index + 1 == places[1].index and keys[0] < key < keys[1]
    if len(places) == 1:
        is_before = places[0].index == 0 and key < keys[0]
        return is_before or (places[0].index == heads.chains - 1 and keys[0] < key)
    return not places and heads.chains == 0 and heads.root == EMPTY_ROOT


def _is_in(heads: Heads, place: HeadPlace) -> bool:
    return len(place.record) == RECORD_SIZE and verify_inclusion(
        record_hash(place.record), place.index, heads.chains, place.path, heads.root
    )


def _place(tree: HeadsTree, index: int) -> HeadPlace:
    return HeadPlace(index, tree.record(index), tuple(inclusion_proof(index, tree.count, tree.nodes)))


def _broken(index: int, what: str) -> LogFaultError:
    return LogFaultError("heads_rule_broken", f"entry {index}: {what}")
