"""Passwords: argon2id, and one rule, their length.

Parameters: 46 MiB, one pass, one lane (OWASP Password Storage Cheat Sheet); a stored hash with others is made anew when
its owner signs in. No rule of composition: NIST SP 800-63B, section 3.1.1.2, forbids them.
"""

from collections.abc import Callable
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lotproof.kernel.errors import Problem

SHORTEST, LONGEST = 10, 200
_HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)


def check(password: str, contact: str = "", where: str = "password") -> list[Problem]:
    """Return what is wrong with a new password."""
    if not SHORTEST <= len(password) <= LONGEST:
        return [Problem(where, "password_length", f"{SHORTEST} to {LONGEST} characters, any of them")]
    if len(set(password)) < 4 or (contact and password.lower() in contact):
        return [Problem(where, "password_easy", "too easy to guess: take a few words that belong to nobody")]
    return []


def hash_of(password: str, entropy: Callable[[int], bytes]) -> str:
    """Return what is kept of a password. Takes about 50 ms and 46 MiB."""
    return _HASHER.hash(password, salt=entropy(16))


def verify(kept: str | None, password: str) -> bool:
    """Whether it is the password. Without one the same work is done, so that the time taken tells nothing."""
    try:
        return _HASHER.verify(kept or _decoy(), password[: 2 * LONGEST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than those of now."""
    return _HASHER.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _HASHER.hash("nobody's password", salt=bytes(16))
