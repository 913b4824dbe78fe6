"""Any log in the C2SP formats, also one whose entries are not ours: verified as deep as can be claimed.

- What is checked: that the checkpoint is signed by a key that the caller knows, that every hash tile is what the tree
  says, and that every entry is the one that its hash covers.
- What is not: what entries mean, who signed them, how they hang together. The report says so.
- A checkpoint may have extension lines, an origin that is not its key's name, and signatures of kinds that are not
  read here: they are listed, and nothing is concluded from them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lotproof.kernel.errors import InvalidInputError, LotproofError
from lotproof.proof import merkle
from lotproof.proof.checkpoint import Checkpoint
from lotproof.proof.entry import parse
from lotproof.proof.faults import Fault, FaultFound
from lotproof.proof.log_source import LogSource
from lotproof.proof.note import NoteError, NoteVerifier, split
from lotproof.proof.note import open as open_note
from lotproof.proof.treewalk import BLOCK, TreeWalk


@dataclass(frozen=True, slots=True)
class TreeReport:
    """What came of it.

    size, root, origin: what the checkpoint says, None where it cannot be read.  checked: entries, or leaf hashes.
    entries: whether the entries themselves were read, and not only their hashes.
    signed_by: name of the key that was known and fits, None where none was given.
    not_checked: "name+id" of the other signatures.  extensions: further lines of the checkpoint.
    frontier: where a later run may begin, only if there is no fault.
    """

    size: int | None
    root: bytes | None
    origin: str | None
    checked: int = 0
    entries: bool = True
    signed_by: str | None = None
    not_checked: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    fault: Fault | None = None
    frontier: merkle.Frontier | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return self.fault is None


def parse_any_note(note: bytes) -> Checkpoint:
    """Read the checkpoint of any log's note, extension lines left out, and verify nothing. Raises: NoteError."""
    lines = split(note)[0].split("\n")
    return Checkpoint.parse("\n".join([*lines[:3], ""]))


def is_ours(source: LogSource) -> bool:
    """Whether entry 0 is an entry as we write them. What cannot be read counts as ours: it is judged as such.

    Whoever keeps a log can make it look like somebody else's by what it begins with, under another root.
    """
    try:
        first = next(iter(source.leaves(0, 1)), None)
    except (FaultFound, LotproofError):
        return True
    if first is None:
        return True
    try:
        parse(first)
    except InvalidInputError:
        return False
    return True


def verify_tree(
    source: LogSource,
    log_key: str | None = None,
    *,
    entries: bool = True,
    frontier: merkle.Frontier | None = None,
) -> TreeReport:
    """Verify a log's tree, from its beginning or from a frontier on, and stop at the first fault.

    source: with `parse_any_note` to read checkpoints by.  entries: False reads hash tiles alone, for logs that keep
    their entries elsewhere or show them to members only.
    Raises: InvalidInputError `invalid_key` for `log_key`.
    """
    verifier = NoteVerifier.parse(log_key) if log_key is not None else None
    try:
        checkpoint, lines, others = _read(source, verifier)
    except FaultFound as found:
        return TreeReport(None, None, None, fault=found.fault)
    begin = frontier.copy() if frontier is not None else merkle.Frontier()
    before = begin.size
    fault = _shrunk(checkpoint, begin) or _walk(source, begin, checkpoint, entries=entries)
    return TreeReport(
        checkpoint.size,
        checkpoint.root,
        checkpoint.origin,
        (fault.index if fault and fault.index is not None else begin.size) - before,
        entries,
        verifier.name if verifier else None,
        others,
        lines,
        fault,
        None if fault else begin,
    )


def _read(
    source: LogSource, verifier: NoteVerifier | None
) -> tuple[Checkpoint, tuple[str, ...], tuple[str, ...]]:
    note = source.checkpoint()
    if note is None:
        raise FaultFound(Fault(None, "checkpoint", "there is no checkpoint"))
    try:
        if verifier is not None:
            open_note(note, [verifier])
        text, signatures = split(note)
        known = (verifier.name, verifier.key_id) if verifier else None
        others = [f"{name}+{data[:4].hex()}" for name, data in signatures if (name, data[:4]) != known]
        return parse_any_note(note), tuple(text.split("\n")[3:-1]), tuple(dict.fromkeys(others))
    except NoteError as error:
        raise FaultFound(Fault(None, "checkpoint", error.message)) from None


def _shrunk(checkpoint: Checkpoint, begin: merkle.Frontier) -> Fault | None:
    if checkpoint.size >= begin.size:
        return None
    what = f"it covers {checkpoint.size} entries, but {begin.size} were verified before"
    return Fault(None, "checkpoint", what)


def _walk(source: LogSource, begin: merkle.Frontier, checkpoint: Checkpoint, *, entries: bool) -> Fault | None:
    """Move the frontier to the checkpoint's size; returns the first fault on the way."""
    if entries:
        for block in TreeWalk(source, begin, checkpoint):
            if block.fault is not None:
                return block.fault
    else:
        try:
            _walk_hashes(source, begin, checkpoint.size)
        except FaultFound as found:
            return found.fault
    if begin.root() != checkpoint.root:
        return Fault(None, "checkpoint", "its root is not that of the entries")
    return None


def _walk_hashes(source: LogSource, begin: merkle.Frontier, size: int) -> None:
    """Every stored node against those below it, leaf hashes being believed until the root is compared."""
    for start in range(begin.size, size, BLOCK):
        end = min(start + BLOCK, size)
        stored = _nodes(source, start, end)
        number = merkle.stored_count(start)
        for index in range(start, end):
            leaf = stored[merkle.stored_index(0, index) - number]
            if leaf is None:
                raise _missing(source, merkle.stored_index(0, index), index)
            at = merkle.stored_index(0, index)
            for offset, node in enumerate(begin.append(leaf)):
                found = stored[at + offset - number]
                if found is not None and found != node:
                    field, place = source.where(at + offset)
                    what = f"a hash that covers entry {index} is not that of the hashes below it"
                    raise FaultFound(Fault(index, field, what, place))


def _nodes(source: LogSource, start: int, end: int) -> list[bytes | None]:
    first, last = merkle.stored_count(start), merkle.stored_count(end)
    stored: Iterator[bytes | None] = source.nodes(first, last)
    found = list(islice(stored, last - first))
    if len(found) < last - first:
        raise _missing(source, first + len(found), start)
    return found


def _missing(source: LogSource, stored_index: int, entry: int) -> FaultFound:
    field, place = source.where(stored_index)
    return FaultFound(Fault(entry, field, "the stored hash is missing", place))
