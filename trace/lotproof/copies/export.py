"""Export: the log as it is served (C2SP tlog-tiles), the blobs that its entries name, and disclosures apart.

- Never a key, an account, or anything else that is not in the entries; disclosures only where they are asked for.
- All of it comes from one moment of the database. Memory does not grow with the log, only with its files.
- Layout: checkpoint, tile/…, blobs/<2>/<62>, private/disclosures-<n>.jsonl, SHA256SUMS, manifest.json.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from lotproof import __version__
from lotproof.copies.parcel import MANIFEST, ParcelWriter, target_of
from lotproof.kernel.errors import InvalidInputError, LogFaultError, NotFoundError, RefusedError
from lotproof.kernel.strict_json import dumps
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.ledger.publisher import CHECKPOINT, new_files
from lotproof.proof import disclosure
from lotproof.proof.checkpoint import parse_note_text
from lotproof.proof.tiles import WIDTH, parse_tile_path
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import reading

FORMAT, VERSION = "lotproof-export", 1
_ENTRIES = "tile/entries/"
_BLOB = re.compile(rb'"sha256":"([0-9a-f]{64})"')
_BLOB_PATH = re.compile(r"blobs/[0-9a-f]{2}/[0-9a-f]{62}")
_PRIVATE_PATH = re.compile(r"private/disclosures-[0-9]{6}\.jsonl")
_PART = 4 << 20  # bytes of disclosures in one file
Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What to export. since: a mirror has that many entries already.  private: disclosures too."""

    private: bool = False
    since: int = 0


def belongs(path: str) -> bool:
    """Whether an export may have a file of this path."""
    if path == CHECKPOINT or _BLOB_PATH.fullmatch(path) or _PRIVATE_PATH.fullmatch(path):
        return True
    try:
        return bool(parse_tile_path(path))
    except InvalidInputError:
        return False


def blob_path(sha: str) -> str:
    """Return where an export has a blob."""
    return f"blobs/{sha[:2]}/{sha[2:]}"


def export(log: Log, place: Path, wish: Wish, tick: Tick = lambda _entries: None) -> dict[str, Any]:
    """Write an export into a folder, or into a file whose name ends in .tar; return its manifest.

    A folder may hold an earlier export of the same log, or one that was stopped: what is right in it is left.

    Raises: RefusedError `not_empty`, `another_log`; LogFaultError `log_rolled_back`; InvalidInputError
    `invalid_since`.
    """
    with reading(log.engine) as db:
        head = db.execute(select(t.head)).one()
        if not 0 <= wish.since <= head.size:
            raise InvalidInputError("invalid_since", f"the log has {head.size} entries, not {wish.since}")
        _refuse_other(place, log.origin, head.size)
        if wish.since and place.is_dir() and any(place.iterdir()):
            raise RefusedError("not_empty", f"{place} is not empty", "what came since then goes by itself")
        target = target_of(place, belongs, private=wish.private)
        writer = ParcelWriter(target)
        try:
            missing = _put_log(db, log.around.blobs, writer, (wish.since, head.size), tick)
            if wish.private:
                for number, part in enumerate(_disclosures(db, wish.since), 1):
                    writer.put(f"private/disclosures-{number:06}.jsonl", part)
            writer.put(CHECKPOINT, head.checkpoint.encode())
            return writer.finish(_manifest(head, wish, missing))
        except BaseException:
            target.give_up()
            raise


def _manifest(head: Any, wish: Wish, missing: list[str]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "v": VERSION,
        "software": __version__,
        "origin": head.origin,
        "operator": head.operator,
        "authority": head.authority,
        "logKey": head.log_key,
        "size": head.size,
        "root": parse_note_text(head.checkpoint).root.hex(),
        "since": wish.since,
        "private": wish.private,
        "blobsMissing": missing,
    }


def _put_log(
    db: Connection, blobs: BlobStore, writer: ParcelWriter, span: tuple[int, int], tick: Tick
) -> list[str]:
    """Write tiles and the blobs that their entries name; returns the blobs that are not here."""
    named, missing = set[bytes](), []
    for path, data in new_files(db, *span):
        writer.put(path, data)
        if not path.startswith(_ENTRIES):
            continue
        tick(WIDTH)
        for sha in dict.fromkeys(_BLOB.findall(data)):
            if sha not in named:
                named.add(sha)
                missing += _put_blob(blobs, writer, sha.decode())
    return sorted(missing)


def _put_blob(blobs: BlobStore, writer: ParcelWriter, sha: str) -> list[str]:
    try:
        writer.put(blob_path(sha), blobs.get(sha))
    except NotFoundError:
        return [sha]
    return []


def _disclosures(db: Connection, since: int) -> Iterator[bytes]:
    """Yield what opens the hidden parts of entries from `since` on, as far as it was not erased."""
    part, size = [], 0
    for line in _lines(db, since):
        part.append(line)
        size += len(line)
        if size >= _PART:
            yield b"".join(part)
            part, size = [], 0
    if part:
        yield b"".join(part)


def _lines(db: Connection, since: int) -> Iterator[bytes]:
    rows = (
        select(t.disclosure, t.entry.c.entry_index)
        .join(t.entry, t.entry.c.submission == t.disclosure.c.submission)
        .where(t.entry.c.entry_index >= since)
        .order_by(t.entry.c.entry_index, t.disclosure.c.digest)
        .execution_options(yield_per=1000)
    )
    for row in db.execute(rows):
        if disclosure.digest(row.salt, row.name, row.value) == row.digest:  # else it was erased
            one = {"index": row.entry_index, "digest": row.digest, "salt": row.salt}
            yield dumps({**one, "name": row.name, "value": row.value}).encode() + b"\n"


def _refuse_other(place: Path, origin: str, size: int) -> None:
    """An export that stands here already must be of the same log, and not of more entries."""
    if not (place / CHECKPOINT).is_file():
        return
    there = parse_note_text((place / CHECKPOINT).read_bytes())
    if there.origin != origin:
        raise RefusedError("another_log", f"{place} holds an export of {there.origin}", "name another folder")
    if there.size > size:
        raise LogFaultError(
            "log_rolled_back",
            f"the export in {place} covers {there.size} entries, but the database holds only {size}",
            "an older copy of the database is in place: restore the newest one",
        )


__all__ = ("FORMAT", "MANIFEST", "VERSION", "Wish", "belongs", "blob_path", "export")
