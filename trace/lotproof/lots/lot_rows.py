"""The rows of the lots that an event touches: loaded once, locked in id order, written back once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from lotproof.kernel.identifiers import LotId
from lotproof.ledger.unit_of_work import ONLY_TO_LOCK, UnitOfWork
from lotproof.lots.balance import COLUMNS, Balance
from lotproof.lots.checks import LotFacts
from lotproof.lots.models import Hold, Lot
from lotproof.storage.base import table_of
from lotproof.storage.engine import in_batches

_TABLE = table_of(Lot)
_OWN = (
    "base_uom",
    "place",
    "created_at",
    "harvested_on",
    "crop",
    "earliest_harvest",
    "quarantined",
    "holds",
    "recalls",
)
_MUTABLE = (*_OWN, *COLUMNS)
_PARAMETERS = [f"v_{name}" for name in _MUTABLE]
_ALL = tuple(range(len(_MUTABLE)))
_own_of, _totals_of = attrgetter(*_OWN), attrgetter(*COLUMNS)


@dataclass(slots=True)
class LotRow:
    """A lot or cycle as it stands in this transaction; `save` writes it."""

    id: int
    uri: str
    type: str
    gtin: str | None
    base_uom: str | None
    place: str | None
    created_at: datetime | None
    harvested_on: date | None
    crop: str | None
    earliest_harvest: date | None
    balance: Balance
    quarantined: Decimal
    holds: int
    recalls: int
    held: tuple[tuple[str, datetime], ...] = ()
    is_new: bool = False
    stored: tuple[Any, ...] = ()
    """What the table holds, so that a row that did not change is not written."""

    def facts(self) -> LotFacts:
        """What the checks may know of it."""
        return LotFacts(self.uri, self.created_at, self.balance, self.quarantined, self.held)


def lots_for(uow: UnitOfWork, wanted: Mapping[str, LotId | None]) -> dict[str, LotRow]:
    """As `load_lots`; in a run over many entries most of them were read before."""
    if uow.ahead is None:
        rows = load_lots(uow.db, wanted)
        if any(row.is_new for row in rows.values()):
            uow.changes(_TABLE)
        return rows
    found: dict[str, LotRow] = uow.ahead.lots_for(uow, wanted)
    return found


def load_lots(
    db: Connection, wanted: Mapping[str, LotId | None], *, as_given: bool = False
) -> dict[str, LotRow]:
    """Return the rows of these URIs, locked; those that are missing are made. LotId None: a growing cycle.

    as_given: they are made in this order, where nobody else can be making them; else sorted, so that no two wait
    for each other.
    """
    rows = _select(db, wanted)
    missing = [uri for uri in (wanted if as_given else sorted(wanted)) if uri not in rows]
    if missing:
        made = _insert_missing(db, {uri: wanted[uri] for uri in missing})
        fresh = _select(db, missing)
        for uri, row in fresh.items():
            row.is_new = uri in made
        rows |= fresh
    on_hold = {row.id: row for row in rows.values() if row.holds}
    if on_hold:
        _load_holds(db, on_hold)
    return rows


def _select(db: Connection, uris: Iterable[str]) -> dict[str, LotRow]:
    rows: dict[str, LotRow] = {}
    for some in in_batches(list(uris)):
        statement = select(_TABLE).where(_TABLE.c.uri.in_(some)).order_by(_TABLE.c.id).with_for_update()
        rows.update({row.uri: read_row(row) for row in db.execute(statement)})
    return rows


def read_row(row: Any) -> LotRow:
    """Return the value of one row of the table."""
    read = LotRow(
        row.id, row.uri, row.type, row.gtin, row.base_uom, row.place, row.created_at, row.harvested_on, row.crop,
        row.earliest_harvest, Balance(row.base_uom, *(getattr(row, column) for column in COLUMNS)), row.quarantined,
        row.holds, row.recalls,
    )  # fmt: skip
    read.stored = _values(read)
    return read


def _insert_missing(db: Connection, wanted: Mapping[str, LotId | None]) -> set[str]:
    """Make rows; returns the URIs of those that this transaction made, and nobody else at the same time."""
    values = [
        {"uri": uri, "type": "lot" if lot else "cycle", "gtin": lot and lot.gtin14, "code": lot and lot.code}
        for uri, lot in wanted.items()
    ]
    if db.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as upsert

        # Another transaction may make the same lot now; whoever comes second waits here, then reads it, and has
        # changed nothing: its event may be the same too.
        statement = upsert(_TABLE).on_conflict_do_nothing(index_elements=["uri"]).returning(_TABLE.c.uri)
        return set(db.execute(statement.execution_options(**{ONLY_TO_LOCK: True}), values).scalars())
    db.execute(insert(_TABLE), values)
    return set(wanted)


def _load_holds(db: Connection, rows: Mapping[int, LotRow]) -> None:
    found: dict[int, list[tuple[str, datetime]]] = {}
    for some in in_batches(list(rows)):
        open_holds = select(Hold.lot, Hold.code, Hold.since).where(Hold.lot.in_(some), Hold.until.is_(None))
        for hold in db.execute(open_holds.order_by(Hold.id)):
            found.setdefault(hold.lot, []).append((hold.code, hold.since))
    for id, holds in found.items():
        rows[id].held = tuple(holds)


def keep_lots(uow: UnitOfWork, rows: Sequence[LotRow]) -> None:
    """As `save_lots`; in a run over many entries a row is written once, whatever the number of its changes."""
    if uow.ahead is None:
        save_lots(uow.db, rows)
    else:
        uow.ahead.keep_lots(rows)


def save_lots(db: Connection, rows: Sequence[LotRow]) -> None:
    """Write what changed of these rows, and no more: a recall touches thousands of lots and two of their columns."""
    changed: dict[tuple[int, ...], list[dict[str, Any]]] = {}
    for row in rows:
        values, stored = _values(row), row.stored
        if values == stored:
            continue
        at = tuple(at for at, value in enumerate(values) if value != stored[at]) if stored else _ALL
        row.stored = values
        changed.setdefault(at, []).append({"key": row.id, **{_PARAMETERS[one]: values[one] for one in at}})
    for at, values_of in changed.items():
        db.execute(_update_of(at), values_of)


@lru_cache(maxsize=256)
def _update_of(at: tuple[int, ...]) -> Any:
    named: dict[str, Any] = {_MUTABLE[one]: bindparam(_PARAMETERS[one]) for one in at}
    return update(_TABLE).where(_TABLE.c.id == bindparam("key")).values(named)


def _values(row: LotRow) -> tuple[Any, ...]:
    return (*_own_of(row), *_totals_of(row.balance))
