"""A restored log that others have seen more of is closed until what they have seen is taken over: it never forks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from lotproof.copies.backup import backup
from lotproof.instance import Place
from lotproof.kernel.clock import SteppingClock
from lotproof.kernel.errors import LotproofError
from lotproof.ledger import tables as t
from lotproof.ledger.log_source import DatabaseSource
from lotproof.lots.queries import balance_of
from lotproof.proof.verify import verify_log
from lotproof.storage.engine import reading
from support.copying import grown, home_tiles, lived_in
from support.databases import Databases, Kind
from support.restoring import MASTER_KEY, Restoring, code, going_on, leave_waiting
from support.world import (
    CYCLE,
    ORCHARD,
    World,
    check_ledger,
    lot,
    portion,
)  # fmt: skip


def test_a_log_that_others_have_seen_more_of_does_not_open(
    world: World, target: Restoring, tmp_path: Path
) -> None:
    lived_in(world)
    backup(world.log, tmp_path / "backup.tar")
    size = world.log.publish()
    newer = lived_in(world, "H2").log.publish()

    with pytest.raises(LotproofError) as refused:
        target.restore(tmp_path / "backup.tar", home_tiles(world))

    assert code(refused) == "log_rolled_back"
    assert [one.where for one in refused.value.problems] == [f"entry {n}" for n in range(size, newer)]
    told = "\n".join(one.message for one in refused.value.problems)
    assert "event harvest" in told
    assert lot("H2").uri in told
    assert "--adopt-published" in refused.value.hint
    with pytest.raises(LotproofError) as closed:
        target.open()
    assert code(closed) == "log_rolled_back"


def test_published_entries_are_adopted_byte_for_byte(world: World, target: Restoring, tmp_path: Path) -> None:
    lived_in(world)
    backup(world.log, tmp_path / "backup.tar")
    lived_in(world, "H2")
    newest = world.log.publish()
    with pytest.raises(LotproofError):
        target.restore(tmp_path / "backup.tar", home_tiles(world))

    done = target.adopt(home_tiles(world))

    assert done.size == newest
    assert done.lost.hidden > 0, "the sale's order number was never published"
    assert len(done.lost.documents) == 1, "nor was the long list"
    log = target.open()
    with reading(log.engine) as db, world.read() as original:
        for table in (t.node, t.chain, t.chain_link):
            assert set(db.execute(select(table))) == set(original.execute(select(table))), table.name
        leaves = select(t.entry.c.entry_index, t.entry.c.leaf, t.entry.c.record_time)
        assert set(db.execute(leaves)) == set(original.execute(leaves))
        note = select(t.head.c.checkpoint)
        assert db.execute(note).scalar() == original.execute(note).scalar()
        assert balance_of(db, lot("H2").uri) == balance_of(original, lot("H2").uri)
    log.engine.dispose()
    on = going_on(target, world)
    lived_in(on, "H3")
    check_ledger(on)
    with pytest.raises(LotproofError) as shorter:
        target.restore(tmp_path / "backup.tar", home_tiles(world))
    assert code(shorter) == "not_empty"
    _is_continuation(world, on)
    on.log.engine.dispose()


def _is_continuation(before: World, after: World) -> None:
    """Whoever followed the log before the disk was lost finds the new one consistent with it."""
    with before.read() as db:
        state = verify_log(DatabaseSource(db), log_key=before.log.verifier_key).state
    with after.read() as db:
        report = verify_log(DatabaseSource(db), log_key=before.log.verifier_key, state=state)
    assert report.ok, report.fault
    assert report.checked > 0


def test_what_is_submitted_again_after_an_adoption_is_the_entry_that_came_back(
    world: World, same: Restoring, tmp_path: Path
) -> None:
    backup(world.log, tmp_path / "backup.tar")
    at = world.later(minutes=1)
    harvest = {"at": at, "place": ORCHARD, "portions": (portion(lot("H9"), "7"),), "cycle": CYCLE}
    first = world.record("harvest", **harvest)
    world.log.publish()
    with pytest.raises(LotproofError):
        same.restore(tmp_path / "backup.tar", home_tiles(world))
    same.adopt(home_tiles(world))

    on = going_on(same, world)
    again = on.record("harvest", **harvest)

    assert again.entered.repeated
    with on.read() as db:
        entry = select(t.entry.c.entry_index).where(t.entry.c.submission == again.entered.submission)
        assert db.execute(entry).scalar() == first.index
    assert on.balance(lot("H9")).created == 7
    on.log.engine.dispose()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # elsewhere nothing ever waits
def test_what_waited_in_the_backup_and_was_published_since_is_one_entry(
    world: World, same: Restoring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_waiting(world, monkeypatch)
    backup(world.log, tmp_path / "backup.tar")
    world.log.sequence()
    world.harvested("W2")
    newest = world.log.publish()
    with pytest.raises(LotproofError):
        same.restore(tmp_path / "backup.tar", home_tiles(world))

    done = same.adopt(home_tiles(world))

    assert (done.size, done.waiting) == (newest, 1)
    log = same.open()
    assert log.sequence() == [], "nothing waits any more"
    check_ledger(World(log, SteppingClock(world.clock.now)))
    with reading(log.engine) as db, world.read() as original:
        assert balance_of(db, lot("W1").uri) == balance_of(original, lot("W1").uri)
    log.engine.dispose()


def test_the_tiles_of_the_home_itself_speak_unasked(world: World, same: Restoring, tmp_path: Path) -> None:
    backup(world.log, tmp_path / "backup.tar")
    lived_in(world).log.publish()
    same.place.home.mkdir()
    home_tiles(world).rename(same.place.home / "tiles")

    with pytest.raises(LotproofError) as refused:
        same.restore(tmp_path / "backup.tar", nothing=True)

    assert code(refused) == "log_rolled_back"
    assert same.adopt(same.place.home / "tiles").added > 0
    same.open().engine.dispose()


def _copied(tiles: Path, to: Path) -> Path:
    """Keep what is published now, as a copy that nobody brings up to date."""
    return Path(shutil.copytree(tiles, to))


def test_tiles_behind_what_others_are_known_to_have_are_not_adopted(
    world: World, same: Restoring, tmp_path: Path
) -> None:
    backup(world.log, tmp_path / "backup.tar")
    lived_in(world).log.publish()
    old = _copied(home_tiles(world), tmp_path / "old")
    newest = grown(world, 1).log.publish()
    with pytest.raises(LotproofError):
        same.restore(tmp_path / "backup.tar", home_tiles(world))

    with pytest.raises(LotproofError) as refused:
        same.adopt(old)

    assert code(refused) == "log_rolled_back"
    assert str(newest) in refused.value.message
    with pytest.raises(LotproofError):
        same.open()
    assert same.adopt(home_tiles(world)).size == newest


def test_tiles_behind_those_of_the_home_are_not_adopted(
    world: World, same: Restoring, tmp_path: Path
) -> None:
    backup(world.log, tmp_path / "backup.tar")
    lived_in(world).log.publish()
    with pytest.raises(LotproofError):
        same.restore(tmp_path / "backup.tar", home_tiles(world))
    old = _copied(home_tiles(world), tmp_path / "old")
    newest = grown(world, 1).log.publish()
    _copied(home_tiles(world), same.place.home / "tiles")

    with pytest.raises(LotproofError) as refused:
        same.adopt(old)

    assert code(refused) == "log_rolled_back"
    with pytest.raises(LotproofError):
        same.open()
    assert same.adopt(same.place.home / "tiles").size == newest


def test_a_longer_log_that_others_do_not_have_is_a_fork(
    databases: Databases, database_kind: Kind, world: World, same: Restoring, tmp_path: Path
) -> None:
    backup(world.log, tmp_path / "backup.tar")
    with databases.empty(database_kind) as url:
        twin = Restoring(Place(tmp_path / "twin", url, MASTER_KEY))
        twin.restore(tmp_path / "backup.tar", nothing=True)
        longer = grown(going_on(twin, world), 9, "Twin")
        longer.log.publish()
        longer.log.engine.dispose()
    grown(world, 3, "Known").log.publish()
    with pytest.raises(LotproofError):
        same.restore(tmp_path / "backup.tar", home_tiles(world))

    with pytest.raises(LotproofError) as refused:
        same.adopt(twin.place.home / "tiles")

    assert code(refused) == "log_forked"
    assert list((same.place.home / "evidence").iterdir())
    with pytest.raises(LotproofError):
        same.open()
