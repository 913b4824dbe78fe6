"""An EPCIS 2.0 document of any length, event by event, in constant memory.

- It is read twice: first for its header, which may follow the events, and to be sure that all of it is JSON; then
  for its events. So nothing of a document that breaks off half way is ever handed on.
- What cannot be read twice (a socket) is first copied to a temporary file.
- A fault inside one event refuses that event alone; a fault around the events refuses the document.
- Accepted: an EPCISDocument, or one event with its @context. Not accepted: an EPCISQueryDocument.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple, cast

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof_schemas.epcis_document import MEMBERS, Header, load_header
from lotproof_schemas.epcis_event import load_event
from lotproof_schemas.faults import MOST_PROBLEMS, step
from lotproof_schemas.json_builder import Builder, elements, members, skip
from lotproof_schemas.json_stream import Token, tokens

_MOST_OF_EVENT = 1_000_000  # values; what one event may hold while it is read
_MOST_OF_MEMBER = 10_000
_IN_MEMORY = 1 << 20


class Incoming(NamedTuple):
    """One event of a document. event: as it came, None where there are problems.

    position: in the eventList, from 0.  path: the same as a JSON path.
    """

    position: int
    path: str
    event: dict[str, Any] | None
    problems: list[Problem]


class Document(AbstractContextManager["Document"]):
    """A document that was found to be whole. `count`: how many events it holds."""

    def __init__(self, stream: BinaryIO, start: int, header: Header, count: int, owned: bool) -> None:
        self.header, self.count = header, count
        self._stream, self._start, self._owned = stream, start, owned

    def events(self) -> Iterator[Incoming]:
        """Yield every event in the document's order; may be called again. The @context is for the caller to add."""
        self._stream.seek(self._start)
        stream = tokens(self._stream)
        builder = Builder(stream, _MOST_OF_EVENT)
        if self.header.is_single_event:
            yield _incoming(builder, next(stream), 0, "$", 0)
            return
        next(stream)
        for position, first in enumerate(_event_tokens(stream)):
            yield _incoming(builder, first, position, f"$.epcisBody.eventList[{position}]", 3)
        for _ in stream:
            pass

    def close(self) -> None:
        """Remove the temporary copy, if there is one; the caller's own stream stays open."""
        if self._owned:
            self._stream.close()

    def __exit__(self, *_: object) -> None:
        self.close()


def read_document(source: BinaryIO | bytes) -> Document:
    """Read a document's header and make sure that all of it is JSON.

    source: bytes, or a binary stream; reading begins where it stands.
    Raises: InvalidInputError with the codes of `json_stream`, "empty_document", "not_epcis",
    "unsupported_document", or "invalid_document" with every problem of the header.
    """
    stream, owned = _seekable(source)
    start = stream.tell()
    try:
        if not stream.read(1):
            raise InvalidInputError(
                "empty_document", "the document is empty", "Send an EPCIS 2.0 document in JSON."
            )
        stream.seek(start)
        header, count = _survey(tokens(stream))
    except BaseException:
        if owned:
            stream.close()
        raise
    return Document(stream, start, header, count, owned)


def _seekable(source: BinaryIO | bytes) -> tuple[BinaryIO, bool]:
    if isinstance(source, bytes):
        return BytesIO(source), False
    if hasattr(source, "seekable") and source.seekable():
        return source, False
    copy = cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - closed by Document.close
    shutil.copyfileobj(source, copy)
    copy.seek(0)
    return copy, True


def _incoming(builder: Builder, first: Token, position: int, path: str, depth: int) -> Incoming:
    raw, problems = builder.build(first, path, depth)
    if problems:
        return Incoming(position, path, None, problems)
    return Incoming(position, path, *load_event(raw, path))


def _event_tokens(stream: Iterator[Token]) -> Iterator[Token]:
    """Yield the first token of every event of an EPCISDocument whose start was read."""
    for name in members(stream):
        first = next(stream)
        if name != "epcisBody":
            skip(stream, first)
            continue
        for inner in members(stream):
            first = next(stream)
            if inner == "eventList":
                yield from elements(stream)
            else:
                skip(stream, first)


def _survey(stream: Iterator[Token]) -> tuple[Header, int]:
    """Read all tokens; return the header and the number of events."""
    survey = _Survey(stream)
    first = next(stream)
    if first[0] != "start_map":
        raise InvalidInputError("not_epcis", "this is no EPCIS 2.0 document: it is no JSON object")
    survey.read_members()
    for _ in stream:  # the parser sees that nothing follows
        pass
    header, problems = load_header(survey.found)
    known = {problem.where for problem in survey.problems}
    problems = survey.problems + [problem for problem in problems if problem.where not in known]
    if header.is_single_event:
        count = 1
    else:
        count = survey.count or 0
        if survey.count is None and not any(p.where.startswith("$.epcisBody") for p in problems):
            problems.append(Problem("$.epcisBody.eventList", "missing", "is needed and not there"))
    if problems:
        said = "; ".join(f"{p.where}: {p.message}" for p in problems[:5])
        raise InvalidInputError("invalid_document", f"the document cannot be read: {said}", "", problems)
    return header, count


class _Survey:
    """The first reading: members around the events are built, events are counted."""

    def __init__(self, stream: Iterator[Token]) -> None:
        self._stream = stream
        self._builder = Builder(stream, _MOST_OF_MEMBER)
        self.found: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.count: int | None = None

    def read_members(self) -> None:
        """Read the object whose start was read."""
        seen: set[str] = set()
        for name in members(self._stream):
            self._only_once(name, seen, "$")
            first = next(self._stream)
            if name == "epcisBody":
                self._read_body(first)
            elif name in MEMBERS:
                self.found[name], problems = self._builder.build(first, step("$", name), 1)
                self.problems += problems
            else:
                skip(self._stream, first)

    def _read_body(self, first: Token) -> None:
        if first[0] != "start_map":
            self.problems.append(Problem("$.epcisBody", "invalid_type", "must be an object"))
            skip(self._stream, first)
            return
        seen: set[str] = set()
        for name in members(self._stream):
            self._only_once(name, seen, "$.epcisBody")
            first = next(self._stream)
            if name == "eventList" and first[0] == "start_array":
                self.count = 0
                for event in elements(self._stream):
                    skip(self._stream, event)
                    self.count += 1
            else:
                if name == "eventList":
                    self.problems.append(Problem("$.epcisBody.eventList", "invalid_type", "must be an array"))
                skip(self._stream, first)

    def _only_once(self, name: str, seen: set[str], path: str) -> None:
        if name in seen and len(self.problems) < MOST_PROBLEMS:
            self.problems.append(
                Problem(step(path, name), "duplicate_name", f"{name[:100]!r} stands there twice")
            )
        seen.add(name)
