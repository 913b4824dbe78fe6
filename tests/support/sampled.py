"""A sample of many points of failure, or all of them: set LOTPROOF_FAULTS=all."""

from __future__ import annotations

import os

ALL = os.environ.get("LOTPROOF_FAULTS") == "all"


def sampled(count: int, at_most: int) -> list[int]:
    """Numbers from 1 to `count`, spread evenly, both ends among them; all of them with LOTPROOF_FAULTS=all."""
    if ALL or count <= at_most:
        return list(range(1, count + 1))
    return sorted({1 + round(i * (count - 1) / (at_most - 1)) for i in range(at_most)})
