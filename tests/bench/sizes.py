"""How much is measured: enough to be steady, or just enough to see that every benchmark still runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from lotproof.kernel.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of things, as `--sizes name=number` sets them; several numbers are divided by commas."""

    append_rounds: int = 15
    append_batches: int = 4
    writers: int = 16
    acknowledgements: int = 40
    proof_leaves: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    proof_samples: int = 2_000
    verify_entries: int = 30_000
    verify_rounds: int = 5
    trace_events: int = 1_000_000
    trace_samples: int = 300
    recall_lots: int = 10_000
    recall_rounds: int = 10
    page_requests: int = 400
    page_rounds: int = 5
    capture_events: int = 100_000
    heads_chains: int = 1_000_000
    heads_rounds: int = 5
    growth_events: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    growth_samples: int = 200
    growth_batches: int = 20
    growth_pages: int = 80
    copy_entries: int = 20_000
    failover_workers: int = 4
    failover_rounds: int = 5
    failover_ways: int = 5


FULL = Sizes()
QUICK = Sizes(
    append_rounds=2,
    append_batches=1,
    writers=4,
    acknowledgements=3,
    proof_leaves=(100, 1_000),
    proof_samples=20,
    verify_entries=300,
    verify_rounds=1,
    trace_events=3_000,
    trace_samples=5,
    recall_lots=60,
    recall_rounds=2,
    page_requests=8,
    page_rounds=1,
    capture_events=300,
    heads_chains=30_000,
    heads_rounds=1,
    growth_events=(100,),
    growth_samples=5,
    growth_batches=2,
    growth_pages=4,
    copy_entries=400,
    failover_workers=2,
    failover_rounds=1,
    failover_ways=1,
)


def with_changes(sizes: Sizes, changes: Sequence[str]) -> Sizes:
    """Return sizes with `name=number` applied. Raises: InvalidInputError `unknown_size`."""
    known = {one.name: getattr(sizes, one.name) for one in fields(sizes)}
    for change in changes:
        name, _, text = change.partition("=")
        try:
            numbers = tuple(int(number) for number in text.split(","))
            several = isinstance(known[name], tuple)
            if min(numbers) < 1 or (len(numbers) > 1 and not several):
                raise ValueError
        except (KeyError, ValueError):
            raise InvalidInputError(
                "unknown_size", f"no size can be set by {change!r}", f"known are {', '.join(known)}"
            ) from None
        changed: dict[str, Any] = {name: numbers if several else numbers[0]}
        sizes = replace(sizes, **changed)
    return sizes
