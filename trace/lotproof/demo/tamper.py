"""Change one byte in a copy of the log, and let the verifier that outsiders use find it."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, select

from lotproof.demo.catalogue import FUJI_BULK
from lotproof.kernel.errors import NotFoundError
from lotproof.ledger import publisher
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.lots.models import EventLot, EventRow, Lot
from lotproof.proof import tiles
from lotproof.proof.tile_source import TileSource
from lotproof.proof.verify import Report, verify_log
from lotproof.storage.engine import reading

_AROUND = 26
"""Bytes shown on either side of the changed one."""
_TARGET = b'"quantity":'


@dataclass(frozen=True, slots=True)
class Tampering:
    """What was changed in the copy, and what its verification named.

    entry, position: which byte of which entry; before, after: its values; excerpt_*: the text around it.
    fault_*: the first fault, None where nothing was found.
    """

    log_size: int
    entry: int
    position: int
    before: int
    after: int
    excerpt_before: str
    excerpt_after: str
    fault_entry: int | None
    fault_field: str | None
    fault_message: str


def tamper_and_verify(log: Log) -> Tampering:
    """Copy the log's tiles, make one harvest of the copy weigh otherwise, and verify the copy.

    The copy is written from the database into a temporary folder that is removed; the log itself is only read.
    Raises: NotFoundError `no_demonstration` where there is no harvest to change.
    """
    with TemporaryDirectory(prefix="lotproof-copy-") as folder:
        copy = Path(folder)
        with reading(log.engine) as db:
            entry = _a_harvest(db)
            size = publisher.publish(db, copy)
        before, after, position = _change(copy, entry, size)
        report = verify_copy(copy, log.verifier_key)
    fault = report.fault
    return Tampering(
        log_size=size,
        entry=entry,
        position=position,
        before=before[position],
        after=after[position],
        excerpt_before=_excerpt(before, position),
        excerpt_after=_excerpt(after, position),
        fault_entry=fault.index if fault else None,
        fault_field=fault.field if fault else None,
        fault_message=str(fault) if fault else "",
    )


def verify_copy(folder: Path, log_key: str) -> Report:
    """Verify the tiles in a folder, as anybody can who has the log's key."""
    return verify_log(TileSource(lambda path: (folder / path).read_bytes()), log_key=log_key)


def _a_harvest(db: Connection) -> int:
    newest = (
        select(t.entry.c.entry_index)
        .join(EventRow, EventRow.submission == t.entry.c.submission)
        .join(EventLot, EventLot.submission == EventRow.submission)
        .join(Lot, Lot.id == EventLot.lot)
        .where(EventRow.kind == "harvest", EventRow.voided_by.is_(None), Lot.gtin == FUJI_BULK.gtin)
        .order_by(t.entry.c.entry_index.desc())
        .limit(1)
    )
    index = db.execute(newest).scalar()
    if index is None:
        raise NotFoundError(
            "no_demonstration", "this ledger holds no demonstration season", "run: lotproof demo"
        )
    return int(index)


def _change(copy: Path, entry: int, size: int) -> tuple[bytes, bytes, int]:
    """Change the first digit of the entry's weight in its bundle; returns the leaf before and after, and where."""
    bundle_number, place = divmod(entry, tiles.WIDTH)
    width = min(tiles.WIDTH, size - bundle_number * tiles.WIDTH)
    path = copy / tiles.entries_path(bundle_number, width)
    leaves = tiles.decode_entries(path.read_bytes())
    before = leaves[place]
    position = before.index(_TARGET) + len(_TARGET)
    # One bit: 3 becomes 2, and a number never begins with 0.
    bit = 2 if before[position] == ord("1") else 1
    after = before[:position] + bytes([before[position] ^ bit]) + before[position + 1 :]
    path.write_bytes(tiles.encode_entries([*leaves[:place], after, *leaves[place + 1 :]]))
    return before, after, position


def _excerpt(leaf: bytes, position: int) -> str:
    return leaf[max(0, position - _AROUND) : position + _AROUND].decode(errors="replace")
