"""Documents and pictures, each named by the SHA-256 of its bytes.

- A name stands for one content for ever: nothing is overwritten, and every read checks the content.
- A blob is whole or absent: it is written aside and synced, and only then gets its name.
- What a crash leaves aside has no name, so it is never read; `discard_unfinished` clears it away.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from lotproof.kernel.errors import InvalidInputError, LogFaultError, NotFoundError
from lotproof.storage.durable_files import make_folder, sync_folder, write_file

_SHA256 = re.compile(r"[0-9a-f]{64}")


class BlobStore:
    """A folder of blobs, `<folder>/<two hex digits>/<the rest>`; any number of processes may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = self._folder = folder
        self._aside = folder / "unfinished"

    def put(self, data: bytes) -> str:
        """Keep `data` and return its SHA-256 in hex; it is durable when this returns.

        Safe to repeat after any error, and at the same time from elsewhere.
        """
        sha = hashlib.sha256(data).hexdigest()
        path = self._path(sha)
        make_folder(self._aside, self._folder)
        make_folder(path.parent, self._folder)
        if _holds(path, data):
            sync_folder(path.parent)  # who gave it its name may have been stopped before this
        else:
            aside = self._aside / os.urandom(8).hex()
            write_file(path, data, root=self._folder, aside=aside)
        return sha

    def adopt(self, path: Path, sha: str) -> None:
        """Give a file that is whole and synced the name of its content, without reading it.

        sha: SHA-256 of the file, as its writer reckoned it.  It keeps its own name too; same file system. It is
        durable when this returns, and safe to repeat.
        """
        named = self._path(sha)
        make_folder(named.parent, self._folder)
        with suppress(FileExistsError):
            os.link(path, named)
        sync_folder(named.parent)

    def path_of(self, sha: str) -> Path:
        """Where the blob lies, for who sends it without reading it whole. Raises: NotFoundError `blob_not_found`."""
        path = self._path(sha)
        if not path.is_file():
            raise NotFoundError("blob_not_found", f"there is no blob {sha}")
        return path

    def get(self, sha: str) -> bytes:
        """Return the blob. Raises: NotFoundError `blob_not_found`; LogFaultError `blob_damaged`."""
        try:
            data = self._path(sha).read_bytes()
        except FileNotFoundError:
            raise NotFoundError("blob_not_found", f"there is no blob {sha}") from None
        if hashlib.sha256(data).hexdigest() != sha:
            raise LogFaultError(
                "blob_damaged", f"the bytes of blob {sha} changed on disk", "restore it from a backup"
            )
        return data

    def exists(self, sha: str) -> bool:
        """Whether the blob is here; does not read it."""
        return self._path(sha).is_file()

    def remove(self, sha: str) -> None:
        """Remove a blob for ever; nothing happens where it is not here."""
        path = self._path(sha)
        if path.exists():
            path.unlink()
            sync_folder(path.parent)

    def names(self) -> Iterator[str]:
        """Yield the SHA-256 of every blob that is here, in order."""
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                if _SHA256.fullmatch(folder.name + path.name):
                    yield folder.name + path.name

    def discard_unfinished(self) -> int:
        """Remove what crashed writers left behind, and return how many; only while nobody else writes."""
        left = list(self._aside.glob("*"))
        for path in left:
            path.unlink()
        return len(left)

    def _path(self, sha: str) -> Path:
        if not _SHA256.fullmatch(sha):
            raise InvalidInputError("invalid_hash", f"not a SHA-256 in hex: {sha!r}")
        return self._folder / sha[:2] / sha[2:]


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except FileNotFoundError:
        return False
