"""A greenhouse of the family farm, for trying the field book: sprayed last week, to be picked from tomorrow on."""

from datetime import date

from lotproof.demo.cast import SUN_HOUSE, SUPPLIES_YARD
from lotproof.demo.catalogue import COMPOST, IPRODIONE, TOMATO
from lotproof.demo.legs import DAY, apply_input, begin_cycle, supply
from lotproof.demo.script import Script

PLOT, SPRAYED = "孙家大棚1号", 6
"""Days ago; the interval is a week."""


def sun_house(script: Script, today: date) -> None:
    """Write its last ten weeks."""
    code = f"J{today:%y%m%d}"
    for used, amount in ((COMPOST, "300"), (IPRODIONE, "3")):
        supply(script, SUPPLIES_YARD, used.product, code, amount, SUN_HOUSE, today - 64 * DAY)
    cycle = begin_cycle(script, SUN_HOUSE, TOMATO, PLOT, f"{today} 孙家大棚", today - 63 * DAY)
    for used, days, amount in ((COMPOST, 62, "250"), (IPRODIONE, 20, "0.4"), (IPRODIONE, SPRAYED, "0.4")):
        apply_input(script, SUN_HOUSE, cycle, used, code, amount, today - days * DAY)
