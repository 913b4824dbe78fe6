"""Two signed checkpoints of one log that cannot both be true: found, told apart, and kept as evidence."""

import json
from pathlib import Path

from lotproof.kernel.errors import LogFaultError, Problem
from lotproof.proof.checkpoint import Checkpoint, parse_note_text
from lotproof.proof.faults import FaultFound
from lotproof.proof.histories import first_difference, frontier_at
from lotproof.proof.merkle import ReadHashes
from lotproof.proof.tile_source import TileSource
from lotproof.storage.durable_files import write_file

EVIDENCE = "evidence"


def refuse_fork(home: Path, ours: tuple[str, ReadHashes], note: bytes, theirs: TileSource) -> None:
    """Compare a log that is offered with the one that is here, as far as both reach.

    ours: the checkpoint that is here, and its hashes.  note: the one that is offered; its signature was verified.
    Raises: LogFaultError `log_forked`; both checkpoints then lie in a file of the folder `evidence` of `home`.
    """
    here, read = parse_note_text(ours[0]), ours[1]
    offered = parse_note_text(note)
    if offered.size <= here.size:
        same = frontier_at(offered.size, read).root() == offered.root
    else:
        same = _begins_with(here, theirs)
    if not same:
        raise _forked(home, ours, note, _where(min(here.size, offered.size), read, theirs))


def _begins_with(here: Checkpoint, theirs: TileSource) -> bool:
    """An export of what came since then lacks the tiles for this; there the verifier finds a fork by the root."""
    try:
        return frontier_at(here.size, theirs.read).root() == here.root
    except FaultFound:
        return True


def _where(size: int, read: ReadHashes, theirs: TileSource) -> int | None:
    try:
        return first_difference(size, read, theirs.read)
    except FaultFound:
        return None


def _forked(home: Path, ours: tuple[str, ReadHashes], note: bytes, index: int | None) -> LogFaultError:
    here, offered = parse_note_text(ours[0]), parse_note_text(note)
    file = home / EVIDENCE / f"fork-{here.size}-{offered.size}-{offered.root.hex()[:16]}.json"
    kept = {
        "what": "Two checkpoints of one log, signed by its key, of which neither log begins with the other.",
        "firstDifference": index,
        "here": ours[0],
        "offered": note.decode(),
    }
    write_file(file, json.dumps(kept, ensure_ascii=False, indent=1).encode() + b"\n")
    first = "not known" if index is None else str(index)
    return LogFaultError(
        "log_forked",
        f"{here.origin} shows two histories: {here.size} entries here and {offered.size} there are not of one log; "
        f"the first entry that differs: {first}",
        f"both signed checkpoints are in {file}: show them to everybody who relies on this log",
        [Problem(f"entry {first}", "log_forked", f"sizes {here.size} and {offered.size}")],
    )
