"""A log read from its tiles alone, wherever they lie: reading a file or a URL is passed in."""

from collections.abc import Callable, Iterator, Sequence

from lotproof.kernel.errors import LogFaultError
from lotproof.proof import merkle, tiles
from lotproof.proof.checkpoint import Checkpoint, parse_note_text
from lotproof.proof.faults import Fault, FaultFound
from lotproof.proof.tiles import ENTRIES, HEIGHT, WIDTH, Tile

CHECKPOINT = "checkpoint"


class TileSource:
    """Implements LogSource.

    read: returns the bytes at a path ("checkpoint", "tile/0/000.p/5"); raises LookupError or OSError where
    there is nothing. A partial tile that is gone is read from the full one.
    parse: how a checkpoint is read; other logs may write more into theirs than we do (`any_log.parse_any_note`).
    """

    def __init__(
        self, read: Callable[[str], bytes], parse: Callable[[bytes], Checkpoint] = parse_note_text
    ) -> None:
        self._read_path = read
        self._parse = parse
        self._checkpoint: bytes | None = None
        self._newest: dict[int, tuple[Tile, list[bytes]]] = {}

    def checkpoint(self) -> bytes | None:
        """Return the signed note as it stands there."""
        if self._checkpoint is None:
            try:
                self._checkpoint = self._read_path(CHECKPOINT)
            except (LookupError, OSError):
                return None
        return self._checkpoint

    @property
    def size(self) -> int:
        """The size that the checkpoint names: tiles know no other. Raises: NoteError."""
        note = self.checkpoint()
        return self._parse(note).size if note is not None else 0

    def leaves(self, start: int, end: int) -> Iterator[bytes]:
        """Return the leaves of [start, end) from their entry bundles."""
        for index in range(start // WIDTH, -(-end // WIDTH)):
            first = index * WIDTH
            bundle = self._bundle(index)
            yield from bundle[max(start - first, 0) : end - first]

    def nodes(self, start: int, end: int) -> Iterator[bytes | None]:
        """Return what the tiles keep: every eighth level, and None for the levels between."""
        level, n = merkle.split_stored_index(start)
        leaf = ((n + 1) << level) - 1
        for _ in range(start, end):
            if level % HEIGHT:
                yield None
            else:
                yield self._hashes(level // HEIGHT, (leaf >> level) // WIDTH)[(leaf >> level) % WIDTH]
            # A leaf completes the node above one that is the second of its pair.
            if leaf >> level & 1:
                level += 1
            else:
                level, leaf = 0, leaf + 1

    def read(self, indexes: Sequence[int]) -> list[bytes]:
        """Return hashes of any level, those between tiles computed from the tile below."""
        return [self._node(*merkle.split_stored_index(index)) for index in indexes]

    def where(self, stored_index: int) -> tuple[str, str]:
        """Return "tile" and its path."""
        return "tile", self._tile_of(*merkle.split_stored_index(stored_index)).path

    def _tile_of(self, level: int, n: int) -> Tile:
        return self._tile(level // HEIGHT, (n << level % HEIGHT) // WIDTH)

    def _tile(self, level: int, index: int) -> Tile:
        hashes = self.size >> (HEIGHT * max(level, 0))
        return Tile(level, index, min(WIDTH, hashes - index * WIDTH))

    def _node(self, level: int, n: int) -> bytes:
        tile = self._tile_of(level, n)
        below, first = level % HEIGHT, n << level % HEIGHT
        start = first - tile.index * WIDTH
        hashes = self._hashes(tile.level, tile.index)[start : start + (1 << below)]
        while len(hashes) > 1:
            hashes = [merkle.node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
        return hashes[0]

    def _hashes(self, level: int, index: int) -> list[bytes]:
        """Return a tile's hashes; the newest of every level is kept, because they are asked for in order."""
        kept = self._newest.get(level)
        if kept is not None and kept[0].index == index:
            return kept[1]
        tile = self._tile(level, index)
        data = self._fetch(tile)
        try:
            hashes = tiles.decode_hashes(tile, data)
        except LogFaultError as error:
            raise FaultFound(Fault(tile.first_leaf, "tile", error.message, tile.path)) from None
        self._newest[level] = (tile, hashes)
        return hashes

    def _bundle(self, index: int) -> list[bytes]:
        tile = self._tile(ENTRIES, index)
        data = self._fetch(tile)
        leaves, end = tiles.split_entries(data)
        if len(leaves) == tile.width and end == len(data):
            return leaves
        raise FaultFound(self._first_wrong(tile, leaves))

    def _first_wrong(self, bundle: Tile, leaves: Sequence[bytes]) -> Fault:
        """A wrong length shifts all that follows it: the first leaf without its hash is where that began."""
        hashes = self._hashes(0, bundle.index)
        fitting = 0
        while (
            fitting < min(len(leaves), len(hashes)) and merkle.leaf_hash(leaves[fitting]) == hashes[fitting]
        ):
            fitting += 1
        index = min(bundle.first_leaf + fitting, self.size - 1)
        return Fault(
            index, "leaf", "the entry bundle cannot be divided into its entries from here", bundle.path
        )

    def _fetch(self, tile: Tile) -> bytes:
        paths = [tile.path] if tile.width == WIDTH else [tile.path, Tile(tile.level, tile.index).path]
        for path in paths:
            try:
                data = self._read_path(path)
            except (LookupError, OSError):
                continue
            return data if path == tile.path else _cut(tile, data)
        raise FaultFound(Fault(tile.first_leaf, "tile", "the file is missing", tile.path))


def _cut(tile: Tile, full: bytes) -> bytes:
    """Return the part of a full tile that was the partial one."""
    if tile.level == ENTRIES:
        return tiles.encode_entries(tiles.split_entries(full)[0][: tile.width])
    return full[: 32 * tile.width]
