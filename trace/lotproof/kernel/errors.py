"""The errors of the whole core: one base with a stable code, a message and a hint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a value: where it is (a path or field), its stable code, and what is wrong."""

    where: str
    code: str
    message: str


class LotproofError(Exception):
    """Base of all expected errors: a stable code, a message (what and which), a hint (what to do next)."""

    def __init__(self, code: str, message: str, hint: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.hint = hint
        self.problems: tuple[Problem, ...] = tuple(problems)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with every field, so that an error raised in a worker process arrives whole."""
        return type(self), (self.code, self.message, self.hint, self.problems)

    def as_dict(self) -> dict[str, Any]:
        """The one JSON shape of an error."""
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "problems": [{"where": p.where, "code": p.code, "message": p.message} for p in self.problems],
        }


class InvalidInputError(LotproofError):
    """A value has a wrong shape or content; the caller must change it before trying again."""


class RefusedError(LotproofError):
    """The input is well formed, but a guard says no to the act."""


class NotFoundError(LotproofError):
    """What was asked for does not exist, or not for this caller."""


class UnauthorisedError(LotproofError):
    """The caller is not known."""


class ForbiddenError(LotproofError):
    """The caller is known and may not do this."""


class LogFaultError(LotproofError):
    """The ledger contradicts itself: never retry, investigate."""
