"""Recall: everything that came from bad lots, where it is now, and the holds that stop it. A drill does all but those.

It also follows edges of events that were corrected after the suspicion, and says so.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select

from lotproof.kernel.identifiers import LotId
from lotproof.ledger.log import Log
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots import trace
from lotproof.lots.acts import record_in
from lotproof.lots.balance import COLUMNS, Balance
from lotproof.lots.drafting import Author
from lotproof.lots.events import full_event
from lotproof.lots.lot_rows import load_lots
from lotproof.lots.models import EventLot, EventRow, Lot
from lotproof.lots.native import Fact
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import in_batches

TOGETHER = 200  # lots in one entry; all entries of a recall share its URI


@dataclass(frozen=True, slots=True)
class Affected:
    """One lot of a recall. only_by_voided: reached only along a corrected event."""

    lot: str
    place: str | None
    uom: str | None
    on_hand: Decimal
    in_transit: Decimal
    sold: Decimal
    only_by_voided: bool


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom to tell: a party or place that got so much of a lot by the event with this submission."""

    lot: str
    to: str
    amount: Decimal | None
    uom: str | None
    how: str  # "sold" | "shipped"


@dataclass(frozen=True, slots=True)
class Reach:
    """What a recall reaches. Orders and money are not recorded on this ledger yet, and the answer says so."""

    seeds: tuple[str, ...]
    affected: tuple[Affected, ...]
    receivers: tuple[Receiver, ...]
    recall: str | None = None
    not_recorded: tuple[str, ...] = ("open_orders", "payments")


def reach(db: Connection, seeds: Sequence[LotId], blobs: BlobStore | None = None) -> Reach:
    """Return what has to be recalled with these lots. Raises: NotFoundError `unknown_lot`."""
    ids = [trace.require_lot(db, seed.uri).id for seed in seeds]
    standing = set(trace.closure_uris(db, ids, "down"))
    everything = trace.closure_uris(db, ids, "down", with_voided=True)
    rows = [
        row
        for some in in_batches(everything)
        for row in db.execute(select(Lot.__table__).where(Lot.uri.in_(some)).order_by(Lot.uri))
    ]
    affected = tuple(_affected(row, row.uri not in standing) for row in rows)
    return Reach(tuple(seed.uri for seed in seeds), affected, tuple(_receivers(db, rows, blobs)))


def drill(log: Log, seeds: Sequence[LotId]) -> Reach:
    """Return what `recall` would reach, and change nothing."""
    from lotproof.storage.engine import reading

    with reading(log.engine) as db:
        return reach(db, seeds, log.around.blobs)


def recall(log: Log, author: Author, seeds: Sequence[LotId], reason: str) -> Reach:
    """Hold everything that came from the seeds. reason: private. In one transaction, entries of ≤ 200 lots."""
    uri = f"urn:uuid:{uuid.UUID(bytes=log.around.entropy(16), version=4)}"
    with log.unit_of_work() as uow:
        _lock(uow, seeds)
        found = reach(uow.db, seeds, uow.blobs)
        lots = [LotId.parse(one.lot) for one in found.affected]
        for some in in_batches(lots, TOGETHER):
            fact = Fact("recall", uow.now, lots=tuple(some), reason=reason, recall=uri)
            record_in(uow, log.operator, author, fact)
    return Reach(found.seeds, found.affected, found.receivers, uri)


def _lock(uow: UnitOfWork, seeds: Sequence[LotId]) -> None:
    """Lock all that is reached before it is told: what another transaction makes of it meanwhile would be missed."""
    ids = [trace.require_lot(uow.db, seed.uri).id for seed in seeds]
    locked: set[str] = set()
    while more := set(trace.closure_uris(uow.db, ids, "down", with_voided=True)) - locked:
        load_lots(uow.db, dict.fromkeys(more))
        locked |= more


def _affected(row: Row[Any], only_by_voided: bool) -> Affected:
    balance = Balance(row.base_uom, *(getattr(row, column) for column in COLUMNS))
    return Affected(
        row.uri, row.place, row.base_uom, balance.on_hand, balance.in_transit, balance.sold, only_by_voided
    )


def _receivers(db: Connection, rows: Sequence[Row[Any]], blobs: BlobStore | None) -> list[Receiver]:
    uris = {row.id: row.uri for row in rows}
    found: list[Receiver] = []
    told: dict[int, str] = {}  # an event names up to 200 lots: it is read once
    for some in in_batches(list(uris)):
        statement = (
            select(EventLot.lot, EventLot.amount, EventLot.uom, EventLot.total, EventRow.submission)
            .join(EventRow, EventRow.submission == EventLot.submission)
            .where(
                EventLot.lot.in_(some), EventLot.total.in_(("sold", "shipped")), EventRow.voided_by.is_(None)
            )
            .order_by(EventRow.submission)
        )
        for part in db.execute(statement).all():
            to = told.get(part.submission)
            if to is None:
                to = told[part.submission] = _receiver(full_event(db, part.submission, blobs))
            found.append(Receiver(uris[part.lot], to, part.amount, part.uom, part.total))
    return found


def _receiver(event: dict[str, Any]) -> str:
    ends = {
        one.get("type", "").rpartition("-")[2]: one.get("destination", "")
        for one in event.get("destinationList", ())
    }
    for wanted in ("owning_party", "possessing_party", "location"):
        if ends.get(wanted):
            return str(ends[wanted])
    place = event.get("bizLocation") or event.get("readPoint") or {}
    return str(place.get("id", ""))
