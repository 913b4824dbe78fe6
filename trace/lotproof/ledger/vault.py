"""Private seeds at rest: sealed by AES-256-GCM under one master key that never enters the database.

A sealed seed names what it is for (a did or the log's key name) as associated data, so that one row's seed
cannot be put in another's place.
"""

from collections.abc import Callable, Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lotproof.kernel.errors import LogFaultError
from lotproof.kernel.key_text import KEY_LENGTH

__all__ = ["KEY_LENGTH", "Vault"]

_NONCE_LENGTH = 12


class Vault:
    """Seals and opens 32-byte seeds. master_key: 32 bytes.

    others: gives master keys that may have taken this one's place since; asked when it does not open any more, so
    that a running process outlives the replacement.
    """

    def __init__(self, master_key: bytes, others: Callable[[], Iterable[bytes]] = tuple) -> None:
        self.key = master_key
        self._others = others

    def seal(self, name: str, seed: bytes, nonce: bytes) -> bytes:
        """nonce: 12 fresh bytes; a repeated one would reveal both seeds."""
        return nonce + AESGCM(self.key).encrypt(nonce, seed, name.encode())

    def derived(self, purpose: str) -> bytes:
        """Return 32 bytes for one purpose, the same in every process under this master key (HKDF, RFC 5869)."""
        return HKDF(SHA256(), KEY_LENGTH, None, f"lotproof {purpose}".encode()).derive(self.key)

    def open(self, name: str, sealed: bytes) -> bytes:
        """Raises LogFaultError `wrong_master_key` where the key or the name is not the one it was sealed with."""
        seed = _opened(self.key, name, sealed)
        if seed is not None:
            return seed
        for key in self._others():
            seed = _opened(key, name, sealed)
            if seed is not None:
                self.key = key
                return seed
        raise LogFaultError(
            "wrong_master_key",
            f"the private key of {name} does not open with this master key",
            "set LOTPROOF_MASTER_KEY, or restore keys/master.key, to what it was when the key was made",
        )


def _opened(key: bytes, name: str, sealed: bytes) -> bytes | None:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_LENGTH], sealed[_NONCE_LENGTH:], name.encode())
    except InvalidTag:
        return None
