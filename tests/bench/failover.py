"""For how long nothing is numbered when whoever numbers is killed, frozen or cut off, or the database starts anew.

Load goes on all the time: documents over HTTP, and acts of this process, which number themselves. At the end
everything that was acknowledged must stand on the log exactly once, and the whole log must verify.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic

from bench.figures import Figure
from bench.measuring import Samples
from bench.places import Bench
from support.cluster import Cluster, cluster, pause
from support.failover import WAYS, Load, Told, check_all_stands_once, longest_gap, settle, thaw
from support.own_postgres import own_server

NAME = "failover"
REACH_S = 10.0
FLOOR = "the longest gap of an undisturbed second"
_UNDISTURBED_S = 1.0
_GOING_ON = 20
"""So many acts numbered after a fault: work goes on."""
_MOST_S = 120.0


def measure(bench: Bench) -> Iterator[Figure]:
    """One figure for each way to fail, on PostgreSQL; several processes cannot serve SQLite."""
    if "postgresql" not in bench.kinds:
        return
    home = bench.folder / "failover"
    home.mkdir()
    floor = Samples()
    with own_server() as server, cluster(home, server.url, bench.sizes.failover_workers) as served:

        def restart_the_server(_served: Cluster) -> None:
            server.stop()
            server.start()

        gaps = {way: Samples() for way in [*WAYS, restart_the_server][: bench.sizes.failover_ways]}
        with Load(served) as load:
            for _ in range(bench.sizes.failover_rounds):
                for way, samples in gaps.items():
                    floor.seconds.append(_gap(load.told, lambda: pause(_UNDISTURBED_S)))
                    samples.seconds.append(_gap(load.told, lambda way=way: _fail(served, load.told, way)))  # type: ignore[misc]
                    thaw(served)
        settle(served)
        check_all_stands_once(served, load.told)
    for way, samples in gaps.items():
        yield _figure(way.__name__.replace("_", " "), samples, floor, load.told, bench.sizes.failover_workers)


def _gap(told: Told, meanwhile: Callable[[], None]) -> float:
    begin = monotonic()
    meanwhile()
    return longest_gap(told.numbered, begin, monotonic())


def _fail(served: Cluster, told: Told, way: Callable[[Cluster], None]) -> None:
    way(served)
    begin, before = monotonic(), len(told.numbered)
    while len(told.numbered) < before + _GOING_ON:
        if monotonic() - begin > _MOST_S:
            raise TimeoutError(f"nothing was numbered for {_MOST_S:.0f} s after: {way.__name__}")
        pause(0.01)


def _figure(case: str, samples: Samples, floor: Samples, told: Told, workers: int) -> Figure:
    longest = max(samples.seconds)
    details = {
        "longest_s": round(longest, 2),
        "acknowledged": len(told.acknowledged),
        "lost": 0,  # else it would have been said before
        "sent_again": told.refused,
    }
    return Figure(
        NAME,
        f"{workers} processes, {case}",
        "gap",
        samples,
        floor,
        FLOOR,
        f"< {REACH_S:.0f} s",
        longest < REACH_S,
        details,
    )
