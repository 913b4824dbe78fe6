"""Writers side by side on PostgreSQL: what one of them is told when another one, or the numbering, gets in its way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from lotproof.ledger import log as log_module
from lotproof.ledger import tables as t
from lotproof.lots.acts import record
from lotproof.lots.drafting import Author
from lotproof.lots.native import Fact
from lotproof.parties.actions import write_record
from lotproof.parties.models import Record
from support.world import CYCLE, FARM, ORCHARD, World, check_ledger, lot, portion

only_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def name(text: str) -> dict[str, Any]:
    """A body of a device."""
    return {"names": {"en": text}}


@pytest.mark.parametrize("known", [True, False], ids=["changed", "new"])
def test_versions_of_one_record_made_at_once_follow_each_other(world: World, known: bool) -> None:
    if known:
        with world.log.unit_of_work() as uow:
            write_record(uow, FARM.party_uri, "device", "scale", name("first"))
    together = Barrier(4)

    def one(n: int) -> None:
        together.wait(10)
        with world.log.unit_of_work() as uow:
            write_record(uow, FARM.party_uri, "device", "scale", name(f"n{n}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))

    with world.read() as db:
        assert db.execute(select(Record.version).where(Record.id == "scale")).scalar_one() == 4 + known
        leaves = db.execute(select(t.entry.c.leaf).order_by(t.entry.c.entry_index)).scalars().all()
    versions = [leaf.split(b'"version":')[1][:1] for leaf in leaves if b'"id":"scale"' in leaf]
    assert versions == [b"%d" % n for n in range(1, 5 + known)]
    check_ledger(world)


def test_the_same_record_said_at_once_is_one_version(world: World) -> None:
    together = Barrier(4)

    def one(_: int) -> bool:
        together.wait(10)
        with world.log.unit_of_work() as uow:
            return write_record(uow, FARM.party_uri, "device", "scale", name("one")).repeated

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == [False, True, True, True]
    check_ledger(world)


def test_the_first_act_about_a_lot_done_at_once_stands_once(world: World) -> None:
    together = Barrier(4)
    at = world.later(minutes=1)
    harvest = Fact("harvest", at, place=ORCHARD, portions=(portion(lot("new"), "10"),), cycle=CYCLE)

    def one(_: int) -> bool:
        together.wait(10)
        return record(world.log, Author(FARM.party_uri), harvest).entered.repeated

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == [False, True, True, True]
    assert world.balance(lot("new")).created == 10
    check_ledger(world)


@only_postgresql
def test_an_act_that_is_committed_stands_though_numbering_it_fails(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("the server closed the connection"))

    apples = lot("H1")
    with monkeypatch.context() as broken:
        broken.setattr(log_module, "sequence", fails)
        done = world.harvested("H1")
        with world.read() as db:
            waiting = db.execute(select(t.inbox.c.submission)).scalars().all()

    assert done == apples
    assert len(waiting) == 1
    assert "accepted, and not numbered yet" in caplog.text
    assert world.balance(apples).created == 1000
    world.harvested("H2")  # numbers both
    with world.read() as db:
        assert not db.execute(select(t.inbox.c.submission)).first()
        assert db.execute(select(t.entry).where(t.entry.c.submission == waiting[0])).one()
    check_ledger(world)


@only_postgresql
def test_a_sequencer_that_lost_its_lock_loses_the_swap_and_reads_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read the same head, as if the lock did not exist: one wins, the other goes round again."""
    monkeypatch.setattr(log_module, "take_turn", lambda *_: None)
    right, met = log_module.sequence, Barrier(2)
    reads: list[int] = []

    def after_both_have_begun(db: Connection, *rest: Any) -> Any:
        reads.append(db.execute(select(t.head.c.size)).scalar_one())
        if len(reads) <= 2:
            met.wait(10)
        return right(db, *rest)

    def one(n: int) -> int:
        with world.log.unit_of_work() as uow:
            write_record(uow, FARM.party_uri, "device", f"d{n}", name("x"))
        return len(uow.receipts)

    monkeypatch.setattr(log_module, "sequence", after_both_have_begun)
    # Two logs on one database, so that they do not number for each other.
    other = World(log_module.Log(world.log.around), world.clock)
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(one, 1)]

        def elsewhere() -> int:
            with other.log.unit_of_work() as uow:
                write_record(uow, FARM.party_uri, "device", "d2", name("x"))
            return len(uow.receipts)

        jobs.append(pool.submit(elsewhere))
        assert [job.result(30) for job in jobs] == [1, 1]
    check_ledger(world)
