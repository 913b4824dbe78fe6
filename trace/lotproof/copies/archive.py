"""Plain tar files of ordinary files, written and read as a stream, and read strictly.

- Only what `Archive` writes is read: no links, folders, devices, sparse files or extended headers, so that no
  member can be larger than the archive itself, or lie elsewhere than its name says.
- Which names are expected is the reader's business: it is asked before anything is kept.
"""

from collections.abc import Iterator
from pathlib import Path
from tarfile import AREGTYPE, BLOCKSIZE, GNU_FORMAT, REGTYPE, TarError, TarInfo
from typing import BinaryIO

from lotproof.kernel.errors import InvalidInputError

_PIECE = 1 << 20
_LONGEST_NAME = 100
_MODE = 0o644


class Archive:
    """A tar file that is being written; `finish` makes it whole."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, name: str, data: bytes) -> None:
        """Append one file."""
        self._file.write(_header(name, len(data)))
        self._file.write(data)
        self._file.write(bytes(-len(data) % BLOCKSIZE))

    def finish(self) -> None:
        """Write the end that a reader waits for."""
        self._file.write(bytes(2 * BLOCKSIZE))


class Member:
    """One file in an archive, to be read before the next one is asked for."""

    def __init__(self, name: str, size: int, file: BinaryIO) -> None:
        self.name = name
        self.size = size
        self._file = file
        self._left = size

    def pieces(self) -> Iterator[bytes]:
        """Yield its bytes. Raises: InvalidInputError `invalid_archive` where the archive ends before."""
        while self._left:
            data = self._file.read(min(_PIECE, self._left))
            if not data:
                raise _invalid(f"it ends in the middle of {self.name}")
            self._left -= len(data)
            yield data

    def read(self, most: int) -> bytes:
        """Return all of it. Raises: InvalidInputError `invalid_archive` for more than `most` bytes."""
        if self.size > most:
            raise _invalid(f"{self.name} has {self.size} bytes, and may have {most}")
        return b"".join(self.pieces())

    def leave(self) -> None:
        """Go to its end, padding included."""
        for _ in self.pieces():
            pass
        if len(self._file.read(-self.size % BLOCKSIZE)) != -self.size % BLOCKSIZE:
            raise _invalid(f"it ends after {self.name}")


def members(path: Path) -> Iterator[Member]:
    """Yield the files of an archive in order.

    Raises: InvalidInputError `invalid_archive` for whatever is no plain file, and where the end is missing.
    """
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCKSIZE)
            if block == bytes(BLOCKSIZE):
                return
            member = _member(block, file)
            yield member
            member.leave()


def _member(block: bytes, file: BinaryIO) -> Member:
    try:
        info = TarInfo.frombuf(block, "ascii", "strict")
    except (TarError, UnicodeDecodeError) as error:
        hint = "it must be an uncompressed tar file as lotproof writes it"
        raise _invalid(str(error) or type(error).__name__, hint) from None
    if info.type not in (REGTYPE, AREGTYPE) or info.size < 0 or info.linkname:
        raise _invalid(f"{info.name!r} in it is no plain file")
    return Member(info.name, info.size, file)


def _header(name: str, size: int) -> bytes:
    if len(name) > _LONGEST_NAME:
        raise ValueError(f"too long for a name in an archive: {name}")
    info = TarInfo(name)
    info.size, info.mode = size, _MODE
    return info.tobuf(GNU_FORMAT, "ascii", "strict")


def _invalid(why: str, hint: str = "get it again from where it came from") -> InvalidInputError:
    return InvalidInputError("invalid_archive", f"the archive cannot be read: {why}", hint)
