"""Documents of strangers in tests: their events, and what is found when they are captured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lotproof.kernel.errors import Problem
from lotproof.lots import capture as capturing
from lotproof.lots.capture import Captured, capture
from support.world import (
    CASES,
    CYCLE,
    FARM,
    ORCHARD,
    World,
    lot,
)

CONTEXT = ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"]


def harvest(code: str = "X1", kg: float = 100, **changes: Any) -> dict[str, Any]:
    """A harvest as a stranger would write it."""
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-05-01T09:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "ADD",
        "bizStep": "creating_class_instance",
        "disposition": "active",
        "readPoint": {"id": ORCHARD.place_uri},
        "quantityList": [{"epcClass": lot(code).uri, "quantity": kg, "uom": "KGM"}],
    } | changes


def checked(events: Sequence[dict[str, Any]], bad: Sequence[int] = ()) -> list[capturing.Checked]:
    """Events as the schemas hand them over; those in `bad` have a problem."""
    problem = Problem("$.epcisBody", "unknown_biz_step", "invented")
    return [
        (n, f"$.epcisBody.eventList[{n}]", None if n in bad else event, [problem] if n in bad else [])
        for n, event in enumerate(events)
    ]


def taken(world: World, *events: dict[str, Any], party: str = FARM.party_uri, **more: Any) -> Captured:
    """Capture events as one document."""
    return capture(world.log, party, checked(events), lambda: {"@context": CONTEXT}, **more)


def codes(found: Captured) -> list[str]:
    """Codes of what was found, sorted."""
    return sorted(one.code for one in found.findings)


def spraying(**changes: Any) -> dict[str, Any]:
    """A stranger's application on the growing cycle, eleven days before his harvest."""
    return {
        "type": "TransformationEvent", "eventTime": "2026-04-20T09:00:00+08:00", "eventTimeZoneOffset": "+08:00",
        "transformationID": CYCLE, "bizStep": "https://lotproof.org/ns/step/applying_input",
        "lotproof:registration": "PD20260001", "readPoint": {"id": ORCHARD.place_uri},
        "inputQuantityList": [{"epcClass": lot("P1", CASES).uri, "quantity": 1, "uom": "LTR"}],
    } | changes  # fmt: skip


def planting(crop: str = "apple") -> dict[str, Any]:
    """A stranger's planting of the growing cycle."""
    return spraying(eventTime="2026-03-01T09:00:00+08:00", bizStep="https://lotproof.org/ns/step/planting",
                    **{"lotproof:crop": crop})  # fmt: skip
