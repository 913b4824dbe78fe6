"""A small world to test in: a ledger with a clock that is set by hand, two farms, a packer, and short words for facts.

`check_ledger` is what every test of the ledger ends in: the log verifies, and what is derived adds up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from lotproof.kernel.clock import SteppingClock
from lotproof.kernel.identifiers import Gln, LotId, Sscc
from lotproof.ledger.log import Log, Surroundings, create
from lotproof.ledger.log_source import DatabaseSource
from lotproof.ledger.vault import Vault
from lotproof.lots.acts import Recorded, record
from lotproof.lots.balance import COLUMNS, Balance
from lotproof.lots.drafting import Author
from lotproof.lots.master_data import write_master_data
from lotproof.lots.models import EventLot, Finding, Hold, Lot
from lotproof.lots.native import Fact, Portion
from lotproof.lots.projections import verify_projections
from lotproof.lots.queries import balance_from, balance_of
from lotproof.parties.actions import register_party, write_record
from lotproof.proof.verify import verify_log
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import open_engine, reading
from support.databases import migrate_to_now

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
OPERATOR, FARM, PACKER, SHOP = (
    Gln(d) for d in ("9520000000004", "9520000000011", "9520000000028", "9520000000035")
)
ORCHARD, PACKHOUSE, STORE = (Gln(d) for d in ("9520000001001", "9520000001018", "9520000001025"))
APPLES, CASES, SEEDS = "09520000100018", "09520000100025", "09520000100032"
CYCLE = "urn:uuid:6d0d2d0e-0000-4000-8000-000000000001"
PALLET = Sscc("095200000000000011")
SPRAY = "PD20260001"


class Entropy:
    """Bytes that differ at every call and are the same in every run."""

    def __init__(self, seed: str = "test") -> None:
        self._seed, self._count = seed, 0

    def __call__(self, length: int) -> bytes:
        """Return the next bytes."""
        self._count += 1
        return hashlib.shake_256(f"{self._seed}{self._count}".encode()).digest(length)


@dataclass
class World:
    """A ledger with master data. `clock` moves only by hand."""

    log: Log
    clock: SteppingClock
    entropy: Entropy = field(default_factory=Entropy)

    def later(self, **delta: float) -> datetime:
        """Move the clock on and return the new time."""
        self.clock.advance(timedelta(**delta))
        return self.clock.now

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One moment of the database."""
        with reading(self.log.engine) as db:
            yield db

    def record(self, kind: str, by: Gln = FARM, approvals: Sequence[str] = (), **fields: Any) -> Recorded:
        """Record a fact now, unless `at` says otherwise; every record is a minute after the one before."""
        at = fields.pop("at", None) or self.later(minutes=1)
        author = Author(by.party_uri, approvals=tuple(approvals))
        return record(self.log, author, Fact(kind, at, **fields))

    def master(self, type_name: str, id: str, body: dict[str, Any], by: Gln = OPERATOR) -> None:
        """Put master data on the log."""
        with self.log.unit_of_work() as uow:
            write_master_data(uow, self.log.operator, by.party_uri, type_name, id, body)

    def balance(self, lot: LotId) -> Balance:
        """A lot's totals."""
        with self.read() as db:
            return balance_of(db, lot.uri)

    def findings(self, lot: LotId) -> list[str]:
        """Codes of the lot's open findings, sorted."""
        with self.read() as db:
            rows = select(Finding.code).join(Lot, Lot.id == Finding.lot).where(Lot.uri == lot.uri)
            return sorted(db.execute(rows.where(Finding.closed_by.is_(None))).scalars())

    def holds(self, lot: LotId) -> list[str]:
        """Codes of the lot's open holds, sorted."""
        with self.read() as db:
            rows = select(Hold.code).join(Lot, Lot.id == Hold.lot).where(Lot.uri == lot.uri)
            return sorted(db.execute(rows.where(Hold.until.is_(None))).scalars())

    def harvested(self, code: str = "H1", kg: str = "1000") -> LotId:
        """Return a lot of apples that was just harvested."""
        apples = lot(code)
        self.record("harvest", place=ORCHARD, portions=(portion(apples, kg),), cycle=CYCLE)
        return apples


def lot(code: str, gtin: str = APPLES) -> LotId:
    """A lot's key."""
    return LotId(gtin, code)


def portion(of: LotId, amount: str, uom: str = "KGM") -> Portion:
    """So much of a lot."""
    return Portion(of, Decimal(amount), uom)


def make_world(engine: Engine, folder: Path, start: datetime = START) -> World:
    """Return a world in an empty, migrated database."""
    clock, entropy = SteppingClock(start), Entropy()
    log = create(_around(engine, folder, clock, entropy), "lotproof.example/log", OPERATOR.party_uri)
    with log.unit_of_work() as uow:
        for gln, name in ((OPERATOR, "Operator"), (FARM, "Farm"), (PACKER, "Packer"), (SHOP, "Shop")):
            register_party(uow, log.operator, gln, {"names": {"en": name}})
        for place, name in ((ORCHARD, "Orchard"), (PACKHOUSE, "Packhouse"), (STORE, "Store")):
            body = {"names": {"en": name}, "zone": "Asia/Shanghai"}
            write_record(uow, log.operator, "place", place.place_uri, body)
        intervals = {"names": {"en": "Spray"}, "intervals": {"apple": 21}, "active": "example"}
        write_record(uow, log.operator, "input_product", SPRAY, intervals)
    return World(log, clock, entropy)


def begin_world(url: str) -> None:
    """Make a world in an empty database, for `continue_world` on copies of it. It has no files yet."""
    migrate_to_now(url)
    engine = open_engine(url)
    with TemporaryDirectory() as folder:
        made = make_world(engine, Path(folder))
        assert made.clock.now == START
        assert not [path for path in Path(folder).rglob("*") if path.is_file()]
    engine.dispose()


def continue_world(engine: Engine, folder: Path) -> World:
    """Return the world in a copy of what `begin_world` made."""
    clock, entropy = SteppingClock(START), Entropy("continued")
    return World(Log(_around(engine, folder, clock, entropy)), clock, entropy)


def _around(engine: Engine, folder: Path, clock: SteppingClock, entropy: Entropy) -> Surroundings:
    blobs = BlobStore(folder / "blobs")
    return Surroundings(engine, clock, entropy, Vault(bytes(32)), blobs, folder / "tiles", folder / "heads")


def check_ledger(world: World) -> None:
    """The whole log verifies, every lot's totals follow from its parts, and every derived row from the entries."""
    with world.read() as db:
        report = verify_log(DatabaseSource(db), log_key=world.log.verifier_key)
        assert report.ok, report.fault
        for row in db.execute(select(Lot.__table__)).all():
            assert balance_from(row) == _derived(db, row), row.uri
            open_holds = select(func.count()).where(Hold.lot == row.id, Hold.until.is_(None))
            assert row.holds == db.execute(open_holds).scalar_one(), row.uri
        found = [one.first for one in verify_projections(db, world.log.around.blobs).tables if one.first]
        # Tests of the ledger itself put devices on the log from below the floor that would keep their records.
        assert not [one for one in found if one.key.get("type") != "device"], [str(one) for one in found]


def _derived(db: Connection, row: Any) -> Balance:
    balance = Balance(row.base_uom)
    parts = select(EventLot.total, EventLot.base_amount).where(
        EventLot.lot == row.id, EventLot.total.in_(COLUMNS)
    )
    from lotproof.lots.models import EventRow

    standing = parts.join(EventRow, EventRow.submission == EventLot.submission).where(
        EventRow.voided_by.is_(None)
    )
    for part in db.execute(standing):
        if part.base_amount is not None:
            balance = balance.add(part.total, part.base_amount)
    return balance
