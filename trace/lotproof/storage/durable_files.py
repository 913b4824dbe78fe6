"""Files and folders that survive a power loss.

- A file is written aside, synced and renamed: a reader sees the old one or the new one, whole.
- A name is durable once its folder is synced, and a new folder's name once the folder above it is. A folder that is
  there already may have been made by a process that was killed before it synced: each process syncs once for itself.
- Every step is one call of `os`, so that tests can fail it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_synced: set[Path] = set()
"""Folders whose names are durable, as this process saw to it."""


def write_file(path: Path, data: bytes, *, root: Path | None = None, aside: Path | None = None) -> None:
    """Replace a file; it is durable when this returns. Safe to repeat after any error.

    root: the topmost folder that is made where it is missing; None: the file's own.  aside: where it is written
    first, on the same file system, by one writer at a time; None: a name of its own beside the file.
    """
    make_folder(path.parent, root or path.parent)
    aside = aside or path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    with suppress(FileNotFoundError):  # left by a crash; it may be a second name of a file that must not change
        os.unlink(aside)
    try:
        _write(aside, data)
        os.replace(aside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(aside)
        raise
    sync_folder(path.parent)


def make_folder(folder: Path, root: Path) -> None:
    """Make `folder` and what is missing above it, down from `root`, and see to it that their names are durable."""
    if folder in _synced and folder.is_dir():
        return
    if folder != root:
        make_folder(folder.parent, root)
    if not folder.is_dir():
        with suppress(FileExistsError):
            os.makedirs(folder)
    sync_folder(folder.parent)
    _synced.add(folder)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)
