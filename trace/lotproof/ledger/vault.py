"""Private seeds at rest: sealed by AES-256-GCM under one master key that never enters the database.

A sealed seed names what it is for (a did or the log's key name) as associated data, so that one row's seed
cannot be put in another's place.
"""

import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lotproof.kernel.errors import LogFaultError

_NONCE_LENGTH = 12
KEY_LENGTH = 32


class Vault:
    """Seals and opens 32-byte seeds. master_key: 32 bytes."""

    def __init__(self, master_key: bytes) -> None:
        self._cipher = AESGCM(master_key)

    def seal(self, name: str, seed: bytes, nonce: bytes) -> bytes:
        """nonce: 12 fresh bytes; a repeated one would reveal both seeds."""
        return nonce + self._cipher.encrypt(nonce, seed, name.encode())

    def open(self, name: str, sealed: bytes) -> bytes:
        """Raises LogFaultError `wrong_master_key` where the key or the name is not the one it was sealed with."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_LENGTH], sealed[_NONCE_LENGTH:], name.encode())
        except InvalidTag:
            raise LogFaultError(
                "wrong_master_key",
                f"the private key of {name} does not open with this master key",
                "set LOTPROOF_MASTER_KEY, or restore keys/master.key, to what it was when the key was made",
            ) from None


def load_master_key(path: Path) -> bytes:
    """Return the master key of an instance that exists. Raises: LogFaultError `no_master_key`."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise LogFaultError(
            "no_master_key",
            f"the key that opens the private keys is not at {path}",
            "put keys/master.key back from where it was kept, or set LOTPROOF_MASTER_KEY",
        ) from None


def load_or_make_master_key(path: Path) -> bytes:
    """Return the master key in a file that only its owner may read, making it on first use.

    The file appears whole or not at all: of several processes that make it at once all return the same key.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        aside = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(os.urandom(KEY_LENGTH))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was quicker
            os.link(aside, path)
        aside.unlink()
        _sync(path.parent)
    return path.read_bytes()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
