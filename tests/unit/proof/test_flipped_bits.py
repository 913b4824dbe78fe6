"""One bit is flipped, anywhere: it is found, and it is found where it was flipped."""

from collections.abc import Iterator
from typing import Any

import pytest

from lotproof.proof import merkle
from lotproof.proof.faults import Fault
from lotproof.proof.tile_source import TileSource
from lotproof.proof.tiles import ENTRIES, WIDTH, parse_tile_path
from lotproof.proof.verify import verify_log
from support.log_builder import LogBuilder, MemorySource, orchard

SHALLOW: dict[str, Any] = {"signatures": False, "chains": False}


def flip(data: bytes, byte: int) -> bytes:
    """The same bytes but for one bit, another one in each byte."""
    return data[:byte] + bytes([data[byte] ^ 1 << byte % 8]) + data[byte + 1 :]


def found(source: MemorySource | TileSource, log: LogBuilder, **depth: Any) -> Fault:
    """The fault that the verifier finds."""
    fault = verify_log(source, log_key=log.log_key, **depth).fault
    assert fault is not None
    return fault


@pytest.fixture(scope="module")
def small() -> LogBuilder:
    """Eleven entries: no tile is full, and the right edge has several subtrees."""
    return orchard(11)


@pytest.fixture(scope="module")
def tiled() -> LogBuilder:
    """One full tile with its bundle, one partial one, and one above them."""
    return orchard(300)


# In a database


def test_a_bit_of_a_leaf_is_found_in_its_entry(small: LogBuilder) -> None:
    for index, leaf in enumerate(small.leaves):
        for byte in range(0, len(leaf), 3):
            source = small.source()
            source.kept_leaves[index] = flip(leaf, byte)

            fault = found(source, small, **SHALLOW)

            assert (fault.index, fault.field) == (index, "leaf")


def test_a_bit_of_a_leaf_is_found_by_a_full_run_too(small: LogBuilder) -> None:
    for index, leaf in enumerate(small.leaves):
        source = small.source()
        source.kept_leaves[index] = flip(leaf, 17 * index)

        fault = found(source, small)

        assert (fault.index, fault.field) == (index, "leaf")


def test_a_bit_of_a_stored_hash_is_found_in_that_hash(small: LogBuilder) -> None:
    for number, node in enumerate(small.nodes):
        level, n = merkle.split_stored_index(number)
        for byte in range(32):
            source = small.source()
            source.kept_nodes[number] = flip(node, byte)

            fault = found(source, small, **SHALLOW)

            assert (fault.index, fault.field, fault.place) == (n << level, "node", f"node {number}")


def test_bits_are_found_in_full_blocks_too(tiled: LogBuilder) -> None:
    for number in range(0, len(tiled.nodes), 7):
        source = tiled.source()
        source.kept_nodes[number] = flip(tiled.nodes[number], number % 32)
        assert found(source, tiled, **SHALLOW).place == f"node {number}"
    for index in range(0, 300, 11):
        source = tiled.source()
        source.kept_leaves[index] = flip(tiled.leaves[index], index)
        assert found(source, tiled, **SHALLOW).index == index


def test_every_bit_of_the_checkpoint_counts(small: LogBuilder) -> None:
    note = small.note()
    for bit in range(8 * len(note)):
        source = small.source()
        source.note = note[: bit // 8] + bytes([note[bit // 8] ^ 1 << bit % 8]) + note[bit // 8 + 1 :]

        fault = found(source, small, **SHALLOW)

        assert (fault.index, fault.field) == (None, "checkpoint")


def test_a_missing_leaf_or_hash_is_found_in_its_place(small: LogBuilder) -> None:
    source = small.source()
    del source.kept_nodes[9:]
    assert found(source, small, **SHALLOW).place == "node 9"

    source = small.source()
    source.kept_leaves[5:] = []
    assert found(source, small, **SHALLOW).index == 5


def test_a_row_missing_in_the_middle_is_found_in_its_place(small: LogBuilder) -> None:
    class Gap(MemorySource):
        def leaves(self, start: int, end: int) -> Iterator[bytes]:
            return iter(self.kept_leaves[start : min(end, 6)])

    right = small.source()

    fault = found(Gap(right.kept_leaves, right.kept_nodes, right.note), small)

    assert (fault.index, fault.field) == (6, "leaf")


def test_a_leaf_taken_out_put_in_or_swapped_is_found(small: LogBuilder) -> None:
    gone, added, swapped = small.source(), small.source(), small.source()
    gone.kept_leaves[4:6] = [small.leaves[5], small.leaves[5]]
    added.kept_leaves.insert(6, small.leaves[3])
    del added.kept_leaves[-1]
    swapped.kept_leaves[7], swapped.kept_leaves[8] = swapped.kept_leaves[8], swapped.kept_leaves[7]

    assert [found(one, small).index for one in (gone, added, swapped)] == [4, 6, 7]


def test_a_leaf_changed_with_its_hash_is_found_under_the_node_above(small: LogBuilder) -> None:
    source = small.source()
    source.kept_leaves[6] = flip(small.leaves[6], 100)
    source.kept_nodes[merkle.stored_index(0, 6)] = merkle.leaf_hash(source.kept_leaves[6])

    fault = found(source, small)

    assert (fault.index, fault.field) == (6, "leaf")
    assert "entries 6 to 7" in fault.what


def test_where_leaf_and_hash_were_changed_apart_neither_is_believed(small: LogBuilder) -> None:
    source = small.source()
    source.kept_leaves[6] = flip(small.leaves[6], 100)
    source.kept_nodes[merkle.stored_index(0, 6)] = flip(small.nodes[merkle.stored_index(0, 6)], 3)

    fault = found(source, small)

    assert (fault.index, fault.field) == (6, "leaf")
    assert "neither" in fault.what


def test_a_changed_leaf_is_found_where_hashes_to_judge_by_are_missing(small: LogBuilder) -> None:
    source = small.source()
    source.kept_leaves[0] = flip(small.leaves[0], 100)
    del source.kept_nodes[merkle.stored_index(0, 8) :]

    assert found(source, small).index == 0


def test_a_leaf_changed_with_all_hashes_above_is_held_against_the_checkpoint(small: LogBuilder) -> None:
    changed = LogBuilder()
    for index, leaf in enumerate(small.leaves):
        changed.append(flip(leaf, 100) if index == 6 else leaf)
    source = changed.source()
    source.note = small.note()

    fault = found(source, small, **SHALLOW)

    assert (fault.index, fault.field) == (None, "checkpoint")


# In what was signed: the tree was computed and the checkpoint signed again afterwards


def rebuilt(log: LogBuilder, index: int, leaf: bytes) -> LogBuilder:
    """The log with another leaf, and a tree and a checkpoint that fit it."""
    other = LogBuilder()
    for at, kept in enumerate(log.leaves):
        other.append(leaf if at == index else kept)
    return other


def test_a_changed_signature_is_found_in_its_entry(small: LogBuilder) -> None:
    for index, leaf in enumerate(small.leaves):
        at = leaf.index(b'"proofValue":"z') + 40
        other = b"A" if leaf[at : at + 1] != b"A" else b"B"
        log = rebuilt(small, index, leaf[:at] + other + leaf[at + 1 :])

        assert earliest(log) == (index, "signature")


def test_a_changed_payload_is_found_in_its_entry(small: LogBuilder) -> None:
    for index, leaf in enumerate(small.leaves):
        at = leaf.rindex(b'"kind":"') + 8
        log = rebuilt(small, index, leaf[:at] + bytes([leaf[at] ^ 1]) + leaf[at + 1 :])

        assert earliest(log)[0] == index
        assert earliest(log)[1] in ("signature", "key")


def test_a_changed_key_is_found_in_its_entry(small: LogBuilder) -> None:
    for index in range(4):
        leaf = small.leaves[index]
        at = leaf.rindex(b'"id":"did:key:z6Mk') + 30
        other = b"A" if leaf[at : at + 1] != b"A" else b"B"

        assert earliest(rebuilt(small, index, leaf[:at] + other + leaf[at + 1 :])) == (index, "signature")


def test_a_leaf_cannot_change_below_later_entries_of_its_chain(small: LogBuilder) -> None:
    log = rebuilt(small, 8, small.leaves[8].replace(b'"quantity":8.25', b'"quantity":9.25'))

    assert earliest(log, signatures=False) == (9, "chains")


def earliest(log: LogBuilder, **depth: Any) -> tuple[int | None, str]:
    """Where the first fault is."""
    fault = found(log.source(), log, **depth)
    return fault.index, fault.field


# In tiles


def places(files: dict[str, bytes]) -> Iterator[tuple[str, int]]:
    """A byte of every hash; of bundles the lengths of their first and last entries, and bytes between."""
    for path, data in files.items():
        if path.startswith("tile/entries/"):
            yield from ((path, byte) for byte in (*range(4), *range(len(data) - 2, len(data))))
            yield from ((path, byte) for byte in range(0, len(data), 997))
        elif path != "checkpoint":
            yield from ((path, byte + byte % 31) for byte in range(0, len(data), 32))


def test_tiles_alone_are_enough(tiled: LogBuilder) -> None:
    report = verify_log(TileSource(tiled.tiles().__getitem__), log_key=tiled.log_key)

    assert report.ok
    assert report.checked == 300


def test_a_bit_of_a_tile_is_found_in_that_tile_and_one_of_a_bundle_in_its_entry(tiled: LogBuilder) -> None:
    right = tiled.tiles()
    for path, byte in places(right):
        files = {**right, path: flip(right[path], byte)}

        fault = found(TileSource(files.__getitem__), tiled, **SHALLOW)

        tile = parse_tile_path(path)
        if tile.level == ENTRIES:
            assert (fault.index, fault.field) == (entry_at(right[path], byte) + tile.index * WIDTH, "leaf")
        else:
            assert (fault.field, fault.place) == ("tile", path)


def test_every_length_in_a_bundle_counts(tiled: LogBuilder) -> None:
    right = tiled.tiles()
    path = "tile/entries/001.p/44"
    at = 0
    for index in range(256, 300):
        for byte in (at, at + 1):
            files = {**right, path: flip(right[path], byte)}
            assert found(TileSource(files.__getitem__), tiled, **SHALLOW).index == index
        at += 2 + len(tiled.leaves[index])


def test_every_bit_of_a_published_checkpoint_counts(small: LogBuilder) -> None:
    right = small.tiles()
    for byte in range(len(right["checkpoint"])):
        files = {**right, "checkpoint": flip(right["checkpoint"], byte)}

        assert found(TileSource(files.__getitem__), small).field == "checkpoint"


@pytest.mark.parametrize(
    ("gone", "index", "field"),
    [
        ("checkpoint", None, "checkpoint"),
        ("tile/entries/000", 0, "tile"),
        ("tile/entries/001.p/44", 256, "tile"),
        ("tile/0/000", 0, "tile"),
        ("tile/0/001.p/44", 256, "tile"),
        ("tile/1/000.p/1", 0, "tile"),
    ],
)
def test_a_missing_file_is_named(tiled: LogBuilder, gone: str, index: int | None, field: str) -> None:
    files = tiled.tiles()
    del files[gone]

    fault = found(TileSource(files.__getitem__), tiled)

    assert (fault.index, fault.field) == (index, field)
    assert fault.place in ("", gone)


@pytest.mark.parametrize("change", [lambda data: data + b"x", lambda data: data[:-1], lambda data: b""])
@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"])
def test_a_file_of_another_length_is_named(tiled: LogBuilder, path: str, change: object) -> None:
    assert callable(change)
    files = tiled.tiles()
    files[path] = change(files[path])

    fault = found(TileSource(files.__getitem__), tiled)

    assert fault.place == path


def test_a_partial_tile_may_be_read_from_the_full_one(tiled: LogBuilder) -> None:
    grown = orchard(520)
    kept = {path: tiled.tiles()[path] for path in ("checkpoint", "tile/1/000.p/1")}
    files = {**grown.tiles(), **kept}

    report = verify_log(TileSource(files.__getitem__), log_key=tiled.log_key)

    assert "tile/0/001.p/44" not in files
    assert report.ok
    assert report.checked == 300


def test_a_log_of_tiles_is_resumed(tiled: LogBuilder) -> None:
    grown = orchard(520)
    state = verify_log(TileSource(tiled.tiles().__getitem__)).state

    report = verify_log(TileSource(grown.tiles().__getitem__), state=state)

    assert report.ok
    assert report.checked == 220


def test_a_leaf_changed_with_its_tile_is_found_among_the_entries_of_that_tile(tiled: LogBuilder) -> None:
    changed = LogBuilder()
    for index, leaf in enumerate(tiled.leaves):
        changed.append(flip(leaf, 100) if index == 77 else leaf)
    files = {**changed.tiles(), "tile/1/000.p/1": tiled.tiles()["tile/1/000.p/1"], "checkpoint": tiled.note()}

    fault = found(TileSource(files.__getitem__), tiled, **SHALLOW)

    assert (fault.index, fault.field) == (0, "leaf")
    assert "entries 0 to 255" in fault.what


def entry_at(bundle: bytes, byte: int) -> int:
    """The entry of a bundle that holds this byte, or its length."""
    at = index = 0
    while True:
        at += 2 + int.from_bytes(bundle[at : at + 2])
        if byte < at:
            return index
        index += 1
