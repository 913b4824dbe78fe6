"""Very many heads are sorted and hashed as few are."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256

import pytest

from lotproof.ledger.heads_hashing import Packed, hashes_of, in_order, levels_over
from lotproof.proof.heads import RECORD_SIZE, levels_above, record_hash
from lotproof.proof.merkle import HASH_SIZE


def records(count: int) -> list[bytes]:
    return [sha256(bytes([n % 251]) + n.to_bytes(8)).digest() * 2 + n.to_bytes(8) for n in range(count)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 1_000, 65_535, 65_536, 65_537, 131_072, 140_001])
def test_the_tree_in_blocks_is_the_tree(count: int) -> None:
    hashes = [n.to_bytes(HASH_SIZE) for n in range(count)]

    assert [list(level) for level in levels_over(b"".join(hashes))] == levels_above(hashes)


def test_a_pool_gives_what_one_process_does() -> None:
    some = b"".join(records(70_000))

    with ProcessPoolExecutor(2) as pool:
        hashes = hashes_of(some, pool)
        assert [level.data for level in levels_over(hashes, pool)] == [
            level.data for level in levels_over(hashes)
        ]

    assert list(Packed(hashes, HASH_SIZE)) == [record_hash(one) for one in Packed(some, RECORD_SIZE)]


@pytest.mark.parametrize("count", [0, 1, 500, 20_000])
def test_records_are_sorted_by_all_their_bytes(count: int) -> None:
    some = records(count)

    assert in_order(some) == b"".join(sorted(some))


def test_keys_that_begin_alike_are_told_apart_by_the_rest() -> None:
    alike = bytes(8)
    some = [alike + one[8:] if n in (7, 9_000) else one for n, one in enumerate(records(20_000))]

    assert in_order(some) == b"".join(sorted(some))


def test_a_piece_beyond_the_end_is_refused() -> None:
    packed = Packed(b"aabbcc", 2)

    assert (packed[0], packed[-1], packed[1:].data, len(packed)) == (b"aa", b"cc", b"bbcc", 3)
    with pytest.raises(IndexError):
        packed[3]
