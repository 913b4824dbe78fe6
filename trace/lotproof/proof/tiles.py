"""Tiles: the tree and its entries as static files that never change once they are full.

Source: C2SP tlog-tiles. Tile (level, index) holds up to 256 consecutive node hashes of tree level 8·level;
an entry bundle holds the leaves under a tile of level 0, each after its length in two bytes, big-endian.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lotproof.kernel.errors import InvalidInputError, LogFaultError
from lotproof.proof.merkle import stored_index

HEIGHT = 8
WIDTH = 256
ENTRIES = -1
"""The level that stands for entry bundles."""

_MAX_LEVEL = 63
_MAX_LEAF = 65_535
_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A tile or, with level ENTRIES, an entry bundle. width: 256, or less where it is partial."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not ENTRIES <= self.level <= _MAX_LEVEL or self.index < 0 or not 1 <= self.width <= WIDTH:
            raise InvalidInputError("invalid_tile", f"no such tile: {self.level}, {self.index}, {self.width}")

    @property
    def path(self) -> str:
        """tile/<L>/<N>[.p/<W>], with the index in groups of three digits."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        name = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{name}{partial}"

    @property
    def first_leaf(self) -> int:
        """The first of the leaves under it."""
        return self.index << (HEIGHT * (max(self.level, 0) + 1))

    def stored_indexes(self) -> list[int]:
        """Return the numbers under which its hashes are stored, in order."""
        level, start = HEIGHT * max(self.level, 0), self.index * WIDTH
        return [stored_index(level, n) for n in range(start, start + self.width)]


def parse_tile_path(path: str) -> Tile:
    """Read a path written exactly as `Tile.path` writes it. Raises: InvalidInputError `invalid_tile`."""
    match = _PATH.fullmatch(path)
    if match:
        level = ENTRIES if match[1] == "entries" else int(match[1])
        index = int(match[2].replace("/", "").replace("x", ""))
        width = int(match[3]) if match[3] else WIDTH
        if level <= _MAX_LEVEL and width <= WIDTH and Tile(level, index, width).path == path:
            return Tile(level, index, width)
    raise InvalidInputError("invalid_tile", f"not the path of a tile: {path!r}")


def entries_path(index: int, width: int = WIDTH) -> str:
    """Return the path of an entry bundle."""
    return Tile(ENTRIES, index, width).path


def new_tiles(old_size: int, new_size: int) -> list[Tile]:
    """Return the tiles to publish when the tree grows, level by level, partial ones last in each.

    Every tile of level 0 also stands for its entry bundle. Raises: ValueError if the tree shrinks.
    """
    if not 0 <= old_size <= new_size:
        raise ValueError("a log only grows")
    tiles, level = [], 0
    while new_size:
        if old_size != new_size:
            tiles += [Tile(level, n) for n in range(old_size // WIDTH, new_size // WIDTH)]
            tiles += tile_of_edge(level, new_size)
        old_size, new_size, level = old_size // WIDTH, new_size // WIDTH, level + 1
    return tiles


def tile_of_edge(level: int, hashes: int) -> list[Tile]:
    """Return the partial tile at the right end of a level that has this many hashes, if there is one."""
    width = hashes % WIDTH
    return [Tile(level, hashes // WIDTH, width)] if width else []


def all_tiles(size: int) -> list[Tile]:
    """Return the tiles that a tree of this size consists of."""
    return new_tiles(0, size)


def encode_entries(leaves: Sequence[bytes]) -> bytes:
    """Return the entry bundle of up to 256 leaves. Raises: ValueError for a leaf over 65,535 bytes."""
    if len(leaves) > WIDTH or any(len(leaf) > _MAX_LEAF for leaf in leaves):
        raise ValueError("a bundle holds at most 256 leaves of at most 65,535 bytes")
    return b"".join(len(leaf).to_bytes(2) + leaf for leaf in leaves)


def decode_entries(data: bytes) -> list[bytes]:
    """Return the leaves of an entry bundle. Raises: LogFaultError `invalid_bundle`."""
    leaves, end = split_entries(data)
    if end != len(data) or len(leaves) > WIDTH:
        raise LogFaultError("invalid_bundle", f"the entry bundle ends wrongly after {len(leaves)} entries")
    return leaves


def split_entries(data: bytes) -> tuple[list[bytes], int]:
    """Return the leaves that can be read, and the position behind the last of them."""
    leaves, at = [], 0
    while at + 2 <= len(data):
        end = at + 2 + (data[at] << 8 | data[at + 1])
        if end > len(data):
            break
        leaves.append(data[at + 2 : end])
        at = end
    return leaves, at


def decode_hashes(tile: Tile, data: bytes) -> list[bytes]:
    """Return the hashes of a tile's file. Raises: LogFaultError `invalid_tile` if its length does not fit."""
    if len(data) != 32 * tile.width:
        raise LogFaultError("invalid_tile", f"{tile.path} has {len(data)} bytes instead of {32 * tile.width}")
    return [data[i : i + 32] for i in range(0, len(data), 32)]
