"""Tiles and their paths against C2SP tlog-tiles and Go's golang.org/x/mod/sumdb/tlog."""

import pytest

from lotproof.kernel.errors import InvalidInputError, LogFaultError
from lotproof.proof.merkle import stored_index
from lotproof.proof.tiles import (
    ENTRIES,
    Tile,
    all_tiles,
    decode_entries,
    decode_hashes,
    encode_entries,
    entries_path,
    new_tiles,
    parse_tile_path,
    split_entries,
)

# tlog_test.go (tilePaths), without the height that C2SP leaves out; C2SP tlog-tiles, "Merkle Tree".
PATHS = [
    ("tile/0/001", Tile(0, 1)),
    ("tile/0/001.p/5", Tile(0, 1, 5)),
    ("tile/5/x123/x456/078", Tile(5, 123456078)),
    ("tile/5/x123/x456/078.p/2", Tile(5, 123456078, 2)),
    ("tile/0/x003/x057/500", Tile(0, 3057500)),
    ("tile/entries/x003/x057/500", Tile(ENTRIES, 3057500)),
    ("tile/0/x001/x234/067", Tile(0, 1234067)),
    ("tile/0/000", Tile(0, 0)),
    ("tile/1/999.p/255", Tile(1, 999, 255)),
    ("tile/63/x001/000", Tile(63, 1000)),
]


@pytest.mark.parametrize(("path", "tile"), PATHS)
def test_paths_are_those_published(path: str, tile: Tile) -> None:
    assert tile.path == path
    assert parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/5/123/456/078",
        "tile/-1/123/456/078",
        "tile/data/x003/x057/500",
        "tile/00/001",
        "tile/64/001",
        "tile/0/x000/001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/05",
        "tile/0/001.p/257",
        "tile/0/1",
        "tile/0/0001",
        "tile/0/x001",
        "/tile/0/001",
        "tile/0/001/",
        "tile/0/001\n",
        "tile/0/٠٠١",
        "checkpoint",
        "",
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_tile_path(path)

    assert refused.value.code == "invalid_tile"


@pytest.mark.parametrize("numbers", [(-2, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_there_are_no_other_tiles(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidInputError):
        Tile(*numbers)


def test_a_tree_of_70000_has_the_tiles_that_the_specification_lists() -> None:
    tiles = all_tiles(70_000)

    # C2SP tlog-tiles, "Partial Tiles": the example of a tree of size 70,000.
    assert [tile for tile in tiles if tile.level == 0] == [
        *(Tile(0, n) for n in range(273)),
        Tile(0, 273, 112),
    ]
    assert [tile for tile in tiles if tile.level == 1] == [Tile(1, 0), Tile(1, 1, 17)]
    assert [tile for tile in tiles if tile.level == 2] == [Tile(2, 0, 1)]
    assert max(tile.level for tile in tiles) == 2


def test_a_tree_of_256_has_a_full_tile_and_one_hash_above_it() -> None:
    assert all_tiles(256) == [Tile(0, 0), Tile(1, 0, 1)]


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        (0, 0, []),
        (5, 5, []),
        (0, 1, ["tile/0/000.p/1"]),
        (100, 101, ["tile/0/000.p/101"]),
        (255, 257, ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]),
        (256, 300, ["tile/0/001.p/44"]),
        (300, 512, ["tile/0/001", "tile/1/000.p/2"]),
        (65_535, 65_536, ["tile/0/255", "tile/1/000", "tile/2/000.p/1"]),
    ],
)
def test_growing_publishes_the_tiles_that_changed(old: int, new: int, paths: list[str]) -> None:
    assert [tile.path for tile in new_tiles(old, new)] == paths


def test_a_log_never_shrinks() -> None:
    with pytest.raises(ValueError, match="grows"):
        new_tiles(2, 1)


def test_a_tile_knows_its_hashes_and_its_first_leaf() -> None:
    assert Tile(1, 2, 3).stored_indexes() == [stored_index(8, n) for n in (512, 513, 514)]
    assert Tile(1, 2, 3).first_leaf == 131_072
    assert Tile(ENTRIES, 3, 1).first_leaf == Tile(0, 3, 1).first_leaf == 768
    assert entries_path(1, 5) == "tile/entries/001.p/5"


def test_entries_are_written_after_their_length() -> None:
    leaves = [b"", b"a", b"x" * 65_535]

    assert encode_entries([b"ab", b""]) == b"\0\2ab\0\0"
    assert decode_entries(encode_entries(leaves)) == leaves


@pytest.mark.parametrize("leaves", [[b"x" * 65_536], [b""] * 257])
def test_what_does_not_fit_into_a_bundle_is_refused(leaves: list[bytes]) -> None:
    with pytest.raises(ValueError, match="bundle"):
        encode_entries(leaves)


@pytest.mark.parametrize("data", [b"\0", b"\0\2a", b"\0\1ab", b"\0\0" * 257])
def test_a_bundle_that_does_not_end_with_an_entry_is_refused(data: bytes) -> None:
    with pytest.raises(LogFaultError):
        decode_entries(data)


def test_the_entries_before_a_break_can_be_read() -> None:
    assert split_entries(b"\0\1a\0\5b") == ([b"a"], 3)


def test_a_tile_of_another_length_is_refused() -> None:
    assert decode_hashes(Tile(0, 0, 2), b"a" * 32 + b"b" * 32) == [b"a" * 32, b"b" * 32]
    with pytest.raises(LogFaultError):
        decode_hashes(Tile(0, 0, 2), b"a" * 63)
