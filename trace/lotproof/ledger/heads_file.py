"""The records of a heads entry in one file, so that a proof from it takes a few small reads.

- Layout: 16 bytes of magic; size of the log and number of records, 8 bytes each, big-endian; SHA-256 of records
  and leaf hashes; the records (72 bytes each, in order); then the complete nodes of each level (32 bytes each),
  leaf hashes first.
- It follows from the log and is made again where it is missing or damaged. It is therefore not synced, and
  whoever proves something from it checks the proof.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from lotproof.ledger.heads_hashing import Packed
from lotproof.proof.heads import RECORD_SIZE, Heads, root_of
from lotproof.proof.merkle import HASH_SIZE, split_stored_index

_MAGIC = b"lotproof-heads1\n"
_HEADER = len(_MAGIC) + 16 + HASH_SIZE


class HeadsInHand:
    """All records and nodes in memory. records: in order.  levels: of the tree over them, leaf hashes first."""

    def __init__(self, size: int, records: Packed, levels: Sequence[Packed]) -> None:
        self.records = records
        self.levels = levels
        self.heads = Heads(size, root_of(levels), len(records))

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self.records)

    def record(self, index: int) -> bytes:
        """Return a record."""
        return self.records[index]

    def nodes(self, indexes: Sequence[int]) -> list[bytes]:
        """Return the hashes with these stored indexes."""
        return [self.levels[level][n] for level, n in map(split_stored_index, indexes)]


class HeadsFile:
    """The file for the first `size` entries, opened. Raises: OSError, ValueError if it is none of ours."""

    def __init__(self, folder: Path, size: int) -> None:
        with _path(folder, size).open("rb") as file:
            header = file.read(_HEADER)
            self.count = int.from_bytes(header[24:32])
            self._digest = header[32:]
            length = os.fstat(file.fileno()).st_size
            if header[:24] != _MAGIC + size.to_bytes(8) or length != _offset(
                self.count, self.count.bit_length()
            ):
                raise ValueError(f"{file.name} holds no heads of {size} entries")
            self._file = os.dup(file.fileno())

    def __enter__(self) -> "HeadsFile":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def record(self, index: int) -> bytes:
        """Return a record."""
        return os.pread(self._file, RECORD_SIZE, _HEADER + index * RECORD_SIZE)

    def nodes(self, indexes: Sequence[int]) -> list[bytes]:
        """Return the hashes with these stored indexes."""
        places = (_offset(self.count, level) + n * HASH_SIZE for level, n in map(split_stored_index, indexes))
        return [os.pread(self._file, HASH_SIZE, place) for place in places]

    def whole(self) -> tuple[Packed, Packed]:
        """Return all records and their leaf hashes. Raises: ValueError if they are not what was written."""
        end = _offset(self.count, 1)
        data = os.pread(self._file, end - _HEADER, _HEADER)
        if sha256(data).digest() != self._digest:
            raise ValueError("the file of heads is damaged")
        middle = self.count * RECORD_SIZE
        return Packed(data[:middle], RECORD_SIZE), Packed(data[middle:], HASH_SIZE)


def write(folder: Path, tree: HeadsInHand) -> None:
    """Write a file that is seen whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(folder, tree.heads.size)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    digest = sha256(tree.records.data)
    digest.update(tree.levels[0].data)
    with aside.open("wb") as file:
        file.write(_MAGIC + tree.heads.size.to_bytes(8) + tree.count.to_bytes(8) + digest.digest())
        file.write(tree.records.data)
        for level in tree.levels:
            file.write(level.data)
    aside.replace(path)


def sizes(folder: Path) -> list[int]:
    """Return the sizes of the log for which there are files, ascending."""
    if not folder.is_dir():
        return []
    return sorted(int(path.stem) for path in folder.glob("*.heads") if path.stem.isdecimal())


def forget_before(folder: Path, size: int) -> None:
    """Remove the files of earlier sizes."""
    for old in sizes(folder):
        if old < size:
            with suppress(FileNotFoundError):
                _path(folder, old).unlink()


def forget(folder: Path, size: int) -> None:
    """Remove a file that turned out to be wrong."""
    with suppress(FileNotFoundError):
        _path(folder, size).unlink()


def _path(folder: Path, size: int) -> Path:
    return folder / f"{size}.heads"


def _offset(count: int, level: int) -> int:
    """Where the nodes of a level begin; for the level above the last, the length of the file."""
    nodes = sum(count >> below for below in range(level))
    return _HEADER + count * RECORD_SIZE + nodes * HASH_SIZE
