"""The tree against the definition of RFC 6962, written down as it stands there."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotproof.proof import merkle, tiles

EXHAUSTIVE = range(1026)
EDGES = (255, 256, 257, 511, 512, 513, 767, 1023, 1024, 1025)
AROUND_TWO_TILES = (65_535, 65_536, 65_537)
LARGEST = 65_537
LEAVES = [sha256(b"leaf %d" % n).digest() for n in range(LARGEST)]


@cache
def root(start: int, end: int) -> bytes:
    """RFC 6962, section 2.1: the Merkle tree hash of the leaves [start, end)."""
    if start == end:
        return sha256(b"").digest()
    if end - start == 1:
        return LEAVES[start]
    middle = start + split(end - start)
    return sha256(b"\x01" + root(start, middle) + root(middle, end)).digest()


def path(index: int, start: int, end: int) -> list[bytes]:
    """RFC 6962, section 2.1.1: PATH(m, D[n])."""
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if index < middle:
        return [*path(index, start, middle), root(middle, end)]
    return [*path(index, middle, end), root(start, middle)]


def subproof(old: int, start: int, end: int, whole: bool) -> list[bytes]:
    """RFC 6962, section 2.1.2: SUBPROOF(m, D[n], b)."""
    if old == end:
        return [] if whole else [root(start, end)]
    middle = start + split(end - start)
    if old <= middle:
        return [*subproof(old, start, middle, whole), root(middle, end)]
    return [*subproof(old, middle, end, False), root(start, middle)]


def split(n: int) -> int:
    """The largest power of two below n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


@pytest.fixture(scope="module")
def stored() -> list[bytes]:
    """All stored hashes of the largest tree."""
    frontier, hashes = merkle.Frontier(), []
    for leaf in LEAVES:
        hashes += frontier.append(leaf)
    return hashes


def reader(stored: Sequence[bytes], size: int, calls: list[int]) -> merkle.ReadHashes:
    """Reads a smaller tree's nodes, and never what that tree did not have yet."""

    def read(indexes: Sequence[int]) -> list[bytes]:
        calls.append(len(indexes))
        assert max(indexes) < merkle.stored_count(size)
        assert len(set(indexes)) == len(indexes)
        return [stored[i] for i in indexes]

    return read


def check_inclusion(stored: Sequence[bytes], index: int, size: int) -> None:
    calls: list[int] = []
    proof = merkle.inclusion_proof(index, size, reader(stored, size, calls))
    assert proof == path(index, 0, size)
    assert len(calls) <= 1
    assert sum(calls) <= 2 * size.bit_length()
    assert merkle.verify_inclusion(LEAVES[index], index, size, proof, root(0, size))


def check_consistency(stored: Sequence[bytes], old: int, new: int) -> None:
    calls: list[int] = []
    proof = merkle.consistency_proof(old, new, reader(stored, new, calls))
    assert proof == ([] if old in (0, new) else subproof(old, 0, new, True))
    assert len(calls) <= 1
    assert merkle.verify_consistency(old, new, root(0, old), root(0, new), proof)


def test_every_root_up_to_1025_is_that_of_the_model() -> None:
    frontier = merkle.Frontier()
    for size in EXHAUSTIVE:
        assert frontier.size == size
        assert frontier.root() == root(0, size)
        assert merkle.Frontier.from_bytes(frontier.to_bytes()).root() == root(0, size)
        frontier.append(LEAVES[size])


def test_every_stored_node_up_to_1025_is_the_root_of_its_leaves(stored: list[bytes]) -> None:
    for number in range(merkle.stored_count(1025)):
        level, n = merkle.split_stored_index(number)
        assert stored[number] == root(n << level, (n + 1) << level)
        assert merkle.stored_index(level, n) == number


@pytest.mark.parametrize("size", [*range(1, 70), *EDGES])
def test_every_leaf_of_these_trees_is_proven(stored: list[bytes], size: int) -> None:
    for index in range(size):
        check_inclusion(stored, index, size)


@pytest.mark.parametrize("new", [*range(70), *EDGES])
def test_every_tree_begins_with_every_smaller_one(stored: list[bytes], new: int) -> None:
    for old in range(new + 1):
        check_consistency(stored, old, new)


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_any_leaf_of_any_tree_up_to_1025_is_proven(stored: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 1025))
    index = data.draw(st.integers(0, size - 1))
    check_inclusion(stored, index, size)
    check_consistency(stored, index, size)


@pytest.mark.parametrize("size", AROUND_TWO_TILES)
def test_trees_around_256_squared_are_proven(stored: list[bytes], size: int) -> None:
    frontier = merkle.Frontier()
    for leaf in LEAVES[:size]:
        frontier.append(leaf)
    assert frontier.root() == root(0, size)
    for index in {0, 1, 255, 256, 32_767, 32_768, 65_279, 65_280, size - 2, size - 1}:
        check_inclusion(stored, index, size)
        check_consistency(stored, index, size)


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_no_other_leaf_place_size_or_root_is_proven_by_a_proof(
    stored: list[bytes], data: st.DataObject
) -> None:
    size = data.draw(st.integers(2, 300))
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, reader(stored, size, []))
    other = data.draw(st.integers(0, 299).filter(lambda n: n != index))
    at = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    node = bytearray(proof[at])
    node[bit // 8] ^= 1 << bit % 8

    right = root(0, size)
    assert not merkle.verify_inclusion(LEAVES[other], index, size, proof, right)
    assert not merkle.verify_inclusion(LEAVES[index], other, size, proof, right)
    assert not merkle.verify_inclusion(
        LEAVES[index], index, size, [*proof[:at], bytes(node), *proof[at + 1 :]], right
    )
    assert not merkle.verify_inclusion(LEAVES[index], index, size, proof[:at] + proof[at + 1 :], right)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, 1025, 65_535, 65_536, 65_537])
def test_tiles_hold_the_nodes_of_every_eighth_level(stored: list[bytes], size: int) -> None:
    for tile in tiles.all_tiles(size):
        span = 1 << 8 * tile.level
        first = tile.index * tiles.WIDTH
        assert tile.first_leaf == first * span
        for offset, number in list(enumerate(tile.stored_indexes()))[:: 1 if size < 2000 else 37]:
            start = (first + offset) * span
            assert start + span <= size
            assert stored[number] == root(start, start + span)


@given(sizes=st.lists(st.integers(0, 70_000), min_size=1, max_size=8).map(sorted))
@settings(max_examples=100, deadline=None)
def test_tiles_published_step_by_step_are_those_of_the_whole_tree(sizes: list[int]) -> None:
    published, last = set(), 0
    for size in sizes:
        published |= set(tiles.new_tiles(last, size))
        last = size

    assert set(tiles.all_tiles(last)) <= published
    assert all(tiles.parse_tile_path(tile.path) == tile for tile in published)


@pytest.mark.parametrize("old", range(0, 600, 7))
def test_each_step_publishes_no_more_than_what_changed(old: int) -> None:
    for new in (old, old + 1, old + 300):
        expected = set(tiles.all_tiles(new)) - set(tiles.all_tiles(old))
        assert set(tiles.new_tiles(old, new)) == expected
