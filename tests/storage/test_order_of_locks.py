"""Every writer takes its turns, then locks lots, then events: so no two of them wait for each other for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import Connection, select

from lotproof.lots.bulk_corrections import correct_together
from lotproof.lots.correction_cases import Wish
from lotproof.lots.drafting import Author
from lotproof.lots.models import EventRow, Lot
from lotproof.lots.recall import recall
from lotproof.lots.recalls import end_recall
from lotproof.parties import turns
from lotproof.storage.engine import writing
from support.waiting import until_waiting
from support.world import CYCLE, FARM, ORCHARD, World, lot, portion

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
LOTS = select(Lot.id).order_by(Lot.id)
EVENTS = select(EventRow.submission).order_by(EventRow.submission)
BY = Author(FARM.party_uri)
TWO = Author(FARM.party_uri, approvals=("Ann", "Bo"))


@contextmanager
def acting(act: Callable[[], object]) -> Iterator[Callable[[Connection], None]]:
    """Give what lets somebody act, and returns when they wait for a transaction; the block ends when they are done."""
    thread = threading.Thread(target=act)

    def begin(db: Connection) -> None:
        thread.start()
        until_waiting(db)

    yield begin
    thread.join()


def test_a_recall_waits_for_master_data_before_it_locks_lots(world: World) -> None:
    apples, done = world.harvested("H1"), []

    act = partial(recall, world.log, BY, [apples], "listeria")
    with acting(lambda: done.append(act())) as begin, world.log.unit_of_work() as uow:
        turns.change_master_data(uow)
        begin(uow.db)
        assert uow.db.execute(LOTS.with_for_update(nowait=True)).all()

    assert [one.lot for one in done[0].affected] == [apples.uri]


def test_the_end_of_a_recall_waits_for_master_data_before_it_locks_lots(world: World) -> None:
    uri = recall(world.log, BY, [world.harvested("H1")], "listeria").recall
    done = []

    act = partial(end_recall, world.log, TWO, uri, "a mistake")
    with acting(lambda: done.append(act())) as begin, world.log.unit_of_work() as uow:
        turns.change_master_data(uow)
        begin(uow.db)
        assert uow.db.execute(LOTS.with_for_update(nowait=True)).all()

    assert done[0].still == 0


def test_corrections_in_bulk_wait_for_lots_before_they_lock_events(world: World) -> None:
    harvest = {"place": ORCHARD, "portions": (portion(lot("H1"), "5"),), "cycle": CYCLE}
    entry = world.record("harvest", **harvest).index
    assert entry is not None
    wish = Wish("row 2", entry, BY, "did_not_occur", lambda fact: fact)
    done = []

    act = partial(correct_together, world.log, lambda _uow: [wish])
    with acting(lambda: done.append(act())) as begin, writing(world.log.engine) as db:
        db.execute(LOTS.with_for_update())
        begin(db)
        assert db.execute(EVENTS.with_for_update(nowait=True)).all()

    assert [one.outcome for one in done[0].corrected] == ["voided"]
