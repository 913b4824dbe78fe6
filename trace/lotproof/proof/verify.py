"""The verifier: reads a whole log, believes nothing of it, and says where the first fault is.

Three depths, each with all that is above it:
- hashes: every leaf and stored node against the checkpoint;
- chains: places in chains, `about`, `seen`, what heads entries state, and times that never go back;
- signatures: canonical form, structure, what events are about, signatures, and whose keys made them.

A rewritten history that was signed again passes here. Only a checkpoint kept from before, a pinned key, or a
witness catches that: begin from the state that an earlier run returned.
"""

import builtins
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from lotproof.epcis.about import about as about_event
from lotproof.kernel.errors import InvalidInputError
from lotproof.proof.canonical import jcs
from lotproof.proof.chains import ChainCheck
from lotproof.proof.checkpoint import Checkpoint, open_checkpoint, parse_note_text
from lotproof.proof.faults import Fault, FaultFound
from lotproof.proof.heads_check import Head
from lotproof.proof.keyring import Keyring
from lotproof.proof.log_source import LogSource
from lotproof.proof.merkle import Frontier
from lotproof.proof.note import NoteError, NoteVerifier
from lotproof.proof.signatures import About, Map, SignatureCheck
from lotproof.proof.treewalk import Block, TreeWalk

__all__ = ["Fault", "LogSource", "Report", "VerifyState", "compare_heads", "verify_log"]

HASHES, CHAINS, SIGNATURES = "hashes", "chains", "signatures"
_DEPTHS = (HASHES, CHAINS, SIGNATURES)
_NO_TIME = ""


@dataclass(slots=True)
class VerifyState:
    """What a run leaves behind so that the next one begins where it ended.

    depth: how deep all entries before were checked; a deeper run cannot begin from here.
    heads: (number, leaf hash) of the newest entry of every chain.  record_time: of the newest entry.
    covered: how many entries the newest heads entry covers.
    """

    depth: str = SIGNATURES
    frontier: Frontier = field(default_factory=Frontier)
    heads: dict[str, Head] = field(default_factory=dict)
    keyring: Keyring = field(default_factory=Keyring)
    record_time: str = _NO_TIME
    covered: int = 0

    @property
    def size(self) -> int:
        """How many entries were checked."""
        return self.frontier.size

    def copy(self) -> "VerifyState":
        """Return a state that moves on by itself."""
        return VerifyState(
            self.depth,
            self.frontier.copy(),
            dict(self.heads),
            self.keyring.copy(),
            self.record_time,
            self.covered,
        )

    def to_bytes(self) -> bytes:
        """Return it as canonical JSON."""
        return jcs(
            {
                "v": 1,
                "depth": self.depth,
                "frontier": self.frontier.to_bytes().hex(),
                "heads": {chain: list(head) for chain, head in self.heads.items()},
                "keyring": self.keyring.as_dict(),
                "recordTime": self.record_time,
                "covered": self.covered,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "VerifyState":
        """Read what `to_bytes` wrote. Raises: InvalidInputError `invalid_state`."""
        try:
            value = json.loads(data)
            if value["v"] != 1 or value["depth"] not in _DEPTHS:
                raise ValueError
            heads = {chain: (int(seq), str(head)) for chain, (seq, head) in value["heads"].items()}
            frontier = Frontier.from_bytes(bytes.fromhex(value["frontier"]))
            keyring = Keyring.from_dict(value["keyring"])
            covered = int(value.get("covered", 0))  # states that were left before there were heads entries
            return cls(value["depth"], frontier, heads, keyring, str(value["recordTime"]), covered)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InvalidInputError("invalid_state", "this is no state of an earlier verification") from None


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it.

    size, root, origin: what the checkpoint says, None where it cannot be read.
    checked: entries read this time.
    pinned: a key that the caller named signed the checkpoint; without one its signature was not verified.
    state: where the next run may begin, only if there is no fault.
    """

    size: int | None
    root: bytes | None
    origin: str | None
    depth: str
    checked: int
    pinned: bool
    fault: Fault | None = None
    state: VerifyState | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return self.fault is None


def verify_log(
    source: LogSource,
    *,
    keys: Keyring | None = None,
    signatures: bool = True,
    chains: bool = True,
    about: About | None = None,
    log_key: str | None = None,
    authority: str | None = None,
    state: VerifyState | None = None,
    map: Map | None = None,  # it takes the place of the built-in one
) -> Report:
    """Verify a log from its beginning, or from where `state` ends, and stop at the first fault.

    keys: a keyring to begin with, instead of the state's.  about: what an event is about (epcis.about).
    log_key: the pinned key of the log, name+id+base64; its name is the origin.  authority: the pinned did of
    the key in entry 0, which only a run with signatures can check.  state: of an earlier report; it is not
    changed.  map: a process pool's map, to check signatures elsewhere.
    Raises: InvalidInputError `invalid_key` for `log_key`, `state_too_shallow` for `state`.
    """
    depth = SIGNATURES if signatures else CHAINS if chains else HASHES
    verifier = NoteVerifier.parse(log_key) if log_key is not None else None
    begin = _begin(state, depth, keys)
    try:
        checkpoint = _read_checkpoint(source, verifier)
    except FaultFound as found:
        return Report(None, None, None, depth, 0, False, found.fault)
    run = _Run(source, checkpoint, begin, about or about_event, map or builtins.map)
    fault = _check_size(source, checkpoint, begin) or run.go()
    fault = _check_authority(begin.keyring, authority, depth, fault)
    size, root, origin = checkpoint.size, checkpoint.root, checkpoint.origin
    left = None if fault else begin
    return Report(size, root, origin, depth, run.checked, verifier is not None, fault, left)


def compare_heads(state: VerifyState, stored: Iterable[tuple[str, int, bytes]]) -> Fault | None:
    """Compare a table of chain heads (id, number, leaf hash) with those that were verified."""
    missing = dict(state.heads)
    for chain, seq, digest in stored:
        head = missing.pop(chain, None)
        if head is None:
            return Fault(None, "head", "no entry has this chain", chain)
        if head != (seq, digest.hex()):
            return Fault(None, "head", f"the newest entry is number {head[0]}, {head[1]}", chain)
    return Fault(None, "head", "the chain's head is missing", min(missing)) if missing else None


class _Run:
    """One pass over the log, which moves a state forward. checked: entries without a fault so far."""

    def __init__(
        self, source: LogSource, checkpoint: Checkpoint, at: VerifyState, about: About, map_batches: Map
    ) -> None:
        self.checked = 0
        self._checkpoint = checkpoint
        self._at = at
        self._walk = TreeWalk(source, at.frontier, checkpoint)
        self._chains = ChainCheck(source, at.heads, at.record_time, at.covered)
        self._signatures = SignatureCheck(checkpoint.origin, about, at.keyring, map_batches)

    def go(self) -> Fault | None:
        """Read to the end or to the first fault, which is returned."""
        fault = None
        try:
            for block in self._walk:
                self._check(block)
        except FaultFound as found:
            fault = found.fault
        try:
            self._signatures.finish()
        except FaultFound as earlier:
            return earlier.fault
        self._at.record_time = self._chains.record_time
        self._at.covered = self._chains.covered
        if fault is None and self._at.frontier.root() != self._checkpoint.root:
            return Fault(None, "checkpoint", "its root is not that of the entries")
        return fault

    def _check(self, block: Block) -> None:
        kinds, fault = self._follow(block) if self._at.depth != HASHES else ([], block.fault)
        good = len(kinds) if self._at.depth != HASHES else len(block.leaves)
        if self._at.depth == SIGNATURES:
            self._signatures.feed(block.first, block.leaves[:good], kinds)
        self.checked += good
        if fault is not None:
            raise FaultFound(fault)

    def _follow(self, block: Block) -> tuple[list[str], Fault | None]:
        """Return the kinds of a block's entries up to the first fault in it, and that fault."""
        kinds: list[str] = []
        check, index = self._chains.check, block.first
        try:
            for leaf, digest in zip(block.leaves, block.hashes, strict=True):
                kinds.append(check(index, leaf, digest))
                index += 1
        except FaultFound as found:
            return kinds, found.fault
        return kinds, block.fault


def _begin(state: VerifyState | None, depth: str, keys: Keyring | None) -> VerifyState:
    if state is not None and _DEPTHS.index(state.depth) < _DEPTHS.index(depth):
        raise InvalidInputError(
            "state_too_shallow",
            f"the state was left by a run that checked {state.depth}, and not {depth}",
            "verify from the beginning",
        )
    begin = state.copy() if state is not None else VerifyState()
    begin.depth = depth
    if keys is not None:
        begin.keyring = keys.copy()
    return begin


def _read_checkpoint(source: LogSource, verifier: NoteVerifier | None) -> Checkpoint:
    note = source.checkpoint()
    if note is None:
        raise FaultFound(Fault(None, "checkpoint", "there is no checkpoint"))
    try:
        return open_checkpoint(note, verifier) if verifier is not None else parse_note_text(note)
    except NoteError as error:
        raise FaultFound(Fault(None, "checkpoint", error.message)) from None


def _check_size(source: LogSource, checkpoint: Checkpoint, begin: VerifyState) -> Fault | None:
    if checkpoint.size < begin.size:
        what = f"it covers {checkpoint.size} entries, but {begin.size} were verified before"
        return Fault(None, "checkpoint", what)
    if source.size < checkpoint.size:
        return Fault(source.size, "leaf", f"the entry is missing: the checkpoint covers {checkpoint.size}")
    if source.size > checkpoint.size:
        return Fault(checkpoint.size, "checkpoint", f"it covers {checkpoint.size} entries of {source.size}")
    return None


def _check_authority(keyring: Keyring, pinned: str | None, depth: str, fault: Fault | None) -> Fault | None:
    """Another authority than the pinned one comes before every other fault: it is that of entry 0."""
    bound = keyring.bindings()
    if pinned is None or depth != SIGNATURES or not bound or bound[0].did == pinned:
        return fault
    return Fault(0, "key", f"the authority is {bound[0].did}, and not {pinned}")
