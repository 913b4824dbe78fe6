"""What people are asked to agree to, and in which version of the text. Pure.

A new version is a new question: an agreement to an older one does not stand for it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from lotproof.kernel.errors import InvalidInputError, Problem


@dataclass(frozen=True, slots=True)
class ConsentPurpose:
    """name: a stable code.  version: of the text that is shown now.  is_needed: there is no account without it."""

    name: str
    version: str
    is_needed: bool


PURPOSES = (
    ConsentPurpose("terms", "2026-11", True),
    ConsentPurpose("privacy", "2026-11", True),
    ConsentPurpose("news", "2026-11", False),
    ConsentPurpose("research", "2026-11", False),
)
BY_NAME = {one.name: one for one in PURPOSES}
NEEDED = tuple(one.name for one in PURPOSES if one.is_needed)


def missing(given: Collection[str]) -> list[Problem]:
    """Return a problem for each purpose that an account needs and that was not agreed to."""
    return [
        Problem(name, "consent_needed", "without this there can be no account")
        for name in NEEDED
        if name not in given
    ]


def require_purpose(name: str) -> ConsentPurpose:
    """Raises: InvalidInputError `unknown_purpose`."""
    if name not in BY_NAME:
        raise InvalidInputError("unknown_purpose", f"nobody is asked to agree to {name!r}")
    return BY_NAME[name]
