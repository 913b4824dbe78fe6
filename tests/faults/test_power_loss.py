"""The power goes at any call of a process that acts and publishes, on SQLite and files; see `support.power_loss`.

Whatever the disk then holds, the ledger opens, settles and verifies; acts that were answered before are there with
their documents, and the published checkpoint covers what was published. `CUTS` calls are tried, spread evenly, with
the three states of the model; `LOTPROOF_FAULTS=all` tries every call. A machine of PostgreSQL's own is PostgreSQL's.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lotproof.ledger.log import Log
from lotproof.ledger.publisher import published_size
from lotproof.proof.verify import VerifyState
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import open_engine
from support.databases import Databases
from support.one_act import check_all, check_on, document_is_kept, log_size, prepared, settled, times_recorded
from support.power_loss import STATES, TORN, Disk, states_after
from support.sampled import sampled
from support.tracing import Target, mark_in
from support.world import World, make_world

CUTS = 12
ACTS = (1, 2, 3)


def test_what_was_answered_is_there_whenever_the_power_goes(
    databases: Databases, target: Target, tmp_path: Path
) -> None:
    world, disk, lines = _looked_at(databases, target, tmp_path / "machine")
    state = _state_before(world, tmp_path / "before")

    for cut in states_after(disk, lines, sampled(len(lines), CUTS)):
        marks = [mark for line in lines[:cut] if (mark := mark_in(line))]
        for outcome in STATES:
            place = tmp_path / "after"
            shutil.rmtree(place, ignore_errors=True)
            disk.build(place, outcome, cut)
            _holds_what_was_answered(world, place, marks, state)
            if outcome == TORN and cut % 5 == 0:
                with settled(at_place(world, place)) as fresh:
                    check_all(fresh)


def _looked_at(databases: Databases, target: Target, home: Path) -> tuple[World, Disk, Sequence[str]]:
    """Let the target act on a machine, and return what was there before, and every call that it made."""
    home.mkdir()
    with databases.migrated("sqlite") as url:
        shutil.copy(url.removeprefix("sqlite:///"), home / "lotproof.sqlite3")
    engine = open_engine(f"sqlite:///{home}/lotproof.sqlite3")
    world = prepared(make_world(engine, home))
    engine.dispose()
    shutil.copytree(home, home.parent / "before")
    disk = Disk(home)
    job = {"url": str(engine.url), "folder": str(home), "at": world.later(minutes=1).isoformat()}
    run = target.run(job | {"seed": "power", "acts": ACTS}, contents=True)
    assert (run.exit_code, len(run.marks)) == (0, 2 * len(ACTS))
    return world, disk, run.lines


def at_place(world: World, home: Path) -> World:
    """The same ledger, in another folder."""
    around = replace(
        world.log.around,
        engine=open_engine(f"sqlite:///{home}/lotproof.sqlite3"),
        blobs=BlobStore(home / "blobs"),
        tiles=home / "tiles",
    )
    return World(Log(around), world.clock, world.entropy)


def _state_before(world: World, home: Path) -> VerifyState:
    with settled(at_place(world, home)) as before:
        return check_on(before, None)


def _holds_what_was_answered(world: World, home: Path, marks: Sequence[str], state: VerifyState) -> None:
    found = at_place(world, home)
    published = published_size(home / "tiles")
    found.log.engine.dispose()
    assert published <= log_size(found.log)
    with settled(found) as fresh:
        check_on(fresh, state)
        for n in ACTS:
            stands = times_recorded(fresh, n)
            assert stands or f"acted {n}" not in marks, (n, marks)
            assert document_is_kept(fresh, n) or not stands
        done = sum(mark.startswith("published") for mark in marks)
        assert published >= state.size + 2 * done, marks  # an act makes two entries
    found.log.engine.dispose()
