"""The Merkle tree against the published vectors of certificate transparency."""

from collections.abc import Sequence

import pytest

from lotproof.proof.merkle import (
    EMPTY_ROOT,
    Frontier,
    ReadHashes,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    split_stored_index,
    stored_count,
    stored_index,
    verify_consistency,
    verify_inclusion,
    verify_subtree,
)

# The eight leaves, roots and proofs of the certificate-transparency test tree:
# github.com/transparency-dev/merkle, proof/verify_test.go.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        7,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
]
SOME_HASH = leaf_hash(b"something else")


def grown(count: int) -> tuple[Frontier, list[bytes]]:
    """The published tree with its first leaves, and its stored hashes."""
    frontier, stored = Frontier(), []
    for leaf in LEAVES[:count]:
        stored += frontier.append(leaf_hash(leaf))
    return frontier, stored


def reader(stored: Sequence[bytes], asked: list[Sequence[int]]) -> ReadHashes:
    def read(indexes: Sequence[int]) -> list[bytes]:
        asked.append(indexes)
        return [stored[i] for i in indexes]

    return read


def test_an_empty_tree_has_the_hash_of_nothing_as_its_root() -> None:
    # RFC 6962, section 2.1: MTH({}) = SHA-256().
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Frontier().root() == EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_growing_the_tree_gives_the_published_roots(size: int) -> None:
    frontier, stored = grown(size)

    assert frontier.root().hex() == ROOTS[size - 1]
    assert len(stored) == stored_count(size)


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_inclusion_proofs_are_those_published(index: int, size: int, proof: list[str]) -> None:
    asked: list[Sequence[int]] = []
    found = inclusion_proof(index, size, reader(grown(size)[1], asked))

    assert [one.hex() for one in found] == proof
    assert len(asked) <= 1
    assert verify_inclusion(leaf_hash(LEAVES[index]), index, size, found, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_consistency_proofs_are_those_published(old: int, new: int, proof: list[str]) -> None:
    asked: list[Sequence[int]] = []
    found = consistency_proof(old, new, reader(grown(new)[1], asked))

    assert [one.hex() for one in found] == proof
    assert len(asked) <= 1
    roots = bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1])
    assert verify_consistency(old, new, *roots, found)


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_a_changed_inclusion_proof_does_not_verify(index: int, size: int, proof: list[str]) -> None:
    leaf, root, hashes = (
        leaf_hash(LEAVES[index]),
        bytes.fromhex(ROOTS[size - 1]),
        list(map(bytes.fromhex, proof)),
    )
    wrong: list[tuple[bytes, int, int, list[bytes], bytes]] = [
        (leaf, index - 1, size, hashes, root),
        (leaf, index + 1, size, hashes, root),
        (leaf, index ^ 2, size, hashes, root),
        (leaf, index, size * 2, hashes, root),
        (leaf, index, size // 2, hashes, root),
        (b"WrongLeaf", index, size, hashes, root),
        (b"", index, size, hashes, root),
        (leaf, index, size, hashes, EMPTY_ROOT),
        (leaf, index, size, hashes, SOME_HASH),
        (leaf, index, size, [*hashes, b""], root),
        (leaf, index, size, [*hashes, root], root),
        (leaf, index, size, [b"", *hashes], root),
        (leaf, index, size, [root, *hashes], root),
    ]
    wrong += [
        (leaf, index, size, [*hashes[:i], flipped(hashes[i]), *hashes[i + 1 :]], root)
        for i in range(len(hashes))
    ]
    if hashes:
        wrong += [(leaf, index, size, hashes[:-1], root), (leaf, index, size, [hashes[0], *hashes], root)]

    assert not any(verify_inclusion(*arguments) for arguments in wrong)


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY[1:])
def test_a_changed_consistency_proof_does_not_verify(old: int, new: int, proof: list[str]) -> None:
    was, now = bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1])
    hashes = list(map(bytes.fromhex, proof))
    wrong: list[tuple[int, int, bytes, bytes, list[bytes]]] = [
        (old - 1, new, was, now, hashes),
        (old + 1, new, was, now, hashes),
        (old ^ 2, new, was, now, hashes),
        (old, new * 2, was, now, hashes),
        (old, new // 2, was, now, hashes),
        (old, new, SOME_HASH, now, hashes),
        (old, new, was, SOME_HASH, hashes),
        (old, new, now, was, hashes),
        (old, new, was, now, []),
        (old, new, was, now, [*hashes, b""]),
        (old, new, was, now, [*hashes, was]),
        (old, new, was, now, [was, *hashes]),
        (old, new, was, now, [hashes[0], *hashes]),
        (old, new, was, now, hashes[:-1]),
        (new, old, was, now, hashes),
        (-1, new, was, now, hashes),
    ]
    wrong += [
        (old, new, was, now, [*hashes[:i], flipped(hashes[i]), *hashes[i + 1 :]]) for i in range(len(hashes))
    ]

    assert not any(verify_consistency(*arguments) for arguments in wrong)


def test_a_tree_begins_with_the_empty_one_and_with_itself() -> None:
    root = bytes.fromhex(ROOTS[7])

    assert verify_consistency(0, 8, EMPTY_ROOT, root, [])
    assert verify_consistency(8, 8, root, root, [])
    assert verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not verify_consistency(0, 8, SOME_HASH, root, [])
    assert not verify_consistency(8, 8, root, SOME_HASH, [])
    assert not verify_consistency(0, 8, EMPTY_ROOT, root, [SOME_HASH])


def test_a_whole_subtree_is_proven_like_a_leaf() -> None:
    frontier, stored = grown(7)
    proof = inclusion_proof(4, 7, lambda indexes: [stored[i] for i in indexes])
    pair = node_hash(leaf_hash(LEAVES[4]), leaf_hash(LEAVES[5]))

    assert verify_subtree(pair, 1, 2, 7, proof[1:], frontier.root())
    assert not verify_subtree(pair, 1, 1, 7, proof[1:], frontier.root())
    assert not verify_subtree(pair, 1, 3, 7, proof[1:], frontier.root())


def test_stored_nodes_are_numbered_as_in_the_go_checksum_database() -> None:
    # golang.org/x/mod/sumdb/tlog, TestSplitStoredHashIndex: the two numberings are inverse to each other.
    for level in range(10):
        for n in range(100):
            assert split_stored_index(stored_index(level, n)) == (level, n)
    # tlog's own comment: leaves 0 and 1 are stored at 0 and 1, their parent at 2, leaf 2 at 3.
    assert [stored_index(*node) for node in [(0, 0), (0, 1), (1, 0), (0, 2), (0, 3), (1, 1), (2, 0)]] == list(
        range(7)
    )


def test_appending_returns_hashes_in_stored_order() -> None:
    frontier, stored = grown(8)

    assert stored[stored_index(3, 0)] == frontier.root()
    assert stored[stored_index(1, 1)] == node_hash(leaf_hash(LEAVES[2]), leaf_hash(LEAVES[3]))


def test_a_frontier_survives_being_written_and_read() -> None:
    frontier, _ = grown(7)
    again = Frontier.from_bytes(frontier.to_bytes())

    again.append(leaf_hash(LEAVES[7]))

    assert again.root().hex() == ROOTS[7]
    assert frontier.root().hex() == ROOTS[6]
    assert Frontier.from_bytes(Frontier().to_bytes()).size == 0


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 7, (3).to_bytes(8), (1).to_bytes(8) + b"short", (0).to_bytes(8) + b"x"]
)
def test_bytes_that_are_no_frontier_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="right edge"):
        Frontier.from_bytes(data)


def test_a_copy_of_a_frontier_grows_on_its_own() -> None:
    frontier, _ = grown(3)

    frontier.copy().append(SOME_HASH)

    assert frontier.size == 3
    assert frontier.root().hex() == ROOTS[2]


def test_subtrees_can_be_appended_whole() -> None:
    frontier = Frontier()
    above = [frontier.append_subtree(2, grown(4)[0].root()) for _ in range(2)]

    assert above == [[], [(3, 0, frontier.root())]]
    with pytest.raises(ValueError, match="multiple"):
        grown(3)[0].append_subtree(1, SOME_HASH)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (3, 3)])
def test_there_is_no_proof_for_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_proof(index, size, lambda _: [])
    assert not verify_inclusion(SOME_HASH, index, size, [], SOME_HASH)


@pytest.mark.parametrize(("old", "new"), [(2, 1), (-1, 3)])
def test_a_tree_does_not_begin_with_a_larger_one(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="does not begin"):
        consistency_proof(old, new, lambda _: [])


def flipped(data: bytes) -> bytes:
    """The same bytes but for one bit."""
    return bytes([data[0] ^ 8]) + data[1:]
