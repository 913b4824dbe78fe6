"""Folders below a home, for as long as something is being unpacked or fetched: one for each who is at it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

from lotproof.storage.claim import claim

NAME = "incoming"


@contextmanager
def scratch(home: Path) -> Iterator[Path]:
    """Give an empty folder of one's own, removed at the end; what a stop left there before goes, too."""
    folder, held = _first_free(home / NAME)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _lock_of(folder).unlink(missing_ok=True)
        held.close()
        with suppress(OSError):  # somebody else is at work there
            (home / NAME).rmdir()


def _first_free(above: Path) -> tuple[Path, BinaryIO]:
    for number in count():
        folder = above / str(number)
        above.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # removed just now by somebody who has ended
            if held := claim(_lock_of(folder)):
                return folder, held
    raise AssertionError("numbers do not end")


def _lock_of(folder: Path) -> Path:
    return folder.with_suffix(".lock")
