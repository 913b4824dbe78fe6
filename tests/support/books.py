"""The field book and the lot book in tests: places with owners, people of the farm, and forms filled in by hand."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from lotproof.kernel.identifiers import Gln, LotId
from lotproof.lots.book.forms import FORMS
from lotproof.lots.book.pickers import uoms_of
from lotproof.lots.book.recording import record_form
from lotproof.lots.entering import Entered
from lotproof.people.actor import Actor
from lotproof.people.roles import Role
from lotproof_schemas.fact_form import read_form
from support.people import actor_of, person
from support.world import APPLES, CASES, CYCLE, FARM, ORCHARD, PACKER, PACKHOUSE, SHOP, STORE, World

SHANGHAI = ZoneInfo("Asia/Shanghai")


def owned_places(world: World) -> None:
    """Say which organisation each place belongs to, and record two products and the orchard's growing cycle."""
    for place, name, owner in (
        (ORCHARD, "Orchard", FARM),
        (PACKHOUSE, "Packhouse", PACKER),
        (STORE, "Store", SHOP),
    ):
        body = {"names": {"en": name}, "zone": "Asia/Shanghai", "party": owner.party_uri}
        world.master("place", place.place_uri, body, by=owner)
    world.master("product", APPLES, {"names": {"en": "Apples"}, "uom": "KGM", "crop": "apple"}, by=FARM)
    world.master("product", CASES, {"names": {"en": "Apples in cases"}, "uom": "KGM"}, by=PACKER)
    world.master("cycle", CYCLE, {"crop": "apple", "plot": "East slope", "place": ORCHARD.place_uri}, by=FARM)


def member(world: World, party: Gln, *roles: Role, name: str = "Lin Fang") -> Actor:
    """Somebody with these roles in an organisation."""
    return actor_of(world, person(world, name, party.party_uri, *roles))


def fill_in(world: World, actor: Actor, form: str, **texts: str) -> Entered:
    """Fill in a form and record it; what is wrong with it fails the test."""
    said = FORMS[form]
    with world.log.unit_of_work() as uow:
        lots = [LotId.parse(texts[name]) for name in ("lot", "lot_2") if name in texts]
        gtins = [*(lot.gtin14 for lot in lots), *([texts["product"]] if "product" in texts else [])]
        uoms = uoms_of(uow.db, [lot.uri for lot in lots], gtins)
        fact, got, problems = read_form(
            said,
            texts,
            zone=SHANGHAI,
            uoms=uoms.get,
            new_cycle="urn:uuid:6d0d2d0e-0000-4000-8000-0000000000ff",
        )
        assert fact is not None, problems
        return record_form(uow, world.log.operator, actor, said, fact, season=str(got.get("season", "")))


def at(world: World, **delta: Any) -> str:
    """The world's time, moved on, as a form has it."""
    return world.later(**(delta or {"minutes": 1})).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
