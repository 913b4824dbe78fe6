"""Writers side by side: what each saw of the others is what the order of the entries tells."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lotproof.kernel.clock import SteppingClock
from support.random_life import Life
from support.world import World, check_ledger


@pytest.mark.parametrize("seed", range(3))
def test_lives_side_by_side_are_rebuilt_as_they_were(world: World, seed: int) -> None:
    lives = [Life(World(world.log, SteppingClock(world.clock.now)), 100 * seed + n) for n in range(6)]

    def live(life: Life) -> None:
        life.live(25)

    with ThreadPoolExecutor(len(lives)) as pool:
        list(pool.map(live, lives))

    check_ledger(world)
    assert sum(life.happened for life in lives) > 40


