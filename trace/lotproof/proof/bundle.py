"""A lot's bundle: the entries about it with their proofs, in one file that anybody can check alone.

- Canonical JSON of a closed schema, strict base64: there is one way to write a bundle, and nothing in it that
  `check` does not verify.
- The subject's chain is whole from its first entry to the last one in the bundle. Other entries (of
  containers, of parties) are there because they share a chain with one that is.
- Not shown by it: that nothing newer exists, or that a key was not revoked by an entry that was left out. Who
  has no pinned key learns that all fits together under key K, and not that K is the log's.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lotproof.epcis.about import about as about_event
from lotproof.kernel.errors import InvalidInputError, LogFaultError
from lotproof.proof.canonical import jcs, parse_canonical
from lotproof.proof.checkpoint import Checkpoint, open_checkpoint
from lotproof.proof.entry import Entry, is_uri, parse
from lotproof.proof.faults import Fault, FaultFound
from lotproof.proof.keyring import Keyring
from lotproof.proof.merkle import HASH_SIZE, leaf_hash, verify_inclusion
from lotproof.proof.note import NoteVerifier, decode_base64, only_signed_by
from lotproof.proof.signatures import check_entry, judge

MAX_BUNDLE = 64 * 2**20
_MEMBERS = frozenset({"v", "origin", "logKey", "checkpoint", "subject", "entries", "keys"})
_ENTRY_MEMBERS = frozenset({"index", "leaf", "proof"})
_MAX_PROOF = 64


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """An entry and the hashes that lead from it to the checkpoint's root."""

    index: int
    leaf: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What a bundle shows.

    pinned: the checkpoint was signed by the key that the caller pinned.  log_key: the key that signed it,
    whoever that is.  entries: (index, entry) of all but the keys, in order; empty if there is a fault.
    """

    ok: bool
    pinned: bool
    subject: str = ""
    origin: str = ""
    log_key: str = ""
    size: int = 0
    root: bytes = b""
    entries: tuple[tuple[int, Entry], ...] = ()
    fault: Fault | None = None

    @property
    def says(self) -> str:
        """What may be claimed on the strength of it, in one sentence."""
        if self.fault is not None:
            return str(self.fault)
        if self.pinned:
            return f"consistent with the pinned key {self.log_key}, as of {self.size} entries"
        return f"consistent with key {self.log_key}, not pinned"


def make(
    note: bytes,
    log_key: str,
    subject: str,
    entries: Iterable[ProvenEntry],
    keys: Iterable[ProvenEntry],
) -> bytes:
    """Return a bundle.

    note: the signed checkpoint that all proofs lead to; only the log's own signature is taken over.
    entries: of the subject's chain and what belongs to it.
    keys: the key entries that show whose keys signed them, from entry 0 on, unless they are in `entries`.
    Raises: LogFaultError `bundle_does_not_check` for what `check` would refuse.
    """
    verifier = NoteVerifier.parse(log_key)
    bundle = jcs(
        {
            "v": 1,
            "origin": verifier.name,
            "logKey": log_key,
            "checkpoint": only_signed_by(note, verifier),
            "subject": subject,
            "entries": [_as_dict(one) for one in sorted(entries, key=lambda one: one.index)],
            "keys": [_as_dict(one) for one in sorted(keys, key=lambda one: one.index)],
        }
    )
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
        entries, keys = (_read_entries(value[name]) for name in ("entries", "keys"))
        parsed = _check_entries(entries, keys, checkpoint)
        _check_chains(value["subject"], entries, parsed)
    except FaultFound as found:
        return BundleReport(False, False, fault=found.fault)
    return BundleReport(
        True,
        pinned is not None,
        value["subject"],
        checkpoint.origin,
        verifier.vkey,
        checkpoint.size,
        checkpoint.root,
        tuple((one.index, parsed[one.index]) for one in entries),
    )


def _read(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BUNDLE:
        raise _found(None, "canonical", f"{len(data)} bytes are more than a bundle has")
    try:
        value = parse_canonical(data)
    except InvalidInputError as error:
        raise _found(None, "canonical", error.message) from None
    if (
        not isinstance(value, dict)
        or value.keys() != _MEMBERS
        or type(value["v"]) is not int
        or value["v"] != 1
    ):
        raise _found(None, "canonical", "it has not the members of a bundle of version 1")
    if not all(isinstance(value[name], str) for name in ("origin", "logKey", "checkpoint", "subject")):
        raise _found(None, "canonical", "origin, logKey, checkpoint and subject are text")
    if not is_uri(value["subject"]):
        raise _found(None, "canonical", "its subject is no URI")
    return value


def _check_checkpoint(
    value: Mapping[str, Any], pinned: NoteVerifier | None
) -> tuple[NoteVerifier, Checkpoint]:
    try:
        verifier = NoteVerifier.parse(value["logKey"])
        checkpoint = open_checkpoint(value["checkpoint"].encode(), verifier)
        if only_signed_by(value["checkpoint"].encode(), verifier) != value["checkpoint"]:
            raise _found(None, "checkpoint", "it bears signatures that nobody can verify here")
    except (InvalidInputError, LogFaultError) as error:
        raise _found(None, "checkpoint", error.message) from None
    if checkpoint.origin != value["origin"]:
        raise _found(None, "checkpoint", f"it is of {checkpoint.origin}, and not of {value['origin']}")
    if pinned is not None and pinned != verifier:
        raise _found(None, "checkpoint", f"{verifier.vkey} signed it, and not the pinned {pinned.vkey}")
    return verifier, checkpoint


def _read_entries(value: Any) -> list[ProvenEntry]:
    if not isinstance(value, list):
        raise _found(None, "canonical", "entries and keys are lists")
    entries = [_read_entry(one) for one in value]
    indexes = [one.index for one in entries]
    if indexes != sorted(set(indexes)):
        raise _found(None, "canonical", "the entries are not in the order of their index")
    return entries


def _read_entry(value: Any) -> ProvenEntry:
    if not isinstance(value, dict) or value.keys() != _ENTRY_MEMBERS or type(value["index"]) is not int:
        raise _found(None, "canonical", "an entry has an index, a leaf and a proof")
    index, proof = value["index"], value["proof"]
    leaf = _from_base64(index, value["leaf"])
    if not isinstance(proof, list) or len(proof) > _MAX_PROOF:
        raise _found(index, "canonical", "its proof is no list of hashes")
    hashes = tuple(_from_base64(index, one) for one in proof)
    if any(len(one) != HASH_SIZE for one in hashes):
        raise _found(index, "canonical", "its proof holds something else than hashes")
    return ProvenEntry(index, leaf, hashes)


def _check_entries(
    entries: Sequence[ProvenEntry], keys: Sequence[ProvenEntry], checkpoint: Checkpoint
) -> dict[int, Entry]:
    """Check each entry by itself and its signer by the keys before it; returns what was read, by index."""
    keyring = Keyring()
    parsed: dict[int, Entry] = {}
    for one in sorted([*entries, *keys], key=lambda one: one.index):
        if one.index in parsed:
            raise _found(one.index, "canonical", "it is in the bundle twice")
        if not verify_inclusion(leaf_hash(one.leaf), one.index, checkpoint.size, one.proof, checkpoint.root):
            raise _found(one.index, "leaf", "its proof does not lead to the checkpoint's root")
        signed = check_entry(one.index, one.leaf, checkpoint.origin, about_event)
        if isinstance(signed, Fault):
            raise FaultFound(signed)
        entry = parsed[one.index] = parse(one.leaf)
        fault = judge(one.index, signed, one.leaf if entry.kind == "key" else None, keyring)
        if fault is not None:
            raise FaultFound(fault)
    for one in keys:
        if parsed[one.index].kind != "key":
            raise _found(one.index, "key", "it stands among the keys and is none")
    return parsed


def _check_chains(subject: str, entries: Sequence[ProvenEntry], parsed: Mapping[int, Entry]) -> None:
    """The subject's chain is whole, links that can be compared fit, and no entry stands by itself."""
    heads: dict[str, tuple[int, str]] = {}
    touched = {subject}
    unrelated = {one.index: {link.id for link in parsed[one.index].chains} for one in entries}
    time = ""
    for index in sorted(parsed):
        if parsed[index].record_time < time:
            raise _found(index, "recordTime", "it was recorded before an entry that stands before it")
        time = parsed[index].record_time
        _check_links(index, parsed[index], subject, heads)
    if subject not in heads:
        raise _found(None, "chains", "it holds no entry about its subject")
    while related := [index for index, chains in unrelated.items() if chains & touched]:
        for index in related:
            touched |= unrelated.pop(index)
    if unrelated:
        raise _found(min(unrelated), "chains", "it has nothing to do with the subject")


def _check_links(index: int, entry: Entry, subject: str, heads: dict[str, tuple[int, str]]) -> None:
    mine = leaf_hash(entry.raw).hex()
    for link in entry.chains:
        seq, digest = heads.get(link.id, (-1, None))
        if link.seq <= seq or (link.seq == seq + 1 and link.prev != digest):
            raise _found(index, "chains", f"number {link.seq} of {link.id} does not follow number {seq}")
        if link.id == subject and link.seq != seq + 1:
            raise _found(index, "chains", f"number {seq + 1} of the subject's chain was left out")
        heads[link.id] = (link.seq, mine)


def _as_dict(one: ProvenEntry) -> dict[str, Any]:
    return {"index": one.index, "leaf": _to_base64(one.leaf), "proof": [_to_base64(h) for h in one.proof]}


def _to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _from_base64(index: int, text: Any) -> bytes:
    data = decode_base64(text) if isinstance(text, str) else None
    if data is None:
        raise _found(index, "canonical", "something in it is no strict base64")
    return data


def _found(index: int | None, field: str, what: str) -> FaultFound:
    return FaultFound(Fault(index, field, what))


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
        "entries": [_as_dict(one) for one in sorted(entries, key=lambda one: one.index)],
        "keys": [_as_dict(one) for one in sorted(keys, key=lambda one: one.index)],
    }


def check_parts(
    value: Mapping[str, Any], pinned: NoteVerifier | None
) -> tuple[NoteVerifier, Checkpoint, dict[int, Entry]]:
    """Check what `parts` returns, read back; returns the log's key, its checkpoint, and the entries by index.

    Each entry is in the log, rightly formed, and signed by a key that is valid for it. Raises: FaultFound.
    """
    if not all(isinstance(value[name], str) for name in ("origin", "logKey", "checkpoint")):
        raise _found(None, "canonical", "origin, logKey and checkpoint are text")
    verifier, checkpoint = _check_checkpoint(value, pinned)
    entries, keys = (_read_entries(value[name]) for name in ("entries", "keys"))
    return verifier, checkpoint, _check_entries(entries, keys, checkpoint)
