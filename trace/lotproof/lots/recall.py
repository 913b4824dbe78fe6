"""Recall: everything that came from bad lots, where it is now, and the holds that stop it. A drill does all but those.

- It also follows edges of events that were corrected after the suspicion, and says so.
- A recall is one transaction, whatever the number of lots: one that was done in part would let the rest be sold.
  Its entries name 200 lots each and share one recall URI.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, select

from lotproof.kernel.errors import NotFoundError
from lotproof.kernel.identifiers import LotId
from lotproof.ledger.log import Log
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots import trace
from lotproof.lots.acts import record_in
from lotproof.lots.balance import COLUMNS, Balance
from lotproof.lots.drafting import Author
from lotproof.lots.events import full_events
from lotproof.lots.models import EventLot, EventRow, Lot
from lotproof.lots.native import Fact
from lotproof.lots.trace_rows import amount_of, as_text, state_from
from lotproof.parties import turns
from lotproof.storage.among import among, these
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import in_batches, reading

TOGETHER = 200  # lots in one entry; all entries of a recall share its URI
Tick = Callable[[int], None]
"""Told how many more lots were done, so that somebody who waits sees it."""


@dataclass(frozen=True, slots=True)
class Affected:
    """One lot of a recall. only_by_voided: reached only along a corrected event.  state: as `trace.state_of`."""

    lot: str
    place: str | None
    uom: str | None
    on_hand: Decimal
    in_transit: Decimal
    sold: Decimal
    only_by_voided: bool
    state: str


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
    ids = require_all(db, seeds)
    return reach_among(db, seeds, ids, trace.closure_ids(db, ids, "down", with_voided=True), blobs)


def reach_among(
    db: Connection, seeds: Sequence[LotId], ids: Sequence[int], reached: Sequence[int], blobs: BlobStore | None
) -> Reach:
    """As `reach`. ids: of the seeds' rows.  reached: of all that they lead to, also by corrected events."""
    standing = set(trace.closure_ids(db, ids, "down"))
    rows = lots_of(db, reached)
    affected = tuple(affected_of(row, row.id not in standing) for row in rows)
    return Reach(tuple(seed.uri for seed in seeds), affected, receivers_of(db, rows, blobs))


def drill(log: Log, seeds: Sequence[LotId]) -> Reach:
    """Return what `recall` would reach, and change nothing."""
    with reading(log.engine) as db:
        return reach(db, seeds, log.around.blobs)


def recall(log: Log, author: Author, seeds: Sequence[LotId], reason: str, tick: Tick | None = None) -> Reach:
    """Hold everything that came from the seeds, all of it or nothing. reason: private."""
    uri = new_recall(log.around.entropy)
    with log.unit_of_work() as uow:
        return recall_in(uow, log.operator, author, seeds, reason, uri, tick)


def new_recall(entropy: Callable[[int], bytes]) -> str:
    """Return the URI of a new recall."""
    return f"urn:uuid:{uuid.UUID(bytes=entropy(16), version=4)}"


def recall_in(
    uow: UnitOfWork,
    operator: str,
    author: Author,
    seeds: Sequence[LotId],
    reason: str,
    uri: str,
    tick: Tick | None = None,
) -> Reach:
    """As `recall`, inside a transaction that goes on. uri: of `new_recall`."""
    _lock_reach(uow, require_all(uow.db, seeds))
    found = reach(uow.db, seeds, uow.blobs)
    lots = [LotId.parse(one.lot) for one in found.affected]
    for some in in_batches(lots, TOGETHER):
        record_in(uow, operator, author, Fact("recall", uow.now, lots=tuple(some), reason=reason, recall=uri))
        if tick:
            tick(len(some))
    return Reach(found.seeds, found.affected, found.receivers, uri)


def require_all(db: Connection, lots: Sequence[LotId]) -> list[int]:
    """Return the row ids of these lots. Raises: NotFoundError `unknown_lot` for the first that is not recorded."""
    ids: dict[str, int] = {}
    for some in in_batches([lot.uri for lot in lots]):
        ids.update((row.uri, row.id) for row in db.execute(select(Lot.uri, Lot.id).where(Lot.uri.in_(some))))
    for lot in lots:
        if lot.uri not in ids:
            raise NotFoundError(
                "unknown_lot", f"nothing is recorded about {lot.uri}", "check the GTIN and the lot code"
            )
    return list(ids.values())


_LOTS = {
    dialect: select(
        Lot.id, Lot.uri, Lot.type, Lot.base_uom, Lot.place, Lot.recalls, Lot.holds,
        Lot.created_at.is_not(None).label("has_begun"), *(as_text(getattr(Lot, column)) for column in COLUMNS),
    ).where(among(Lot.id, dialect), Lot.type == "lot")
    for dialect in ("sqlite", "postgresql")
}  # fmt: skip


def lots_of(db: Connection, ids: Iterable[int]) -> list[Row[Any]]:
    """Return what `affected_of` reads of these lots, by URI, growing cycles left out; in one statement."""
    rows = db.execute(_LOTS[db.dialect.name], these(db, ids)).all()
    return sorted(rows, key=lambda row: row.uri)


def _lock_reach(uow: UnitOfWork, ids: Sequence[int]) -> None:
    """Lock all that is reached before it is told: what another transaction makes of it meanwhile would be missed."""
    closed = trace.closure_of(ids, "down", with_voided=True)
    known = -1
    while (count := lock(uow, select(closed.c.id))) != known:
        known = count


def lock(uow: UnitOfWork, ids: Any) -> int:
    """Lock the lots with these ids, in their order; returns how many. On SQLite nobody else can write anyway.

    Takes the turn to read master data first: the events that follow need it, and whoever has it may wait for lots.
    """
    if uow.db.dialect.name == "sqlite":
        return 0
    turns.read_master_data(uow)
    return len(uow.db.execute(select(Lot.id).where(Lot.id.in_(ids)).order_by(Lot.id).with_for_update()).all())


def affected_of(row: Any, only_by_voided: bool) -> Affected:
    """What a recall says of one lot. row: of `lots_of`."""
    _id, uri, type_name, uom, place, recalls, holds, has_begun, *totals = row
    balance = Balance(uom, *map(amount_of, totals))
    state = state_from(recalls, holds, type_name, has_begun, balance)
    return Affected(uri, place, uom, balance.on_hand, balance.in_transit, balance.sold, only_by_voided, state)


_LEFT = {
    dialect: select(EventLot.lot, as_text(EventLot.amount), EventLot.uom, EventLot.total, EventRow.submission)
    .join(EventRow, EventRow.submission == EventLot.submission)
    .where(among(EventLot.lot, dialect), EventLot.total.in_(("sold", "shipped")))
    .where(EventRow.voided_by.is_(None))
    .order_by(EventRow.submission, EventLot.position)
    for dialect in ("sqlite", "postgresql")
}


def receivers_of(db: Connection, rows: Sequence[Row[Any]], blobs: BlobStore | None) -> tuple[Receiver, ...]:
    """Return who got something of these lots (rows with `id` and `uri`), by lot and then in the order of recording."""
    uris = {row.id: row.uri for row in rows}
    left = db.execute(_LEFT[db.dialect.name], these(db, uris)).all()
    events = full_events(db, list(dict.fromkeys(part[4] for part in left)), blobs)
    to = {submission: _receiver(event) for submission, event in events.items()}
    found = [
        Receiver(uris[lot], to[submission], None if amount is None else amount_of(amount), uom, total)
        for lot, amount, uom, total, submission in left
    ]
    return tuple(sorted(found, key=attrgetter("lot")))  # stable: of one lot in the order of recording


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
