"""A file that one process has for itself, until it lets go or ends, however it ends."""

import fcntl
import os
from pathlib import Path
from typing import BinaryIO


def claim(path: Path, mode: int = 0o600) -> BinaryIO | None:
    """Open a file for writing, empty, and hold it; None where somebody else has it. mode: of a new file.

    Whoever is done renames or removes the file before closing it. So a file that has lost its name by the time that it
    is locked was somebody else's, and another is made.
    """
    while True:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, mode), "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        if _is_at(path, file):
            file.truncate()
            return file
        file.close()


def _is_at(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False
