"""Every write of an act, of its numbering and of its publishing fails, twice over: before it is stored and after.

The table `WRITES` has one line a write; a test holds that it names them all. Each line is tried on both databases: of
the times that an act does it, the first is not stored, the last is; with LOTPROOF_FAULTS=all each time both ways.
Calls for files are left out on PostgreSQL without that.
After each fault

- the ledger is opened as a new process would, and settles by itself: the log verifies, tiles equal the database,
  nothing waits in the inbox;
- an act that was answered stands; one that failed is not there, unless it was its commit that answered wrongly;
- the same act, tried again by the process that met the fault, stands once: nothing is there twice.

At the end projections are compared with the entries (`check_all`); with LOTPROOF_FAULTS=all after every tenth line too.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from lotproof.kernel.errors import RefusedError
from support.failing import NOT_STORED, OUTCOMES, Fault, failing
from support.long_lived import LongLived
from support.one_act import act, check_all, check_on, document_is_kept, prepared, settled, times_recorded
from support.sampled import ALL
from support.world import World

BOTH, SQLITE = ("sqlite", "postgresql"), ("sqlite",)
WRITES: dict[str, tuple[str, ...]] = {
    # the document
    "blobs: fsync folder": BOTH,
    "blobs: unlink file": BOTH,
    "blobs: open file": BOTH,
    "blobs: write file": BOTH,
    "blobs: fsync file": BOTH,
    "blobs: replace file": BOTH,
    # the act
    "BEGIN": SQLITE,
    "SELECT": BOTH,
    "INSERT log_submission": BOTH,
    "INSERT log_inbox": BOTH,
    "INSERT log_disclosure": BOTH,
    "INSERT lot": BOTH,
    "INSERT event": BOTH,
    "INSERT event_lot": BOTH,
    "INSERT lot_edge": BOTH,
    "INSERT finding": BOTH,
    "UPDATE lot": BOTH,
    "COMMIT": BOTH,
    # its numbering
    "UPDATE log_head": BOTH,
    "INSERT log_entry": BOTH,  # on PostgreSQL one statement writes the rows of all the next tables
    "INSERT log_node": SQLITE,
    "INSERT log_chain_link": SQLITE,
    "INSERT log_entry_party": SQLITE,
    "INSERT log_chain": SQLITE,
    "UPDATE log_chain": SQLITE,
    "DELETE log_inbox": SQLITE,
    # its publishing
    "tiles: unlink file": BOTH,
    "tiles: open file": BOTH,
    "tiles: write file": BOTH,
    "tiles: fsync file": BOTH,
    "tiles: replace tile": BOTH,
    "tiles: replace bundle": BOTH,
    "tiles: replace checkpoint": BOTH,
    "tiles: fsync folder": BOTH,
}


def is_tried(write: str, kind: str) -> bool:
    """Files are written alike on both databases: on PostgreSQL they fail with LOTPROOF_FAULTS=all only."""
    return ALL or kind == "sqlite" or ": " not in write


def test_the_table_names_every_write(ledger: LongLived, database_kind: str) -> None:
    tried(ledger, Fault())  # so that folders are made and synced
    done = {label for label, _ in tried(ledger, Fault()).done}

    named = {label for label, kinds in WRITES.items() if database_kind in kinds}
    assert done - named == set(), "a write that is not in the table: add a line"
    assert named - done == set(), "the table has lines that nothing writes"
    ledger.broken = False


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize(
    ("write", "database_kind"),
    [(write, kind) for write, kinds in WRITES.items() for kind in kinds if is_tried(write, kind)],
    indirect=["database_kind"],
)
def test_nothing_is_lost_or_there_twice_whichever_write_fails(
    ledger: LongLived, write: str, outcome: str
) -> None:
    for number in chosen(times_written(ledger, write), outcome):
        assert tried(ledger, Fault(write, number, outcome)).hit
    ledger.lines += 1
    if ALL and ledger.lines % 10 == 0:
        check_all(ledger.world)
    ledger.broken = False


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("store", ["blobs", "tiles"])
def test_a_folder_that_could_not_be_made_is_made_the_next_time(
    world: World, tmp_path: Path, store: str, outcome: str
) -> None:
    ledger = LongLived(prepared(world), tmp_path)
    calls = Counter(label for label, _ in tried_without(store, ledger, Fault()).done)
    made = {label: n for label, n in calls.items() if re.match(rf"{store}: (mkdir|fsync folder)", label)}
    assert len(made) == (2 if store == "blobs" else 4)

    for label, times in made.items():
        for number in chosen(times, outcome):
            assert tried_without(store, ledger, Fault(label, number, outcome)).hit


def tried_without(store: str, ledger: LongLived, fault: Fault) -> Fault:
    """Do one act under a fault with none of the store's folders there. All files are looked at again."""
    shutil.rmtree(ledger.folder / store, ignore_errors=True)
    ledger.state = None
    return tried(ledger, fault)


def chosen(times: int, outcome: str) -> Sequence[int]:
    """Which of so many times that a write is done fail: numbers from 0."""
    if ALL:
        return range(times)
    return [0 if outcome == NOT_STORED else times - 1]


def times_written(ledger: LongLived, write: str) -> int:
    """How often one act does this write."""
    if not ledger.writes:
        tried(ledger, Fault())
        ledger.writes = Counter(label for label, _ in tried(ledger, Fault()).done)
    return ledger.writes[write]


def tried(ledger: LongLived, fault: Fault) -> Fault:
    """Do one act under a fault, and check what it leaves. Returns the fault, which may not have been met."""
    world = ledger.world
    ledger.acts += 1
    n, at, act_answered = ledger.acts, world.later(minutes=1), False
    folders = {name: ledger.folder / name for name in ("blobs", "tiles")}
    try:
        with failing(world.log.engine, fault, folders):
            act(world.log, n, at)
            act_answered = True
            world.log.publish()
    except (OperationalError, OSError, RefusedError):
        assert fault.hit
    with settled(world) as fresh:
        ledger.state = check_on(fresh, ledger.state)
        stands = times_recorded(fresh, n)
        if act_answered:
            assert stands == 1
        elif fault.label != "COMMIT" or fault.outcome == NOT_STORED:
            assert stands == 0
        assert document_is_kept(fresh, n) or not stands
    _again(world, n, at)
    return fault


def _again(world: World, n: int, at: datetime) -> None:
    """The process that met the fault goes on, and does the same act again."""
    act(world.log, n, at)
    assert times_recorded(world, n) == 1
    world.log.publish()
