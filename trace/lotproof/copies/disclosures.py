"""Disclosures of an export, put back beside the entries whose digests they open; what fits nowhere is refused."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

from sqlalchemy import Connection

from lotproof.copies.parcel_reader import Parcel
from lotproof.copies.replaying import parties_of
from lotproof.kernel.errors import LogFaultError
from lotproof.kernel.strict_json import loads
from lotproof.ledger import tables as t
from lotproof.ledger.adopting import Adopted
from lotproof.ledger.bulk import insert_all
from lotproof.proof import disclosure
from lotproof.proof.disclosure import Disclosure

_BLOB = re.compile(rb'"sha256":"([0-9a-f]{64})"')


class FittingDisclosures:
    """Reads the files of disclosures beside the entries, both in order. fitted: so many. blobs: named so far."""

    def __init__(self, parcel: Parcel | None) -> None:
        self._lines = _lines(parcel) if parcel else iter(())
        self._next = next(self._lines, None)
        self._opened: dict[int, list[Disclosure]] = {}
        self.fitted = 0
        self.blobs = set[str]()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failed: object) -> None:
        if failed[0] is None and self._next is not None:
            raise _does_not_fit(self._next, "no entry that was taken over has it")

    def note(self, leaf: bytes) -> None:
        """Remember which blobs an entry names."""
        self.blobs.update(sha.decode() for sha in _BLOB.findall(leaf))

    def parties(self, one: Adopted) -> Sequence[str]:
        """Return who takes part in the next entry, as far as its disclosures tell. Called once for each, in order.

        Raises: LogFaultError `disclosure_does_not_fit`.
        """
        opened = list(self._of(one))
        if not opened:
            return parties_of(one, one.entry["signed"])
        self._opened[one.index] = opened
        return parties_of(one, disclosure.reveal(one.entry["signed"], opened))

    def keep(self, db: Connection, numbered: Sequence[tuple[Adopted, int]]) -> None:
        """Keep the disclosures of these entries, and remember which blobs they name."""
        rows = [
            {"digest": d.digest, "submission": id, "name": d.name, "salt": d.salt, "value": d.value}
            for one, id in numbered
            for d in self._opened.pop(one.index, ())
        ]
        insert_all(db, t.disclosure, rows)
        self.fitted += len(rows)
        for one, _ in numbered:
            self.note(one.leaf)

    def _of(self, one: Adopted) -> Iterator[Disclosure]:
        while self._next is not None and self._next["index"] <= one.index:
            # What stands before is of an entry that is here already, with its disclosures.
            if self._next["index"] == one.index:
                yield _fitting(self._next, one)
            self._next = next(self._lines, None)


def _fitting(given: Mapping[str, Any], one: Adopted) -> Disclosure:
    found = Disclosure(given["digest"], given["salt"], given["name"], given["value"])
    if disclosure.digest(found.salt, found.name, found.value) != found.digest:
        raise _does_not_fit(given, "its digest is that of something else")
    if found.digest not in one.entry["signed"].get("_sd", ()):
        raise _does_not_fit(given, f"entry {one.index} holds no digest of it")
    return found


def _lines(parcel: Parcel) -> Iterator[dict[str, Any]]:
    newest = -1
    for path in parcel.paths("private/"):
        for line in parcel.read(path).splitlines():
            given = loads(line)
            if not isinstance(given, dict) or given.keys() != {"index", "digest", "salt", "name", "value"}:
                raise _does_not_fit({"name": path}, "it is not written as a disclosure")
            if type(given["index"]) is not int or given["index"] < newest:
                raise _does_not_fit(given, "it is not in the order of the entries")
            newest = given["index"]
            yield given


def _does_not_fit(given: Mapping[str, Any], why: str) -> LogFaultError:
    return LogFaultError(
        "disclosure_does_not_fit",
        f"a disclosure of {given.get('name')} in entry {given.get('index', '?')} does not fit: {why}",
        "nothing was kept of it: get the export again, or one without --private",
    )
