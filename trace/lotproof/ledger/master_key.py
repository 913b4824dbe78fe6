"""The master key's file: read, made, and replaced so that a stop at any point leaves a key that opens the database.

- The file holds the 32 bytes, or their hexadecimal or base64 text. Nobody but its owner and group may read it, and
  nobody but its owner may change it.
- A new key is first written aside, as `<name>.next`; then the database is sealed with it; then it takes the file's
  place. Between the last two the key written aside is the right one, and whoever opens the instance puts it there.
- One process at a time replaces the file: it holds a lock beside it, which ends with the process.
"""

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lotproof.kernel.errors import LogFaultError, LotproofError, RefusedError
from lotproof.kernel.key_text import KEY_LENGTH, key_bytes
from lotproof.storage.durable_files import make_folder, sync_folder

_OTHERS = stat.S_IRWXO | stat.S_IWGRP


def next_to(path: Path) -> Path:
    """Where a new key is written aside."""
    return path.with_name(f"{path.name}.next")


def read_key(path: Path) -> bytes:
    """Return the key in a file.

    Raises: LogFaultError `no_master_key`, `invalid_master_key`; RefusedError `master_key_exposed`.
    """
    try:
        data = path.read_bytes()
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        raise LogFaultError(
            "no_master_key",
            f"the key that opens the private keys is not at {path}",
            "put keys/master.key back from where it was kept, or set LOTPROOF_MASTER_KEY or LOTPROOF_MASTER_KEY_FILE",
        ) from None
    if mode & _OTHERS:
        raise RefusedError(
            "master_key_exposed", f"others may read or change {path} (mode {mode:04o})", f"chmod 600 {path}"
        )
    key = data if len(data) == KEY_LENGTH else key_bytes(data.decode("ascii", "replace").strip())
    if not key:
        raise LogFaultError(
            "invalid_master_key",
            f"{path} holds no 32 bytes, and neither their hexadecimal nor their base64 text",
        )
    return key


def read_or_make_key(path: Path, entropy: Callable[[int], bytes] = os.urandom) -> bytes:
    """Return the key in a file, making it on first use.

    The file appears whole or not at all: of several processes that make it at once all return the same key.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    make_folder(path.parent, path.parent)
    if not path.exists():
        aside = _write_aside(path, entropy(KEY_LENGTH))
        with suppress(FileExistsError):  # another process was quicker
            os.link(aside, path)
        aside.unlink()
        sync_folder(path.parent)
    return read_key(path)


def known_keys(path: Path) -> Callable[[], list[bytes]]:
    """Return a function that gives the keys that are there now: the file's, and one that was written aside."""

    def read() -> list[bytes]:
        found = []
        for one in (path, next_to(path)):
            with suppress(LogFaultError, OSError):
                found.append(read_key(one))
        return found

    return read


def put_aside(path: Path, key: bytes) -> None:
    """Write the new key beside the old one, durably. Raises: LotproofError `master_key_not_written`."""
    try:
        os.replace(_write_aside(path, key), next_to(path))
        sync_folder(path.parent)
    except OSError as error:
        raise LotproofError(
            "master_key_not_written",
            f"nothing was changed: no new key can be written beside {path}: {error.strerror}",
            "let this program write there, or name a new file: --to FILE",
        ) from error


def put_in_place(path: Path) -> None:
    """Let the key that was written aside take the place of the old one."""
    os.replace(next_to(path), path)
    sync_folder(path.parent)


def settle(path: Path, key: bytes) -> None:
    """Put `key`, which opens the database, in place where a stopped replacement left it aside; else do nothing."""
    if next_to(path).exists():
        with suppress(LotproofError, OSError), replacing(path):
            finish(path, key)


def finish(path: Path, key: bytes) -> None:
    """The same for whoever is replacing the file."""
    if next_to(path).exists() and read_key(next_to(path)) == key:
        put_in_place(path)


@contextmanager
def replacing(path: Path) -> Iterator[None]:
    """Be the only process that replaces this file. Raises: RefusedError `master_key_busy`, `master_key_not_written`."""
    try:
        file = path.with_name(f"{path.name}.lock").open("w")
    except OSError as error:
        raise RefusedError(
            "master_key_not_written",
            f"nothing was changed: {path.parent} cannot be written: {error.strerror}",
            "let this program write there, or name a new file: --to FILE",
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RefusedError(
                "master_key_busy", f"another process is replacing {path}", "let it finish"
            ) from None
        yield


def _write_aside(path: Path, key: bytes) -> Path:
    aside = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return aside
