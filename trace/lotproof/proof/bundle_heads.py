"""The part of a bundle that shows what is *not* in it: a heads entry, and what it states of the subject's chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lotproof.kernel.errors import LogFaultError
from lotproof.proof.bundle_parts import (
    ProvenEntry,
    found,
    from_base64,
    hashes_from_base64,
    hashes_to_base64,
    read_entry,
    to_base64,
)
from lotproof.proof.entry import Entry
from lotproof.proof.heads import RECORD_SIZE, HeadPlace, stated_in, verify_absent, verify_newest
from lotproof.proof.keyring import Keyring
from lotproof.proof.merkle import leaf_hash

_MEMBERS = frozenset({"entry", "places"})
_PLACE_MEMBERS = frozenset({"index", "record", "proof"})
_MOST_PLACES = 2


@dataclass(frozen=True, slots=True)
class ProvenHeads:
    """A heads entry with its inclusion proof, and the records in its tree that show newest or absence."""

    entry: ProvenEntry
    places: tuple[HeadPlace, ...]

    def as_dict(self) -> dict[str, Any]:
        """The part as it stands in a bundle."""
        return {
            "entry": self.entry.as_dict(),
            "places": [
                {"index": one.index, "record": to_base64(one.record), "proof": hashes_to_base64(one.path)}
                for one in self.places
            ],
        }


@dataclass(frozen=True, slots=True)
class AsOf:
    """What entry `index`, recorded at `record_time`, shows of the subject's chain among the entries [0, size).

    covered: how many entries of the chain are among them, every one of which is in the bundle.
    later: how many further ones are in the bundle; of those nothing shows that they are all.
    """

    index: int
    record_time: str
    size: int
    covered: int
    later: int

    @property
    def says(self) -> str:
        """It in one sentence."""
        by = f"as of entry {self.size - 1} (entry {self.index} states it, recorded {self.record_time})"
        if not self.covered:
            told = f"no entry about it {by}"
        elif self.later:
            told = f"its first {self.covered} entries are all {by}"
        else:
            return f"newest {by}"
        return f"{told}; {self.later} came later, and whether that is all is not shown" if self.later else told


def read_heads(value: Any) -> ProvenHeads:
    """Read the part. Raises: FaultFound."""
    if not isinstance(value, dict) or value.keys() != _MEMBERS or not isinstance(value["places"], list):
        raise found(None, "canonical", "heads have an entry and places")
    if len(value["places"]) > _MOST_PLACES:
        raise found(None, "canonical", "two places show all that heads can show")
    entry = read_entry(value["entry"])
    return ProvenHeads(entry, tuple(_read_place(entry.index, one) for one in value["places"]))


def check_heads(subject: str, heads: ProvenHeads, parsed: Mapping[int, Entry], keyring: Keyring) -> AsOf:
    """Check what the heads entry states against the subject's entries in the bundle.

    parsed: all entries of the bundle by index, checked each by itself; the subject's chain is whole from its
    first entry on.  Raises: FaultFound.
    """
    index, entry = heads.entry.index, parsed[heads.entry.index]
    try:
        stated = stated_in(index, entry, keyring.authority_party(index))
    except LogFaultError as error:
        raise found(index, "heads", error.message) from None
    mine = [at for at in sorted(parsed) if any(link.id == subject for link in parsed[at].chains)]
    covered = [at for at in mine if at < stated.size]
    if covered:
        shown = verify_newest(stated, subject, heads.places)
        if shown is None:
            raise found(index, "heads", "its places do not show the newest entry about the subject")
        if shown != (len(covered) - 1, leaf_hash(parsed[covered[-1]].raw)):
            raise found(
                index,
                "heads",
                f"it states number {shown[0]} as the newest, and number {len(covered) - 1} is here",
            )
    elif not verify_absent(stated, subject, heads.places):
        raise found(index, "heads", "its places do not show that there is no entry about the subject")
    return AsOf(index, entry.record_time, stated.size, len(covered), len(mine) - len(covered))


def _read_place(entry: int, value: Any) -> HeadPlace:
    if not isinstance(value, dict) or value.keys() != _PLACE_MEMBERS or type(value["index"]) is not int:
        raise found(entry, "canonical", "a place has an index, a record and a proof")
    record = from_base64(entry, value["record"])
    if len(record) != RECORD_SIZE:
        raise found(entry, "canonical", f"a record has {RECORD_SIZE} bytes")
    return HeadPlace(value["index"], record, hashes_from_base64(entry, value["proof"]))
