"""Where documents lie: originals in quarantine, clean copies apart from them, and what is being worked on.

- `quarantine/` and `clean/` are stores named by content, `work/` holds what has no name yet. All of it is readable by
  its owner alone, and only clean copies are ever served.
- Who names a file in a store, or removes one, has its turn for that content (`take_turns`) in a writing transaction:
  so nobody removes what somebody else has just found there.
- What a crash leaves in `work/` is not locked by anybody, and is cleared away.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from lotproof.ledger.log import Log
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import take_turn

CHUNK = 1 << 16
DOCUMENTS = "documents"


@dataclass(slots=True)
class Spool:
    """A file that is being received. handle: open for writing.

    is_left: it stays in `work/`, as its content may have got a name of which no row knows: see `left_behind`.
    """

    path: Path
    handle: int
    is_left: bool = False


class Files:
    """The folders of an instance's documents; any number of processes may share them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.quarantine = BlobStore(folder / "quarantine")
        self.clean = BlobStore(folder / "clean")
        self.work = folder / "work"

    @classmethod
    def of(cls, log: Log) -> Files:
        """Those beside the log's own files. They are made where they are missing."""
        files = cls(log.around.blobs.folder.parent / DOCUMENTS)
        files.make()
        return files

    def make(self) -> None:
        """Make the folders that are missing, for their owner alone."""
        for folder in (self._folder, self.work, self.quarantine.folder, self.clean.folder):
            folder.mkdir(0o700, parents=True, exist_ok=True)

    @contextmanager
    def spool(self) -> Iterator[Spool]:
        """Give an empty file of one's own, locked while it is used and gone afterwards, unless it is to be left."""
        path, handle = self._locked_file()
        spool = Spool(path, handle)
        try:
            yield spool
        finally:
            if not spool.is_left:
                path.unlink(missing_ok=True)
            os.close(handle)

    def _locked_file(self) -> tuple[Path, int]:
        while True:
            path = self.work / os.urandom(12).hex()
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if path.exists():  # nobody took it for left behind before it was locked
                return path, handle
            os.close(handle)

    @contextmanager
    def workroom(self) -> Iterator[Path]:
        """Give an empty folder for one document's cleaning; it is gone afterwards."""
        folder = self.work / f"cleaning-{os.urandom(8).hex()}"
        folder.mkdir(0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def left_behind(self) -> Iterator[tuple[Path, str]]:
        """Yield files of receivers that stopped, locked, each with the SHA-256 of what is in it."""
        for path in sorted(self.work.glob("[0-9a-f]*")):
            with suppress(FileNotFoundError), path.open("rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield path, hashlib.file_digest(file, "sha256").hexdigest()

    def clear_workrooms(self) -> None:
        """Remove the folders of a cleaner that stopped; for whoever is the only cleaner."""
        for folder in self.work.glob("cleaning-*"):
            shutil.rmtree(folder, ignore_errors=True)


def take_turns(db: Connection, contents: Iterable[str]) -> None:
    """Wait until nobody else names or removes these contents (SHA-256 in hex), for this transaction."""
    for sha in sorted(set(contents)):
        take_turn(db, int.from_bytes(bytes.fromhex(sha[:16]), signed=True))
