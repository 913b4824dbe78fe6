"""The publisher: whatever stands in the database stands in the files soon after, by itself."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import select, update

from lotproof.kernel.errors import LogFaultError
from lotproof.ledger import publisher as core
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.storage.engine import writing
from lotproof_web.log import publisher as web
from support.captured import harvest
from support.served import Served
from support.world import check_ledger

LONG_S = 60.0


def folder_of(served: Served) -> Path:
    """Where the log is published."""
    folder = served.world.log.around.tiles
    assert folder is not None
    return folder


def size_of(served: Served) -> int:
    """How many entries the database has."""
    with served.world.read() as db:
        return db.execute(select(t.head.c.size)).scalar_one()


def test_many_entries_are_published_in_one_turn(served: Served) -> None:
    served.captured(*(harvest(f"X{n}") for n in range(20)))

    served.services.here.publisher.turn()

    assert core.published_size(folder_of(served)) == size_of(served)


# SQLite numbers in the transaction itself, so that nothing can be left.
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_what_a_stopped_process_left_in_the_inbox_is_numbered_and_published(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = size_of(served)

    def killed(*_: object) -> None:
        raise ConnectionError("killed")

    monkeypatch.setattr(Log, "sequence", killed)
    served.captured(harvest())  # it is accepted, and not numbered
    monkeypatch.undo()
    left = size_of(served)
    served.services.here.publisher.turn()

    assert (left, size_of(served)) == (before, before + 1)
    assert core.published_size(folder_of(served)) == before + 1
    served.work()
    check_ledger(served.world)


def test_a_database_that_was_rolled_back_is_never_published_over(served: Served) -> None:
    served.services.here.publisher.turn()
    served.captured(harvest())
    newer = folder_of(served) / core.CHECKPOINT
    served.services.here.publisher.turn()
    note = newer.read_bytes()
    with served.world.read() as db:
        size = db.execute(select(t.head.c.size)).scalar_one()
    _roll_back(served, size - 1)

    with pytest.raises(LogFaultError, match="log_rolled_back"):
        served.services.here.publisher.turn()
    assert newer.read_bytes() == note


def test_the_publisher_works_by_itself_in_the_serving_process(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    published, publish = threading.Semaphore(0), Log.publish

    def told(log: Log) -> int:
        size = publish(log)
        published.release()
        return size

    monkeypatch.setattr(Log, "publish", told)
    loop = served.services.here.publisher.loop
    loop.start()
    try:
        assert published.acquire(timeout=LONG_S)
        served.captured(harvest())
        while core.published_size(folder_of(served)) < size_of(served):
            assert published.acquire(timeout=LONG_S)
    finally:
        loop.stop()
    assert loop.fault == ""
    assert web.EVERY_S <= 1


def _roll_back(served: Served, size: int) -> None:
    with writing(served.world.log.engine) as db:
        db.execute(update(t.head).values(size=size))
