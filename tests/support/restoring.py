"""An empty place to restore into, and short words for what is done there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from lotproof.copies.adopt import Adoption, adopt_published
from lotproof.copies.published import Published
from lotproof.copies.restore import Restored, Wish, restore
from lotproof.instance import Place, open_instance
from lotproof.kernel.clock import SteppingClock
from lotproof.kernel.errors import LotproofError
from lotproof.ledger.log import Log
from support.world import CYCLE, ORCHARD, START, Entropy, World, lot, portion

MASTER_KEY = bytes(32)


@dataclass(frozen=True)
class Restoring:
    """An empty place, and short words for what is done there."""

    place: Place

    def restore(self, file: Path, tiles: Path | None = None, *, nothing: bool = False) -> Restored:
        """Restore a backup; tiles: what was published."""
        return restore(self.place, file, Wish(published(tiles) if tiles else None, nothing))

    def adopt(self, tiles: Path) -> Adoption:
        """Take over what was published."""
        return adopt_published(self.place, published(tiles))

    def open(self) -> Log:
        """Open it as a server would."""
        return open_instance(self.place, SteppingClock(START), Entropy("restored"))


def going_on(restored: Restoring, before: World) -> World:
    """Open what was restored, and go on there at the time at which the world before ended."""
    clock = SteppingClock(before.clock.now)
    return World(open_instance(restored.place, clock, Entropy("on")), clock, Entropy("on"))


def published(folder: Path) -> Published:
    """Tiles in a folder, wherever they were published."""
    return Published(str(folder), lambda path: (folder / path).read_bytes())


def code(error: pytest.ExceptionInfo[LotproofError]) -> str:
    """The code of what was raised."""
    return error.value.code


def leave_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Record something that is committed and not numbered, as a process leaves it that is killed between the two."""
    with monkeypatch.context() as stopped:
        stopped.setattr(world.log._group, "numbered", lambda _submissions: [])
        world.record("harvest", place=ORCHARD, portions=(portion(lot("W1"), "5"),), cycle=CYCLE)
