"""One fact of every kind, as people would state it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from lotproof.lots.kinds import BY_NAME, OTHER
from lotproof.lots.native import Fact
from support.world import CYCLE, ORCHARD, PACKER, PACKHOUSE, PALLET, SHOP, STORE, lot, portion

AT = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)
FIELDS: dict[str, Any] = {
    "place": ORCHARD, "lots": (lot("A"),), "portions": (portion(lot("A"), "1.5"),), "container": PALLET,
    "containers": (), "inputs": (portion(lot("A"), "2"),), "outputs": (portion(lot("B"), "2"),), "cycle": CYCLE,
    "crop": "apple", "plot": "east 3", "registration": "PD 1/2", "ended_at": AT, "amount": Decimal("2.5"), "uom": "LTR",
    "temperature": Decimal("3.5"), "temperature_min": Decimal("-1"), "temperature_max": Decimal("4"),
    "device": "LOGGER-7", "verdict": "pass", "certificate": "YT 2026-338", "laboratory": "Lab", "from_place": PACKHOUSE,
    "to_place": STORE, "carrier": PACKER, "buyer": SHOP, "reason": "because", "witness": "somebody", "note": "n",
    "recall": "urn:uuid:6d0d2d0e-0000-4000-8000-000000000002", "harvested_on": date(2026, 6, 1),
    "references": {"po": "7 a/b"},
}  # fmt: skip
OWN = sorted(name for name in BY_NAME if name != OTHER.name)


def fact_of(name: str, *, everything: bool = False) -> Fact:
    """A fact with the fields that its kind asks for; where a quantity may come in several ways, as portions."""
    kind = BY_NAME[name]
    wanted = {*kind.fields, "place"} | (set(kind.options) if everything else set())
    if name in ("transport", "shipping", "aggregate", "disaggregate"):
        wanted = (wanted | {"portions"}) - ({"container"} if name in ("transport", "shipping") else set())
    if name == "observation" and not everything:
        wanted |= {"lots"}
    return Fact(name, AT, **{field: FIELDS[field] for field in wanted})
