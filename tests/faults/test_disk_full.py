"""The disk is full: a clear error, nothing acknowledged lost, and all goes on once there is room. On a real small disk.

The disk is a tmpfs of a few megabytes, which takes a machine on which tests may mount one; elsewhere these tests are
skipped. `test_failing_writes.py` does the same to every single write.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from lotproof.storage.engine import open_engine
from support.databases import Databases
from support.one_act import act, check_all, document_is_kept, prepared, settled, times_recorded
from support.world import World, make_world


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount a tmpfs here: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def on_it(databases: Databases, small_disk: Path) -> Iterator[World]:
    """A ledger that lies on the small disk."""
    with databases.migrated("sqlite") as url:
        shutil.copy(url.removeprefix("sqlite:///"), small_disk / "lotproof.sqlite3")
    engine = open_engine(f"sqlite:///{small_disk}/lotproof.sqlite3")
    yield prepared(make_world(engine, small_disk))
    engine.dispose()


def fill(disk: Path, but: int) -> Path:
    """Take all room on the disk but so many bytes."""
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    os.truncate(ballast, max(0, ballast.stat().st_size - but))
    return ballast


@pytest.mark.parametrize("room", [0, 12_288, 40_960, 131_072])
def test_a_full_disk_loses_nothing_and_room_mends_it(on_it: World, small_disk: Path, room: int) -> None:
    answered = []
    ballast = fill(small_disk, room)
    failed = ""
    for n in range(1, 60):
        try:
            act(on_it.log, n, on_it.later(minutes=1))
            answered.append(n)
            on_it.log.publish()
        except (OSError, OperationalError) as error:
            failed = str(error)
            break

    assert re.search("No space left|disk is full|disk I/O error", failed)
    ballast.unlink()
    with settled(on_it) as fresh:
        check_all(fresh)
        assert all(times_recorded(fresh, n) and document_is_kept(fresh, n) for n in answered)
    act(on_it.log, 60, on_it.later(minutes=1))
    on_it.log.publish()
    assert times_recorded(on_it, 60) == 1
