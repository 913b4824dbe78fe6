"""What a benchmark says: one figure beside its floor, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bench.measuring import Samples


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    name: of the benchmark.  case: what was measured, and on which database.  unit: of which `measured` and
    `floor` give seconds.  reach: the aim in words, empty where there is none.  reached: None where there is none.
    """

    name: str
    case: str
    unit: str
    measured: Samples
    floor: Samples
    floor_is: str
    reach: str = ""
    reached: bool | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """How much of the floor's speed is left: the ratio of the medians, 1 where nothing is lost."""
        return self.floor.median / self.measured.median

    def as_dict(self) -> dict[str, Any]:
        """The figure as JSON values; times in seconds."""
        return {
            "name": self.name,
            "case": self.case,
            "unit": self.unit,
            "share_of_floor": round(self.share, 4),
            "reach": self.reach,
            "reached": self.reached,
            "measured": spread(self.measured),
            "floor": {"is": self.floor_is, **spread(self.floor)},
            "details": self.details,
        }


def spread(samples: Samples) -> dict[str, float | int]:
    """Median and percentiles of some samples, and the rate that the median makes."""
    return {
        "samples": len(samples.seconds),
        "median_s": samples.median,
        "p95_s": samples.percentile(95),
        "p99_s": samples.percentile(99),
        "per_second": 1 / samples.median,
    }


def at_least(share: float) -> str:
    """An aim that is a share of the floor, in words."""
    return f"≥ {share:.1%} of the floor".replace(".0%", "%")
