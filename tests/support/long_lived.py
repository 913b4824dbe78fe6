"""A ledger that goes through one fault after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lotproof.proof.verify import VerifyState
from support.world import World


@dataclass
class LongLived:
    """A world, and what its faults have in common.

    acts: how many were tried.  state: of the last check.  writes: how often one act does each.  lines: of the table.
    """

    world: World
    folder: Path
    acts: int = 0
    state: VerifyState | None = None
    writes: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    broken: bool = False

    def job(self, acts: Sequence[int] = ()) -> dict[str, Any]:
        """An act for `support.kill_target`, the next one where none is named. This process lets go of the ledger."""
        if not acts:
            self.acts += 1
        self.world.log.engine.dispose()
        return {
            "url": self.world.log.engine.url.render_as_string(hide_password=False),
            "folder": str(self.folder),
            "at": self.world.later(minutes=1).isoformat(),
            "seed": f"act {self.acts} {acts}",
            "acts": list(acts) or [self.acts],
        }
