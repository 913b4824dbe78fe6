"""Run the cleaning of one document in a process of its own, and believe nothing of it but what is checked."""

import hashlib
import logging
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lotproof.documents.cleaning.bounds import MOST_OUTPUT, MOST_WALL_S
from lotproof.documents.cleaning.outcome import CLEAN, OUTCOME, loads, page_name
from lotproof.documents.files import CHUNK

_LEAST_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LC_ALL": "C.UTF-8",
    "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1",
}
"""No settings and no secrets of the server's."""
_TOLD = 500  # characters of what it said
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """A file that the cleaning wrote, synced. sha256: in hex.  size: in bytes; of a picture also in pixels."""

    path: Path
    sha256: str
    size: int
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What came of it. problem: a code of `refusals.REFUSALS`, "" where it is clean."""

    problem: str = ""
    media_type: str = ""
    copy: Written | None = None
    pages: Sequence[Written] = ()


def clean(source: Path, out: Path, *, wait_s: float = MOST_WALL_S) -> Cleaned:
    """Clean a file into an empty folder. out: removed by the caller.  wait_s: after which it is given up."""
    if not _run(source, out, wait_s):
        return Cleaned("too_costly_file")
    try:
        outcome = loads(_read(out / OUTCOME, 100_000).decode())
        if outcome.problem:
            return Cleaned(outcome.problem)
        copy = _written(out / CLEAN)
        sides = enumerate(outcome.pages, 1)
        pages = [_written(out / page_name(number), width, height) for number, (width, height) in sides]
    except (OSError, ValueError, KeyError, TypeError) as error:
        _logger.warning("a cleaning wrote nothing that can be used: %s", error)
        return Cleaned("unreadable_file")
    return Cleaned("", outcome.media_type, copy, pages)


def _run(source: Path, out: Path, wait_s: float) -> bool:
    """Whether the process came to its end by itself."""
    command = [sys.executable, "-I", "-m", "lotproof.documents.cleaning", str(source), str(out)]
    process = subprocess.Popen(
        command, cwd=out, env=_LEAST_ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        _, said = process.communicate(timeout=wait_s)
    except BaseException as error:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            return False
        raise
    if process.returncode or said:
        _logger.info("cleaning ended with %d: %s", process.returncode, said[-_TOLD:].decode(errors="replace"))
    return process.returncode == 0


def _written(path: Path, width: int = 0, height: int = 0) -> Written:
    handle = _opened(path)
    try:
        digest, size = hashlib.sha256(), 0
        while chunk := os.read(handle, CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if size > MOST_OUTPUT:
                raise ValueError("too large")
        os.fsync(handle)
    finally:
        os.close(handle)
    if not size:
        raise ValueError("empty")
    return Written(path, digest.hexdigest(), size, width, height)


def _read(path: Path, most: int) -> bytes:
    handle = _opened(path)
    try:
        return os.read(handle, most)
    finally:
        os.close(handle)


def _opened(path: Path) -> int:
    """Open a plain file; never what a link points to, or something that would keep us waiting."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise ValueError("no plain file")
    return handle
