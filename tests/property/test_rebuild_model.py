"""Whatever happens to lots, in whatever order: the entries alone give every derived row again."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lotproof.lots.models import Finding, Hold
from support.databases import Kind
from support.random_life import Life
from support.world import World, check_ledger


@pytest.mark.parametrize("seed", range(6))
def test_a_random_life_is_rebuilt_as_it_was(world: World, seed: int, database_kind: Kind) -> None:
    life = Life(world, seed if database_kind == "sqlite" else 1000 + seed)

    life.live(40)

    check_ledger(world)
    assert life.happened > 15
    with world.read() as db:
        assert db.execute(select(func.count()).select_from(Finding)).scalar_one()
        assert db.execute(select(func.count()).select_from(Hold)).scalar_one()
