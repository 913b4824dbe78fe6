"""A backup holds the papers that people handed in, originals and clean copies, and they come back."""

from __future__ import annotations

from pathlib import Path

from lotproof.copies.backup import backup
from lotproof.documents.files import Files
from support.copying import home_tiles
from support.papers import hand_in, picture, row_of, work
from support.restoring import Restoring, going_on
from support.world import World


def test_papers_come_back_and_go_on_where_they_stood(world: World, same: Restoring, tmp_path: Path) -> None:
    clean = hand_in(world, picture())
    work(world)
    waiting = hand_in(world, picture("PNG"), "b.png")
    world.log.publish()
    backup(world.log, tmp_path / "backup.tar")

    same.restore(tmp_path / "backup.tar", home_tiles(world))

    on = going_on(same, world)
    before, after = Files.of(world.log), Files.of(on.log)
    assert list(after.quarantine.names()) == list(before.quarantine.names())
    assert list(after.clean.names()) == list(before.clean.names())
    assert after.quarantine.folder.stat().st_mode & 0o777 == 0o700
    work(on)
    assert [row_of(on, one.id).state for one in (clean, waiting)] == ["clean", "clean"]
    on.log.engine.dispose()
