"""A folder below a home, for as long as something is being unpacked or fetched."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "incoming"


@contextmanager
def scratch(home: Path) -> Iterator[Path]:
    """Give an empty folder, removed at the end; what a stop left there before goes, too."""
    folder = home / NAME
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
