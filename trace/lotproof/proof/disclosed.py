"""Hidden parts of one entry, handed on to somebody who can check alone that they stand behind it.

- Canonical JSON of a closed schema: the entry with its proof and the keys that signed it, as in a bundle, and the
  disclosures as RFC 9901 encodes them. Nothing is in it that `check` does not verify.
- It shows what was hidden, that the signer signed it, and that the log holds it. What it does not open stays hidden,
  whether it was left out or erased.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lotproof.kernel.errors import InvalidInputError, LogFaultError
from lotproof.kernel.strict_json import loads
from lotproof.proof import bundle
from lotproof.proof.canonical import jcs, parse_canonical
from lotproof.proof.disclosure import Disclosure, digest_of, encode, reveal
from lotproof.proof.entry import Entry
from lotproof.proof.faults import Fault, FaultFound
from lotproof.proof.note import NoteVerifier

_MEMBERS = frozenset({"v", "origin", "logKey", "checkpoint", "entries", "keys", "disclosures"})
_MARK = b'"disclosures":['


@dataclass(frozen=True, slots=True)
class DisclosedReport:
    """What a file of disclosures shows.

    opened: JSON Pointer -> value of each part that it opens.  payload: what was signed, with them put back.
    closed: how many hidden parts it does not open.
    """

    ok: bool
    pinned: bool
    origin: str = ""
    log_key: str = ""
    size: int = 0
    index: int | None = None
    entry: Entry | None = None
    opened: tuple[tuple[str, Any], ...] = ()
    payload: Mapping[str, Any] | None = None
    closed: int = 0
    fault: Fault | None = None

    @property
    def says(self) -> str:
        """What may be claimed on the strength of it, in one sentence."""
        if self.fault is not None:
            return str(self.fault)
        key = f"the pinned key {self.log_key}" if self.pinned else f"key {self.log_key}, not pinned"
        return f"{len(self.opened)} hidden parts of entry {self.index} are as they were signed, consistent with {key}"


def make(
    note: bytes,
    log_key: str,
    entry: bundle.ProvenEntry,
    keys: Iterable[bundle.ProvenEntry],
    disclosures: Sequence[Disclosure],
) -> bytes:
    """Return a file that opens these hidden parts of an entry.

    note: the signed checkpoint that all proofs lead to.  keys: those that `bundle.make` takes.
    Raises: LogFaultError `disclosures_do_not_check` for what `check` would refuse.
    """
    others = [one for one in keys if one.index != entry.index]
    encoded = sorted(encode(one.salt, one.name, one.value) for one in disclosures)
    data = jcs({**bundle.parts(note, log_key, [entry], others), "disclosures": encoded})
    report = check(data, log_key)
    if not report.ok:
        raise LogFaultError("disclosures_do_not_check", f"the file would be refused: {report.says}")
    return data


def is_one(data: bytes) -> bool:
    """Whether some bytes seem to be such a file: in a bundle of a lot these never stand, as its leaves are base64."""
    return _MARK in data


def check(data: bytes, pinned_vkey: str | None = None) -> DisclosedReport:
    """Check a file of disclosures. Whatever is wrong with it is in the report.

    pinned_vkey: the log's key as the caller knows it.  Raises: InvalidInputError `invalid_key` for it.
    """
    pinned = NoteVerifier.parse(pinned_vkey) if pinned_vkey is not None else None
    try:
        value = _read(data)
        verifier, checkpoint, parsed = bundle.check_parts(value, pinned)
        index = value["entries"][0]["index"]
        opened = [_opened(index, one) for one in value["disclosures"]]
        payload = _payload(index, parsed[index].signed, opened)
    except FaultFound as found:
        return DisclosedReport(False, False, fault=found.fault)
    return DisclosedReport(
        True,
        pinned is not None,
        checkpoint.origin,
        verifier.vkey,
        checkpoint.size,
        index,
        parsed[index],
        tuple(sorted((one.name, one.value) for one in opened)),
        payload,
        len(parsed[index].signed.get("_sd", ())) - len(opened),
    )


def _read(data: bytes) -> dict[str, Any]:
    if len(data) > bundle.MAX_BUNDLE:
        raise _found(None, "canonical", f"{len(data)} bytes are more than such a file has")
    try:
        value = parse_canonical(data)
    except InvalidInputError as error:
        raise _found(None, "canonical", error.message) from None
    if not isinstance(value, dict) or value.keys() != _MEMBERS or value["v"] != 1 or value["v"] is True:
        raise _found(None, "canonical", "it has not the members of a file of disclosures of version 1")
    entries, disclosures = value["entries"], value["disclosures"]
    if not isinstance(entries, list) or len(entries) != 1:
        raise _found(None, "canonical", "it is about one entry")
    if not isinstance(disclosures, list) or not all(isinstance(one, str) for one in disclosures):
        raise _found(None, "canonical", "its disclosures are no list of texts")
    if not disclosures or disclosures != sorted(set(disclosures)):
        raise _found(None, "canonical", "its disclosures are none, or not sorted and distinct")
    return value


def _opened(index: int, encoded: str) -> Disclosure:
    try:
        value = loads(base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True))
    except (InvalidInputError, ValueError, binascii.Error):
        raise _found(index, "disclosure", "one of them is no JSON in base64url") from None
    if not isinstance(value, list) or len(value) != 3 or not all(isinstance(one, str) for one in value[:2]):
        raise _found(index, "disclosure", "one of them is no salt, name and value")
    salt, name, part = value
    if encode(salt, name, part) != encoded:
        raise _found(index, "disclosure", f"what opens {name} is not written as it was hidden")
    return Disclosure(digest_of(encoded), salt, name, part)


def _payload(index: int, signed: Mapping[str, Any], opened: Sequence[Disclosure]) -> dict[str, Any]:
    try:
        return reveal(signed, opened)
    except (LogFaultError, InvalidInputError) as error:
        raise _found(index, "disclosure", error.message) from None


def _found(index: int | None, field: str, what: str) -> FaultFound:
    return FaultFound(Fault(index, field, what))
