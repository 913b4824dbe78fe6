"""Cherry tomatoes under glass, told backwards from today: picked every week, treated four days ago.

The newest treatment's interval is still running, so that a harvest can be tried and is refused. Another lot is on
the road, and one was crushed in an accident and destroyed whole.
"""

from datetime import date, timedelta
from decimal import Decimal

from lotproof.demo import cast
from lotproof.demo.cast import (
    CHIHE,
    GREENHOUSES,
    LANLING,
    NANMEN,
    NANMEN_SHOP,
    PACKHOUSE,
    TRUCK,
    TRUCK_LOGGER,
    WITNESS,
)
from lotproof.demo.catalogue import COMPOST, IPRODIONE, MATRINE, SEEDLINGS, TOMATO, TOMATO_BOX, TOMATOES
from lotproof.demo.legs import DAY, apply_input, begin_cycle, commit, haul, inspect, retail, supply
from lotproof.demo.script import Script, moment
from lotproof.lots.native import Portion

TREATED, NEXT_HOUSE = "6号棚", "7号棚"
PICKS, CRUSHED = (47, 40, 33, 26, 19, 12, 5), 19
"""Days ago."""


def greenhouse(script: Script, today: date) -> None:
    """Write the last four months of two greenhouses."""
    code = f"H{today:%y%m%d}"
    for product, amount in (
        (SEEDLINGS, "3200"),
        (COMPOST.product, "900"),
        (IPRODIONE.product, "4"),
        (MATRINE.product, "3"),
    ):
        dealer, yard = (
            (cast.QINGSUI, cast.SEED_STORE) if product is SEEDLINGS else (cast.FENGLING, cast.SUPPLIES_YARD)
        )
        supply(script, yard, product, code, amount, GREENHOUSES, today - 118 * DAY)
    six = _plant(script, TREATED, code, 1800, today)
    seven = _plant(script, NEXT_HOUSE, code, 1350, today)
    for used, days, amount in (
        (COMPOST, 100, "400"),
        (MATRINE, 70, "0.6"),
        (IPRODIONE, 57, "0.8"),
        (IPRODIONE, 4, "0.8"),
    ):
        apply_input(script, GREENHOUSES, six, used, code, amount, today - days * DAY)
    for used, days, amount in ((COMPOST, 99, "300"), (MATRINE, 20, "0.5")):
        apply_input(script, GREENHOUSES, seven, used, code, amount, today - days * DAY)
    for days in PICKS:
        _pick(script, six, today - days * DAY, is_crushed=days == CRUSHED)
    _on_the_road(script, seven, today)


def _plant(script: Script, house: str, code: str, plants: int, today: date) -> str:
    on = today - 115 * DAY
    cycle = begin_cycle(script, GREENHOUSES, TOMATO, house, f"{today} {house}", on)
    script.note("planting", moment(on, "09:30"), GREENHOUSES, cycle=cycle, crop=TOMATO, plot=house,
                inputs=(SEEDLINGS.of(code, plants),))  # fmt: skip
    return cycle


def _harvest_and_box(script: Script, cycle: str, house: str, on: date, usual_kg: int) -> Portion:
    kg = script.dice.about(usual_kg, "tomatoes", house, on, percent=12)
    code = f"{house[0]}{on:%y%m%d}"
    picked = TOMATOES.of(code, kg)
    script.note("harvest", moment(on, "06:20"), GREENHOUSES, portions=(picked,), cycle=cycle, plot=house,
                harvested_on=on)  # fmt: skip
    script.note("cooling", moment(on, "09:00"), PACKHOUSE, portions=(picked,), temperature=Decimal("11.5"),
                device=cast.COLD_ROOM_LOGGER)  # fmt: skip
    boxes = TOMATO_BOX.of(code, int(kg * Decimal("0.98") * 2))
    script.note(
        "initial_packing", moment(on, "10:30"), PACKHOUSE, inputs=(picked,), outputs=(boxes,)
    )
    commit(script, PACKHOUSE, moment(on, "13:00"), picked.lot, boxes.lot)
    inspect(script, cast.HAIJIAO_LAB, moment(on + DAY, "14:00"), boxes.lot)
    return boxes


def _pick(script: Script, cycle: str, on: date, *, is_crushed: bool) -> None:
    boxes = _harvest_and_box(script, cycle, TREATED, on, 190)
    leaves, arrives = moment(on + DAY, "16:00"), moment(on + 2 * DAY, "05:30")
    haul(
        script,
        PACKHOUSE,
        NANMEN_SHOP,
        leaves,
        arrives,
        portions=(boxes,),
        temperature=("9.4", "12.8"),
    )
    if is_crushed:
        script.note("destruction", arrives + timedelta(hours=2), NANMEN_SHOP, portions=(boxes,), witness=WITNESS, reason="all crushed when the truck braked")
        return
    sold = [int(boxes.amount) * share // 100 for share in (38, 33, 17)]
    days = ((on + (2 + n) * DAY, some) for n, some in enumerate(sold))
    retail(script, NANMEN_SHOP, TOMATO_BOX, boxes.lot.code, days)
    rest = Portion(boxes.lot, boxes.amount - sum(sold), boxes.uom)
    script.note(
        "loss", moment(on + 12 * DAY, "21:00"), NANMEN_SHOP, portions=(rest,), reason="expired"
    )


def _on_the_road(script: Script, cycle: str, today: date) -> None:
    """Picked the day before yesterday, sent last night."""
    boxes = _harvest_and_box(script, cycle, NEXT_HOUSE, today - 2 * DAY, 150)
    leaves = moment(today - DAY, "18:30")
    script.note("shipping", leaves, PACKHOUSE, portions=(boxes,), to_place=NANMEN_SHOP.gln, carrier=CHIHE.gln,
                references={"desadv": script.number("DN", leaves)})  # fmt: skip
    script.note("transport", leaves + timedelta(hours=3), TRUCK, portions=(boxes,), temperature=Decimal("10.9"),
                device=TRUCK_LOGGER)  # fmt: skip
