"""What bundles are made of: entries with their inclusion proofs, strict base64, and faults that name their place."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lotproof.proof.faults import Fault, FaultFound
from lotproof.proof.merkle import HASH_SIZE
from lotproof.proof.note import decode_base64

_ENTRY_MEMBERS = frozenset({"index", "leaf", "proof"})
_MAX_PROOF = 64


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """An entry and the hashes that lead from it to the checkpoint's root."""

    index: int
    leaf: bytes
    proof: tuple[bytes, ...]

    def as_dict(self) -> dict[str, Any]:
        """The entry as it stands in a bundle."""
        return {"index": self.index, "leaf": to_base64(self.leaf), "proof": hashes_to_base64(self.proof)}


def read_entries(value: Any) -> list[ProvenEntry]:
    """Read entries in the order of their index. Raises: FaultFound."""
    if not isinstance(value, list):
        raise found(None, "canonical", "entries and keys are lists")
    entries = [read_entry(one) for one in value]
    indexes = [one.index for one in entries]
    if indexes != sorted(set(indexes)):
        raise found(None, "canonical", "the entries are not in the order of their index")
    return entries


def read_entry(value: Any) -> ProvenEntry:
    """Read one entry. Raises: FaultFound."""
    if not isinstance(value, dict) or value.keys() != _ENTRY_MEMBERS or type(value["index"]) is not int:
        raise found(None, "canonical", "an entry has an index, a leaf and a proof")
    index = value["index"]
    return ProvenEntry(index, from_base64(index, value["leaf"]), hashes_from_base64(index, value["proof"]))


def hashes_from_base64(index: int | None, value: Any) -> tuple[bytes, ...]:
    """Read the hashes of a proof. index: the entry that it belongs to.  Raises: FaultFound."""
    if not isinstance(value, list) or len(value) > _MAX_PROOF:
        raise found(index, "canonical", "its proof is no list of hashes")
    hashes = tuple(from_base64(index, one) for one in value)
    if any(len(one) != HASH_SIZE for one in hashes):
        raise found(index, "canonical", "its proof holds something else than hashes")
    return hashes


def hashes_to_base64(hashes: Sequence[bytes]) -> list[str]:
    """Return a proof's hashes as text."""
    return [to_base64(one) for one in hashes]


def to_base64(data: bytes) -> str:
    """Return bytes as text."""
    return base64.b64encode(data).decode()


def from_base64(index: int | None, text: Any) -> bytes:
    """Read bytes written in the one strict form. Raises: FaultFound."""
    data = decode_base64(text) if isinstance(text, str) else None
    if data is None:
        raise found(index, "canonical", "something in it is no strict base64")
    return data


def found(index: int | None, field: str, what: str) -> FaultFound:
    """Return a fault to be raised."""
    return FaultFound(Fault(index, field, what))
