"""Writers side by side: what each saw of the others is what the order of the entries tells."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from lotproof.kernel.clock import SteppingClock
from support.random_life import Life
from support.world import World, check_ledger


def test_lives_side_by_side_are_rebuilt_as_they_were(world: World) -> None:
    lives = [Life(World(world.log, SteppingClock(world.clock.now)), n) for n in range(5)]

    def live(life: Life) -> None:
        life.live(20)

    with ThreadPoolExecutor(len(lives)) as pool:
        list(pool.map(live, lives))

    check_ledger(world)
    assert sum(life.happened for life in lives) > 30
