"""A world in which something of every sort happened."""

from __future__ import annotations

from datetime import date
from typing import Any

from lotproof.lots.acts import correct, release
from lotproof.lots.capture import capture
from lotproof.lots.drafting import Author
from lotproof.lots.recall import recall
from lotproof.parties.deciding import Paper, approve, lift, suspend
from support.captured import harvest
from support.served import CONTEXT
from support.world import (
    CASES,
    CYCLE,
    FARM,
    OPERATOR,
    PACKER,
    PACKHOUSE,
    PALLET,
    SHOP,
    SPRAY,
    World,
    lot,
    portion,
)


def papers(world: World) -> None:
    """A farm with a paper, which was suspended for a while."""
    with world.log.unit_of_work() as uow:
        paper = Paper(FARM.party_uri, "land_contract", date(2026, 1, 1), number="L 1", document="ab" * 32)
        id = approve(uow, world.log.operator, paper, "Rae")
        suspend(uow, world.log.operator, id, "a clearer copy is wanted", "Rae")
    world.later(hours=1)
    with world.log.unit_of_work() as uow:
        lift(uow, world.log.operator, id, "it came", "Rae")


def lived_in(world: World) -> World:
    """Let something of every sort happen: late facts, twins, conflicts with their holds, corrections, a recall."""
    papers(world)
    farm, operator = Author(FARM.party_uri), Author(OPERATOR.party_uri, approvals=("Ann", "Bo"))
    world.record("planting", place=PACKHOUSE, cycle=CYCLE, crop="apple", inputs=())
    apples, cases = world.harvested("H1"), lot("C1", CASES)
    parts: dict[str, Any] = {"inputs": (portion(apples, "500"),), "outputs": (portion(cases, "50", "XCS"),)}
    world.record("initial_packing", by=PACKER, place=PACKHOUSE, **parts)
    body = {"gtin": CASES, "from_uom": "XCS", "to_uom": "KGM", "factor": "9.5"}
    world.master("conversion", f"{CASES}:XCS:KGM", body)
    world.record(
        "aggregate", by=PACKER, place=PACKHOUSE, container=PALLET, portions=(portion(cases, "20", "XCS"),)
    )
    sold: dict[str, Any] = {"place": PACKHOUSE, "buyer": SHOP, "references": {"po": "PO-1"}}
    index = world.record("sale", by=PACKER, portions=(portion(cases, "10", "XCS"),), **sold).index
    for party in (FARM, PACKER):  # the same from two parties, and a conflict with what stands
        _captured(world, harvest(), party)
        _captured(world, harvest(eventID="urn:uuid:00000000-0000-4000-8000-000000000009"), party)
    _captured(
        world, harvest(epcList=[f"https://id.gs1.org/01/{CASES}/10/S1/21/{n}" for n in range(300)]), FARM
    )
    correct(world.log, Author(PACKER.party_uri, approvals=("Li", "Wu")), index or 0, "did_not_occur")
    recall(world.log, farm, [apples], "a test")
    release(world.log, operator, [apples], "it was none", ends_recall=True)
    world.later(days=40)
    world.record("input_applied", place=PACKHOUSE, cycle=CYCLE, registration=SPRAY)
    return world


def _captured(world: World, event: dict[str, object], party: object) -> None:
    uri = party.party_uri  # type: ignore[attr-defined]
    capture(world.log, uri, [(0, "$", event, [])], lambda: {"@context": CONTEXT})
