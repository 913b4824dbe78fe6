"""Values from JSON tokens, judged as `lotproof.kernel.strict_json` judges: what it refuses is refused here.

A fault inside a value does not stop the stream: the value is read to its end, and its faults are listed.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.kernel.strict_json import MAX_DEPTH, MAX_INTEGER, check_number
from lotproof_schemas.faults import MOST_PROBLEMS, step
from lotproof_schemas.json_stream import Token

_Where = tuple[Any, str | int] | None  # (where the parent is, own name); made into text only for a problem
_OPENS = frozenset({"start_map", "start_array"})
_CLOSES = frozenset({"end_map", "end_array"})


def skip(tokens: Iterator[Token], first: Token) -> None:
    """Pass over the value that begins with `first`."""
    depth = 1 if first[0] in _OPENS else 0
    while depth:
        kind = next(tokens)[0]
        if kind in _OPENS:
            depth += 1
        elif kind in _CLOSES:
            depth -= 1


def members(tokens: Iterator[Token]) -> Iterator[str]:
    """Yield the names of an object whose start was read; the caller reads each value before the next name."""
    for kind, name in tokens:
        if kind == "end_map":
            return
        yield name


def elements(tokens: Iterator[Token]) -> Iterator[Token]:
    """Yield the first token of each element of an array whose start was read; the caller reads the rest."""
    for token in tokens:
        if token[0] == "end_array":
            return
        yield token


class Builder:
    """Builds one value after the other. most: how many values one may hold, itself included."""

    def __init__(self, tokens: Iterator[Token], most: int) -> None:
        self._tokens = tokens
        self._most = most

    def build(self, first: Token, path: str, depth: int) -> tuple[Any, list[Problem]]:
        """Read the value that begins with `first` to its end; return it with everything that is wrong with it.

        depth: how many arrays and objects it stands in.
        """
        self._left, self._open = self._most, 0
        self._path, self._problems = path, list[Problem]()
        value = None
        try:
            value = self._value(first, None, depth)
        except _TooLargeError:
            while self._open:
                kind = next(self._tokens)[0]
                self._open += (kind in _OPENS) - (kind in _CLOSES)
            self._problems.append(Problem(path, "too_large", f"more than {self._most} values"))
        return value, list(islice(self._problems, MOST_PROBLEMS))

    def _value(self, token: Token, where: _Where, depth: int) -> Any:
        kind, value = token
        if kind == "number":
            return self._number(value, where)
        if kind not in _OPENS:
            return value
        if depth == MAX_DEPTH:
            self._problem(where, "too_deep", f"more than {MAX_DEPTH} levels within each other")
            return skip(self._tokens, token)
        self._open += 1
        built = self._object(where, depth + 1) if kind == "start_map" else self._array(where, depth + 1)
        self._open -= 1
        return built

    def _object(self, where: _Where, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in members(self._tokens):
            self._count()
            if name in found:
                self._problem((where, name), "duplicate_name", f"{name!r:.100} stands there twice")
            found[name] = self._value(next(self._tokens), (where, name), depth)
        return found

    def _array(self, where: _Where, depth: int) -> list[Any]:
        found: list[Any] = []
        for token in elements(self._tokens):
            self._count(token)
            found.append(self._value(token, (where, len(found)), depth))
        return found

    def _number(self, value: int | Decimal, where: _Where) -> int | float | None:
        if isinstance(value, int):
            if -MAX_INTEGER <= value <= MAX_INTEGER:
                return value
            self._problem(where, "number_too_large", "is beyond ±(2^53 - 1)")
            return None
        try:
            return float(check_number(str(value)))
        except InvalidInputError as error:
            self._problem(where, error.code, error.message)
            return None

    def _count(self, read: Token = ("", None)) -> None:
        """Count one more value. read: its first token, if that was read already."""
        self._left -= 1
        if self._left <= 0:
            self._open += read[0] in _OPENS
            raise _TooLargeError

    def _problem(self, where: _Where, code: str, message: str) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(Problem(self._render(where), code, message))

    def _render(self, where: _Where) -> str:
        return self._path if where is None else step(self._render(where[0]), where[1])


class _TooLargeError(Exception):
    """The value has more parts than it may have."""
