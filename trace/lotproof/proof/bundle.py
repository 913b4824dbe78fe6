"""A lot's bundle: the entries about it with their proofs, in one file that anybody can check alone.

- Canonical JSON of a closed schema, strict base64: there is one way to write a bundle, and nothing in it that
  `check` does not verify.
- The subject's chain is whole from its first entry to the last one in the bundle. Other entries (of
  containers, of parties) are there because they share a chain with one that is.
- Version 2 adds a heads entry and what it states of the subject: its newest entry among those that it covers, or
  that it has none. Version 1, which has none, does not show that nothing newer exists.
- Not shown by it: that a key was not revoked by an entry that was left out. Who has no pinned key learns that all
  fits together under key K, and not that K is the log's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lotproof.epcis.about import about as about_event
from lotproof.kernel.errors import InvalidInputError, LogFaultError
from lotproof.proof.bundle_heads import AsOf, ProvenHeads, check_heads, read_heads
from lotproof.proof.bundle_parts import ProvenEntry, found, read_entries
from lotproof.proof.canonical import jcs, parse_canonical
from lotproof.proof.checkpoint import Checkpoint, open_checkpoint
from lotproof.proof.entry import Entry, is_uri, parse
from lotproof.proof.faults import Fault, FaultFound
from lotproof.proof.keyring import Keyring
from lotproof.proof.merkle import leaf_hash, verify_inclusion
from lotproof.proof.note import NoteVerifier, only_signed_by
from lotproof.proof.signatures import check_entry, judge

__all__ = ["AsOf", "BundleReport", "ProvenEntry", "ProvenHeads", "check", "check_parts", "make", "parts"]

MAX_BUNDLE = 64 * 2**20
_MEMBERS = frozenset({"v", "origin", "logKey", "checkpoint", "subject", "entries", "keys"})
_MEMBERS_OF = {1: _MEMBERS, 2: _MEMBERS | {"heads"}}


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What a bundle shows.

    pinned: the checkpoint was signed by the key that the caller pinned.  log_key: the key that signed it,
    whoever that is.  entries: (index, entry) of all but the keys and the heads, in order; empty if there is a
    fault.  as_of: what a heads entry shows of the subject, None if there is none in the bundle.
    """

    ok: bool
    pinned: bool
    subject: str = ""
    origin: str = ""
    log_key: str = ""
    size: int = 0
    root: bytes = b""
    entries: tuple[tuple[int, Entry], ...] = ()
    as_of: AsOf | None = None
    fault: Fault | None = None

    @property
    def says(self) -> str:
        """What may be claimed on the strength of it, in one sentence."""
        if self.fault is not None:
            return str(self.fault)
        if self.pinned:
            return f"consistent with the pinned key {self.log_key}, as of {self.size} entries"
        return f"consistent with key {self.log_key}, not pinned"

    @property
    def newest(self) -> str:
        """What may be claimed of entries that are not in the bundle, in one sentence; nothing if there is a fault."""
        if self.fault is not None:
            return ""
        return self.as_of.says if self.as_of is not None else "that nothing newer exists is not shown"


def make(
    note: bytes,
    log_key: str,
    subject: str,
    entries: Iterable[ProvenEntry],
    keys: Iterable[ProvenEntry],
    heads: ProvenHeads | None = None,
) -> bytes:
    """Return a bundle.

    note: the signed checkpoint that all proofs lead to; only the log's own signature is taken over.
    entries: of the subject's chain and what belongs to it.
    keys: the key entries that show whose keys signed them, from entry 0 on, unless they are in `entries`.
    heads: a heads entry and what it states of the subject; `entries` may be empty where that is nothing.
    Raises: LogFaultError `bundle_does_not_check` for what `check` would refuse.
    """
    stated = {"v": 2, "heads": heads.as_dict()} if heads is not None else {}
    bundle = jcs(parts(note, log_key, entries, keys) | {"subject": subject} | stated)
    report = check(bundle, log_key)
    if not report.ok:
        raise LogFaultError("bundle_does_not_check", f"the bundle would be refused: {report.says}")
    return bundle


def check(data: bytes, pinned_vkey: str | None = None) -> BundleReport:
    """Check a bundle. Whatever is wrong with it is in the report.

    pinned_vkey: the log's key as the caller knows it, name+id+base64.
    Raises: InvalidInputError `invalid_key` for `pinned_vkey`.
    """
    pinned = NoteVerifier.parse(pinned_vkey) if pinned_vkey is not None else None
    try:
        value = _read(data)
        verifier, checkpoint = _check_checkpoint(value, pinned)
        entries, keys = (read_entries(value[name]) for name in ("entries", "keys"))
        heads = read_heads(value["heads"]) if value["v"] == 2 else None
        parsed, keyring = _check_entries(entries, keys, heads, checkpoint)
        _check_chains(value["subject"], entries, parsed, may_be_empty=heads is not None)
        as_of = check_heads(value["subject"], heads, parsed, keyring) if heads is not None else None
    except FaultFound as wrong:
        return BundleReport(False, False, fault=wrong.fault)
    return BundleReport(
        True,
        pinned is not None,
        value["subject"],
        checkpoint.origin,
        verifier.vkey,
        checkpoint.size,
        checkpoint.root,
        tuple((one.index, parsed[one.index]) for one in entries),
        as_of,
    )


def _read(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BUNDLE:
        raise found(None, "canonical", f"{len(data)} bytes are more than a bundle has")
    try:
        value = parse_canonical(data)
    except InvalidInputError as error:
        raise found(None, "canonical", error.message) from None
    if (
        not isinstance(value, dict)
        or type(value.get("v")) is not int
        or value.keys() != _MEMBERS_OF.get(value["v"])
    ):
        raise found(None, "canonical", "it has not the members of a bundle of version 1 or 2")
    if not all(isinstance(value[name], str) for name in ("origin", "logKey", "checkpoint", "subject")):
        raise found(None, "canonical", "origin, logKey, checkpoint and subject are text")
    if not is_uri(value["subject"]):
        raise found(None, "canonical", "its subject is no URI")
    return value


def _check_checkpoint(
    value: Mapping[str, Any], pinned: NoteVerifier | None
) -> tuple[NoteVerifier, Checkpoint]:
    try:
        verifier = NoteVerifier.parse(value["logKey"])
        checkpoint = open_checkpoint(value["checkpoint"].encode(), verifier)
        if only_signed_by(value["checkpoint"].encode(), verifier) != value["checkpoint"]:
            raise found(None, "checkpoint", "it bears signatures that nobody can verify here")
    except (InvalidInputError, LogFaultError) as error:
        raise found(None, "checkpoint", error.message) from None
    if checkpoint.origin != value["origin"]:
        raise found(None, "checkpoint", f"it is of {checkpoint.origin}, and not of {value['origin']}")
    if pinned is not None and pinned != verifier:
        raise found(None, "checkpoint", f"{verifier.vkey} signed it, and not the pinned {pinned.vkey}")
    return verifier, checkpoint


def _check_entries(
    entries: Sequence[ProvenEntry],
    keys: Sequence[ProvenEntry],
    heads: ProvenHeads | None,
    checkpoint: Checkpoint,
) -> tuple[dict[int, Entry], Keyring]:
    """Check each entry by itself and its signer by the keys before it; returns what was read, by index."""
    keyring = Keyring()
    parsed: dict[int, Entry] = {}
    for one in sorted([*entries, *keys, *([heads.entry] if heads else ())], key=lambda one: one.index):
        if one.index in parsed:
            raise found(one.index, "canonical", "it is in the bundle twice")
        if not verify_inclusion(leaf_hash(one.leaf), one.index, checkpoint.size, one.proof, checkpoint.root):
            raise found(one.index, "leaf", "its proof does not lead to the checkpoint's root")
        signed = check_entry(one.index, one.leaf, checkpoint.origin, about_event)
        if isinstance(signed, Fault):
            raise FaultFound(signed)
        entry = parsed[one.index] = parse(one.leaf)
        fault = judge(one.index, signed, one.leaf if entry.kind == "key" else None, keyring)
        if fault is not None:
            raise FaultFound(fault)
    for one in keys:
        if parsed[one.index].kind != "key":
            raise found(one.index, "key", "it stands among the keys and is none")
    return parsed, keyring


def _check_chains(
    subject: str, entries: Sequence[ProvenEntry], parsed: Mapping[int, Entry], *, may_be_empty: bool
) -> None:
    """The subject's chain is whole, links that can be compared fit, and no entry stands by itself."""
    heads: dict[str, tuple[int, str]] = {}
    touched = {subject}
    unrelated = {one.index: {link.id for link in parsed[one.index].chains} for one in entries}
    time = ""
    for index in sorted(parsed):
        if parsed[index].record_time < time:
            raise found(index, "recordTime", "it was recorded before an entry that stands before it")
        time = parsed[index].record_time
        _check_links(index, parsed[index], subject, heads)
    if subject not in heads and not (may_be_empty and not entries):
        raise found(None, "chains", "it holds no entry about its subject")
    while related := [index for index, chains in unrelated.items() if chains & touched]:
        for index in related:
            touched |= unrelated.pop(index)
    if unrelated:
        raise found(min(unrelated), "chains", "it has nothing to do with the subject")


def _check_links(index: int, entry: Entry, subject: str, heads: dict[str, tuple[int, str]]) -> None:
    mine = leaf_hash(entry.raw).hex()
    for link in entry.chains:
        seq, digest = heads.get(link.id, (-1, None))
        if link.seq <= seq or (link.seq == seq + 1 and link.prev != digest):
            raise found(index, "chains", f"number {link.seq} of {link.id} does not follow number {seq}")
        if link.id == subject and link.seq != seq + 1:
            raise found(index, "chains", f"number {seq + 1} of the subject's chain was left out")
        heads[link.id] = (link.seq, mine)


def parts(
    note: bytes, log_key: str, entries: Iterable[ProvenEntry], keys: Iterable[ProvenEntry]
) -> dict[str, Any]:
    """Return what every file of proofs holds: the log, its signed checkpoint, entries and the keys that signed them."""
    verifier = NoteVerifier.parse(log_key)
    return {
        "v": 1,
        "origin": verifier.name,
        "logKey": log_key,
        "checkpoint": only_signed_by(note, verifier),
        "entries": [one.as_dict() for one in sorted(entries, key=lambda one: one.index)],
        "keys": [one.as_dict() for one in sorted(keys, key=lambda one: one.index)],
    }


def check_parts(
    value: Mapping[str, Any], pinned: NoteVerifier | None
) -> tuple[NoteVerifier, Checkpoint, dict[int, Entry]]:
    """Check what `parts` returns, read back; returns the log's key, its checkpoint, and the entries by index.

    Each entry is in the log, rightly formed, and signed by a key that is valid for it. Raises: FaultFound.
    """
    if not all(isinstance(value[name], str) for name in ("origin", "logKey", "checkpoint")):
        raise found(None, "canonical", "origin, logKey and checkpoint are text")
    verifier, checkpoint = _check_checkpoint(value, pinned)
    entries, keys = (read_entries(value[name]) for name in ("entries", "keys"))
    return verifier, checkpoint, _check_entries(entries, keys, None, checkpoint)[0]
