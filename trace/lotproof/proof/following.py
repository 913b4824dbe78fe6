"""Follow a log: is what it shows now a continuation of what it showed before, and does all that is new hold?

- Every checkpoint must be signed by the log's key, and its tree must begin with the tree seen last.
- New entries are verified as `verify_log` does, with all chains since the first step. Where entries are not shown, or
  are not ours, the tree alone is, and the step says so.
- An alarm leaves what was seen as it was: the next step compares with the same again.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from lotproof.kernel.errors import ForbiddenError, LogFaultError
from lotproof.proof.any_log import TreeReport, is_ours, parse_any_note, verify_tree
from lotproof.proof.chains import TWICE
from lotproof.proof.checkpoint import Checkpoint
from lotproof.proof.faults import Fault, FaultFound
from lotproof.proof.histories import frontier_at
from lotproof.proof.log_source import LogSource
from lotproof.proof.merkle import Frontier, consistency_proof, verify_consistency
from lotproof.proof.note import NoteError, NoteVerifier
from lotproof.proof.note import open as open_note
from lotproof.proof.verify import Report, VerifyState, verify_log

ENTRIES, TREE, HASHES = "entries", "tree", "hashes"
"""How deep a step checked what is new: all of it · entries against their hashes, not being ours · hashes alone."""

FORK, SHRUNK, BAD_NOTE, OTHER_LOG = "fork", "shrunk", "bad_signature", "another_log"
FAULT, TWO_ENTRIES = "fault", "two_entries_one_place"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen last. note: as it was signed.  tree: its right edge.

    log: how far entries were verified, which may be less than the tree; None where they are not read at all.
    """

    note: bytes
    tree: Frontier
    log: VerifyState | None

    @property
    def checkpoint(self) -> Checkpoint:
        """Origin, size and root."""
        return parse_any_note(self.note)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is wrong. evidence: the notes that show it, by "here" (seen before) and "offered" (shown now)."""

    code: str
    message: str
    evidence: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class News:
    """A new entry about something that is watched. what: its kind, of key entries "key bind" and the like."""

    index: int
    what: str
    about: tuple[str, ...]

    @property
    def is_key(self) -> bool:
        """Whether it changes what keys a watched party has: its holder should know of it."""
        return self.what.startswith("key ")


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one look. before: size seen last, None at the first look.  seen: where the next one begins."""

    size: int | None
    before: int | None
    depth: str
    seen: Seen | None
    news: tuple[News, ...] = ()
    alarm: Alarm | None = None


def follow(
    source: LogSource,
    log_key: str,
    seen: Seen | None,
    watch: Collection[str] = (),
    *,
    hashes: bool = False,
) -> Step:
    """Look at a log once. source: with `parse_any_note` to read checkpoints by.  watch: URIs of chains.

    hashes: never read entries.
    Raises: LogFaultError `no_checkpoint` where there is none; InvalidInputError `invalid_key`; whatever reading raises.
    """
    note = source.checkpoint()
    if note is None:
        raise LogFaultError("no_checkpoint", "there is no checkpoint", "check the log's address")
    before = seen.checkpoint.size if seen else None
    try:
        shown = _open(note, log_key)
        if seen is not None and (alarm := _compare(seen, shown, note, source)):
            return Step(shown.size, before, HASHES, seen, alarm=alarm)
    except NoteError as error:
        return Step(None, before, HASHES, seen, alarm=_alarm(BAD_NOTE, error.message, seen, note))
    return _go_on(source, log_key, seen, note, frozenset(watch), hashes=hashes)


def _open(note: bytes, log_key: str) -> Checkpoint:
    open_note(note, [NoteVerifier.parse(log_key)])
    return parse_any_note(note)


def _compare(seen: Seen, shown: Checkpoint, note: bytes, source: LogSource) -> Alarm | None:
    """Return the alarm of a tree that does not begin with the one seen last."""
    last = seen.checkpoint
    if shown.origin != last.origin:
        return _alarm(OTHER_LOG, f"it is {shown.origin} now, and was {last.origin}", seen, note)
    if shown.size < last.size:
        what = f"it shows {shown.size} entries, and has shown {last.size}"
        return _alarm(SHRUNK, f"{what}: an old copy, or the newest entries were cut off", seen, note)
    if shown.size == last.size:
        return None if shown.root == last.root else _alarm(FORK, _two_roots(last), seen, note)
    try:
        proof = consistency_proof(last.size, shown.size, source.read)
        if verify_consistency(last.size, shown.size, last.root, shown.root, proof):
            return None
        if frontier_at(shown.size, source.read).root() == shown.root:
            what = f"its tree of {shown.size} entries does not begin with that of {last.size}"
            return _alarm(FORK, f"{what}, and both are signed", seen, note)
    except FaultFound as found:
        return _alarm(FAULT, str(found.fault), seen, note)
    return _alarm(FAULT, "its tiles do not give the root that its checkpoint signs", seen, note)


def _two_roots(last: Checkpoint) -> str:
    return f"two checkpoints of {last.size} entries have different roots, and both are signed"


def _go_on(
    source: LogSource, log_key: str, seen: Seen | None, note: bytes, watch: frozenset[str], *, hashes: bool
) -> Step:
    shown, before = parse_any_note(note), seen.checkpoint.size if seen else None
    try:
        if not hashes and (seen.log is not None if seen else is_ours(source)):
            return _verify_entries(source, log_key, seen, note, watch)
        depth = HASHES if hashes else TREE
        report = verify_tree(source, log_key, entries=not hashes, frontier=seen.tree if seen else None)
    except ForbiddenError:  # entries are for members: what everybody may see is checked
        depth = HASHES
        report = verify_tree(source, log_key, entries=False, frontier=seen.tree if seen else None)
    if report.fault is not None:
        return Step(shown.size, before, depth, seen, alarm=_of_fault(report, seen, note))
    assert report.frontier is not None
    return Step(shown.size, before, depth, Seen(note, report.frontier, seen.log if seen else None))


def _verify_entries(
    source: LogSource, log_key: str, seen: Seen | None, note: bytes, watch: frozenset[str]
) -> Step:
    begun = seen.log if seen else None
    report = verify_log(source, log_key=log_key, state=begun)
    before = seen.checkpoint.size if seen else None
    if report.fault is not None:
        return Step(report.size, before, ENTRIES, seen, alarm=_of_fault(report, seen, note))
    assert report.state is not None
    assert report.size is not None
    news = _news(source, begun.size, report.size, watch) if begun and watch else ()
    return Step(report.size, before, ENTRIES, Seen(note, report.state.frontier.copy(), report.state), news)


def _news(source: LogSource, start: int, end: int, watch: frozenset[str]) -> tuple[News, ...]:
    found = []
    for index, leaf in enumerate(source.leaves(start, end), start):
        entry: dict[str, Any] = json.loads(leaf)
        mine = tuple(link["id"] for link in entry["chains"] if link["id"] in watch)
        if mine:
            kind = entry["kind"]
            act = f"{kind} {entry['signed']['kind']}" if kind in ("key", "event") else kind
            found.append(News(index, act, mine))
    return tuple(found)


def _of_fault(report: Report | TreeReport, seen: Seen | None, note: bytes) -> Alarm:
    fault = report.fault
    assert fault is not None
    return _alarm(TWO_ENTRIES if _is_twice(fault) else FAULT, str(fault), seen, note)


def _is_twice(fault: Fault) -> bool:
    return fault.field == "chains" and fault.what.endswith(TWICE)


def _alarm(code: str, message: str, seen: Seen | None, note: bytes) -> Alarm:
    here = {"here": seen.note.decode()} if seen else {}
    return Alarm(code, message, {**here, "offered": note.decode(errors="backslashreplace")})
