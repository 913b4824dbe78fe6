"""Several processes, and whoever numbers is stopped: others go on, and nothing that was acknowledged is missing."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from support.cluster import cluster, pause
from support.databases import Databases
from support.failover import WAYS, Load, check_all_stands_once, longest_gap, settle, thaw

WITHIN_S = 10.0


def test_whoever_numbers_may_be_killed_frozen_or_cut_off_and_nothing_acknowledged_is_lost(
    databases: Databases, tmp_path: Path
) -> None:
    with databases.migrated("postgresql") as url, cluster(tmp_path, url) as served:
        with Load(served, http=3, direct=1) as load:
            begin = monotonic()
            for way in WAYS:
                before = len(load.told.acknowledged)
                way(served)
                while len(load.told.acknowledged) < before + 10:
                    assert monotonic() - begin < 120
                    pause(0.02)
            end = monotonic()
            thaw(served)
        settle(served)

        check_all_stands_once(served, load.told)
        assert longest_gap(load.told.numbered, begin, end) < WITHIN_S
