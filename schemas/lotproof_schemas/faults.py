"""What is wrong with a value, with a code, from where marshmallow finds it to the list that a caller gets.

A field says `raise fault(code, message)`; `problems` turns marshmallow's nested errors into one Problem each,
with its JSON path ("$.epcisBody.eventList[3].bizStep").
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from marshmallow import ValidationError

from lotproof.kernel.errors import LotproofError, Problem

MOST_PROBLEMS = 100  # of one event or one row; whoever sent more wrongs than that has not tried
_LONGEST_MESSAGE = 300
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]*")
_EXTENSION = re.compile(r"[^\s:@]+:\S+")
_WHOLE = "_schema"  # marshmallow's name for what is wrong with an object as a whole


class Coded(str):
    """A message that keeps its code through marshmallow, which formats and copies messages as text."""

    code: str

    def __new__(cls, code: str, message: str) -> "Coded":
        self = super().__new__(cls, message)
        self.code = code
        return self

    def format(self, *args: object, **kwargs: object) -> "Coded":
        """The text itself: nothing of ours has places to fill."""
        return self


COMMON_MESSAGES: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": Coded("missing", "is needed and not there"),
    "null": Coded("invalid_type", "must not be null"),
}


def fault(code: str, message: str) -> ValidationError:
    """The error that a field raises."""
    return ValidationError([Coded(code, message)])


def refused(error: LotproofError) -> ValidationError:
    """The same for a refusal of the core."""
    return fault(error.code, error.message)


def told(error: ValidationError) -> list[Coded]:
    """What a field's error says, as the messages that the field made."""
    return [one if isinstance(one, Coded) else Coded("invalid_value", str(one)) for one in error.messages]


def is_extension(name: str) -> bool:
    """A prefixed name, or a whole URI as name: the standard allows these everywhere."""
    return bool(_EXTENSION.fullmatch(name))


def step(path: str, name: str | int) -> str:
    """The path of a member or an element."""
    if isinstance(name, int):
        return f"{path}[{name}]"
    if _NAME.fullmatch(name):
        return f"{path}.{name}"
    quoted = name[:100].replace("\\", "\\\\").replace("'", "\\'")
    return f"{path}['{quoted}']"


def problems(errors: Mapping[Any, Any], path: str) -> list[Problem]:
    """Return marshmallow's errors as problems, elements in their order, fields by name."""
    return list(islice(_flatten(errors, path), MOST_PROBLEMS))


def _flatten(errors: Any, path: str) -> Iterator[Problem]:
    if isinstance(errors, Mapping):
        for name, inner in sorted(errors.items(), key=lambda item: (isinstance(item[0], str), item[0])):
            if not _is_extension(name, inner):
                yield from _flatten(inner, path if name == _WHOLE else step(path, name))
    elif isinstance(errors, Sequence) and not isinstance(errors, str):
        for inner in errors:
            yield from _flatten(inner, path)
    else:
        code = errors.code if isinstance(errors, Coded) else "invalid_value"
        yield Problem(path, code, str(errors)[:_LONGEST_MESSAGE])


def _is_extension(name: Any, messages: Any) -> bool:
    """Whether all that is wrong with a member is that no schema knows its prefixed name."""
    if not (isinstance(name, str) and isinstance(messages, list) and is_extension(name)):
        return False
    return all(isinstance(one, Coded) and one.code == "unknown_field" for one in messages)
