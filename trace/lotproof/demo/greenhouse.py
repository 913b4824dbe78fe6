"""Cherry tomatoes under glass, told backwards from today: picked every week, treated four days ago.

The newest treatment's interval is still running, so that a harvest can be tried and is refused. Another lot is on
the road, and one was crushed in an accident and destroyed whole.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lotproof.demo.cast import (
    CHIHE,
    COLD_ROOM_LOGGER,
    GREENHOUSES,
    HAIJIAO_LAB,
    NANMEN_SHOP,
    PACKHOUSE,
    SEED_STORE,
    SUPPLIES_YARD,
    TRUCK,
    TRUCK_LOGGER,
    WITNESS,
)
from lotproof.demo.catalogue import COMPOST, IPRODIONE, MATRINE, SEEDLINGS, TOMATO, TOMATO_BOX, TOMATOES
from lotproof.demo.legs import DAY, apply_input, begin_cycle, commit, haul, inspect, retail, some, supply
from lotproof.demo.script import Script, moment
from lotproof.lots.native import Portion

TREATED, NEXT_HOUSE = "6号棚", "7号棚"
PICKS, CRUSHED = (47, 40, 33, 26, 19, 12, 5), 19
"""Days ago."""


def greenhouse(script: Script, today: date) -> None:
    """Write the last four months of two greenhouses."""
    code, arrived = f"H{today:%y%m%d}", today - 118 * DAY
    supply(script, SEED_STORE, SEEDLINGS, code, "3200", GREENHOUSES, arrived)
    for used, amount in ((COMPOST, "900"), (IPRODIONE, "4"), (MATRINE, "3")):
        supply(script, SUPPLIES_YARD, used.product, code, amount, GREENHOUSES, arrived)
    treated = _plant(script, TREATED, code, 1800, today)
    other = _plant(script, NEXT_HOUSE, code, 1350, today)
    for cycle, used, days, amount in (
        (treated, COMPOST, 100, "400"),
        (treated, MATRINE, 70, "0.6"),
        (treated, IPRODIONE, 57, "0.8"),
        (treated, IPRODIONE, 4, "0.8"),
        (other, COMPOST, 99, "300"),
        (other, MATRINE, 20, "0.5"),
    ):
        apply_input(script, GREENHOUSES, cycle, used, code, amount, today - days * DAY)
    for days in PICKS:
        _pick(script, treated, today - days * DAY, is_crushed=days == CRUSHED)
    _on_the_road(script, other, today)


def _plant(script: Script, house: str, code: str, plants: int, today: date) -> str:
    on = today - 115 * DAY
    cycle = begin_cycle(script, GREENHOUSES, TOMATO, house, f"{today} {house}", on)
    grown: dict[str, Any] = {"cycle": cycle, "crop": TOMATO, "plot": house}
    script.note("planting", moment(on, "09:30"), GREENHOUSES, inputs=(SEEDLINGS.of(code, plants),), **grown)
    return cycle


def _harvest_and_box(script: Script, cycle: str, house: str, on: date, usual_kg: int) -> Portion:
    kg = script.dice.about(usual_kg, "tomatoes", house, on, percent=12)
    code = f"{house[0]}{on:%y%m%d}"
    picked, boxes = TOMATOES.of(code, kg), TOMATO_BOX.of(code, int(kg * Decimal("0.98") * 2))
    stated: dict[str, Any] = {"cycle": cycle, "plot": house, "harvested_on": on}
    cooled: dict[str, Any] = {"temperature": Decimal("11.5"), "device": COLD_ROOM_LOGGER}
    script.note("harvest", moment(on, "06:20"), GREENHOUSES, portions=(picked,), **stated)
    script.note("cooling", moment(on, "09:00"), PACKHOUSE, portions=(picked,), **cooled)
    script.note("initial_packing", moment(on, "10:30"), PACKHOUSE, inputs=(picked,), outputs=(boxes,))
    commit(script, PACKHOUSE, moment(on, "13:00"), picked.lot, boxes.lot)
    inspect(script, HAIJIAO_LAB, moment(on + DAY, "14:00"), boxes.lot)
    return boxes


def _pick(script: Script, cycle: str, on: date, *, is_crushed: bool) -> None:
    boxes = _harvest_and_box(script, cycle, TREATED, on, 190)
    leaves, arrives = moment(on + DAY, "16:00"), moment(on + 2 * DAY, "05:30")
    haul(script, PACKHOUSE, NANMEN_SHOP, leaves, arrives, portions=(boxes,), temperature=("9.4", "12.8"))
    if is_crushed:
        gone, why = arrives + timedelta(hours=2), "all crushed when the truck braked"
        script.note("destruction", gone, NANMEN_SHOP, portions=(boxes,), witness=WITNESS, reason=why)
        return
    sold = [int(boxes.amount) * percent // 100 for percent in (38, 33, 17)]
    retail(script, NANMEN_SHOP, boxes, ((on + (2 + n) * DAY, amount) for n, amount in enumerate(sold)))
    rest, over = some(boxes, boxes.amount - sum(sold)), moment(on + 12 * DAY, "21:00")
    script.note("loss", over, NANMEN_SHOP, portions=(rest,), reason="expired")


def _on_the_road(script: Script, cycle: str, today: date) -> None:
    """Picked the day before yesterday, sent last night."""
    boxes = _harvest_and_box(script, cycle, NEXT_HOUSE, today - 2 * DAY, 150)
    leaves = moment(today - DAY, "18:30")
    ends: dict[str, Any] = {"to_place": NANMEN_SHOP.gln, "carrier": CHIHE.gln}
    papers = {"desadv": script.number("DN", leaves)}
    script.note("shipping", leaves, PACKHOUSE, portions=(boxes,), references=papers, **ends)
    read: dict[str, Any] = {"temperature": Decimal("10.9"), "device": TRUCK_LOGGER}
    script.note("transport", leaves + timedelta(hours=3), TRUCK, portions=(boxes,), **read)
