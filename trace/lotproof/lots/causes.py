"""Rank what several bad lots have in common. Pure: nodes and edges in, causes out.

A cause explains a lot where the lot came from it, or from something that it touched. Those that explain most come
first, of these the nearest. Distance is the fewest steps from the lot; what touched a lot is one step beyond it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

LOT, CYCLE, INPUT, CONTAINER, PLACE = "lot", "cycle", "input", "container", "place"
_ORDER = (LOT, CYCLE, INPUT, CONTAINER, PLACE)
Distances = dict[int, int]
"""Steps by bad lot."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that several bad lots may owe their fault to. distance: steps by the URI of each lot it explains.

    type: "lot", "cycle", "input" (a registration that was applied), "container" or "place".
    """

    uri: str
    type: str
    distance: Mapping[str, int]
    place: str | None = None
    product: Mapping[str, str] = field(default_factory=dict)

    @property
    def explains(self) -> tuple[str, ...]:
        """The bad lots that it explains."""
        return tuple(self.distance)


def ancestors(seeds: Iterable[int], edges: Iterable[tuple[int, int]]) -> dict[int, Distances]:
    """Return for each node how far it is from each seed that came from it; a seed is 0 from itself.

    edges: (src, dst), src went into dst, all those of the seeds' past.
    """
    sources: dict[int, list[int]] = defaultdict(list)
    for src, dst in edges:
        sources[dst].append(src)
    found: dict[int, Distances] = defaultdict(dict)
    for seed in seeds:
        seen, level, steps = {seed}, [seed], 0
        while level:
            for node in level:
                found[node][seed] = steps
            reached = dict.fromkeys(src for node in level for src in sources.get(node, ()) if src not in seen)
            seen.update(reached)
            level, steps = list(reached), steps + 1
    return dict(found)


def beyond(touched: Iterable[int], past: Mapping[int, Distances]) -> Distances:
    """Return how far something is that touched these nodes: a step beyond the nearest of them, for each seed."""
    found: Distances = {}
    for node in touched:
        for seed, steps in past.get(node, {}).items():
            found[seed] = min(steps + 1, found.get(seed, steps + 1))
    return found


def applied_in_time(
    cycle: int,
    at: datetime,
    past: Mapping[int, Distances],
    picks: Sequence[tuple[int, datetime | None]],
) -> Distances:
    """Return whom an application on a growing cycle may explain: seeds of which something was picked after it.

    picks: (lot, when it began) of all that was picked from the cycle; None counts, as nobody said when.
    """
    late = {seed for lot, began in picks if began is None or began >= at for seed in past.get(lot, {})}
    return {seed: steps + 1 for seed, steps in past.get(cycle, {}).items() if seed in late or steps == 0}


def rank(causes: Iterable[Cause], at_least: int) -> tuple[Cause, ...]:
    """Return the causes of at least so many lots, the best explanation first."""
    return tuple(sorted((one for one in causes if len(one.distance) >= at_least), key=_key))


def _key(one: Cause) -> tuple[int, int, int, int, str]:
    steps = one.distance.values()
    return -len(steps), max(steps), sum(steps), _ORDER.index(one.type), one.uri
