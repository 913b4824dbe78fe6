"""Own acts in tests: one that is refused, and a harvest that is packed."""

from __future__ import annotations

import pytest

from lotproof.kernel.errors import RefusedError
from support.world import (
    CASES,
    PACKER,
    PACKHOUSE,
    World,
    lot,
    portion,
)


def refused(world: World, kind: str, **fields: object) -> str:
    """Return the code with which an act is refused."""
    with pytest.raises(RefusedError) as caught:
        world.record(kind, **fields)  # type: ignore[arg-type]
    return caught.value.code


def packed(world: World, cases: str = "50", kg: str = "900") -> None:
    """Harvest 1000 kg as H1 and pack some of it as C1."""
    world.master(
        "conversion", f"{CASES}:XCS:KGM", {"gtin": CASES, "from_uom": "XCS", "to_uom": "KGM", "factor": "18"}
    )
    world.harvested()
    world.record("initial_packing", by=PACKER, place=PACKHOUSE, inputs=(portion(lot("H1"), kg),),
                 outputs=(portion(lot("C1", CASES), cases, "XCS"),))  # fmt: skip
