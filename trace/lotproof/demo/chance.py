"""Chance that repeats: bytes for keys and nonces, and amounts that differ a little, both a function of a seed.

For the demonstration only: whoever knows the seed knows every private key that was made from it.
"""

import hashlib
from uuid import NAMESPACE_URL, UUID, uuid5


class SeededBytes:
    """Endless bytes from SHA-256 over (seed, counter); takes the place of the system's randomness."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._block = 0
        self._left = b""

    def __call__(self, length: int) -> bytes:
        """Return the next bytes."""
        while len(self._left) < length:
            self._left += hashlib.sha256(
                f"lotproof demonstration {self._seed} {self._block}".encode()
            ).digest()
            self._block += 1
        taken, self._left = self._left[:length], self._left[length:]
        return taken


class Dice:
    """Whole numbers by what they are for, so that a new throw changes none of the others."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def between(self, low: int, high: int, *what: object) -> int:
        """Return a number from low to high, both possible; the same for the same `what`."""
        return low + self._number(what) % (high - low + 1)

    def about(self, usual: int, *what: object, percent: int = 4) -> int:
        """Return a number that is at most so many percent off the usual one."""
        margin = usual * percent // 100
        return self.between(usual - margin, usual + margin, *what)

    def uuid(self, *what: object) -> UUID:
        """Return a name-based UUID (RFC 9562, version 5)."""
        return uuid5(NAMESPACE_URL, f"https://lotproof.example/demo/{self._seed}/" + "/".join(map(str, what)))

    def _number(self, what: tuple[object, ...]) -> int:
        text = "/".join(map(str, (self._seed, *what)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
