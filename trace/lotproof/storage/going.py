"""Blobs that are removed after a transaction, noted durably before it, so that a stop in between leaves none for ever.

- A note is a file `going/<name>` beside the blobs, with their names. It is there before the transaction is committed
  and gone when they are removed.
- Whoever made it holds a lock on it for as long as it lives: what can be locked was left by somebody who stopped, and
  `finish_removals` asks the database whether that transaction stands.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Collection
from pathlib import Path
from types import TracebackType

from lotproof.storage.blobs import BlobStore
from lotproof.storage.durable_files import make_folder, sync_folder

_FOLDER, _UNFINISHED = "going", "unfinished"


class Going:
    """Around a transaction: what was noted inside is removed when the block has ended without error.

    After an error the notes stay: the commit may stand though its answer was lost.
    """

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._notes: list[tuple[Path, int, tuple[str, ...]]] = []

    def __enter__(self) -> Going:
        return self

    def note(self, names: Collection[str]) -> None:
        """Say durably that these blobs go with the transaction that is about to be committed."""
        if not names:
            return
        root, name = self._blobs.folder, os.urandom(8).hex()
        aside, path = root / _UNFINISHED / name, root / _FOLDER / name
        make_folder(aside.parent, root)
        make_folder(path.parent, root)
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        self._notes.append((path, handle, tuple(names)))
        fcntl.flock(handle, fcntl.LOCK_EX)
        os.write(handle, "\n".join(names).encode())
        os.fsync(handle)
        os.replace(aside, path)
        sync_folder(path.parent)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                for path, _, names in self._notes:
                    _remove(self._blobs, names, path)
        finally:
            for _, handle, _ in self._notes:
                os.close(handle)


def removals_left(blobs: BlobStore) -> bool:
    """Whether there are notes: of somebody who is at it, or who stopped."""
    folder = blobs.folder / _FOLDER
    return folder.is_dir() and next(folder.iterdir(), None) is not None


def finish_removals(blobs: BlobStore, still_named: Callable[[Collection[str]], Collection[str]]) -> int:
    """Remove what somebody who stopped had noted, and return how many blobs those were.

    still_named: which of some blobs the database names now; where it does, the transaction was never committed. Asked
    once a note is locked, and to be answered by what stands then: its owner may have stopped a moment ago.
    """
    gone = 0
    for path in sorted((blobs.folder / _FOLDER).glob("*")):
        try:
            note = path.open("rb")
        except FileNotFoundError:  # somebody else has just finished it
            continue
        with note:
            try:
                fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            names = set(note.read().decode().split())
            names.difference_update(still_named(names))
            _remove(blobs, names, path)
            gone += len(names)
    return gone


def _remove(blobs: BlobStore, names: Collection[str], note: Path) -> None:
    for name in names:
        blobs.remove(name)
    note.unlink(missing_ok=True)
    sync_folder(note.parent)
