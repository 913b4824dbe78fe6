"""The apple year in the orchards of 烟台: buds in March, bags in June, Gala in August, Fuji in October.

Yields are those of full-grown orchards, 2,000 to 3,100 kg a mu (30 to 46 t a hectare).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lotproof.demo import cast
from lotproof.demo.cast import (
    COLD_ROOM_LOGGER,
    COLD_STORE,
    FIELD_STATION,
    HAIJIAO_LAB,
    LANLING,
    PACKHOUSE,
    Site,
)
from lotproof.demo.catalogue import (
    ABAMECTIN,
    APPLE,
    COMPOST,
    FUJI_BULK,
    GALA_BULK,
    LIME_SULPHUR,
    MANCOZEB,
    TEBUCONAZOLE,
    VENUS_BULK,
    Input,
    Product,
)
from lotproof.demo.legs import (
    DAY,
    apply_input,
    begin_cycle,
    commit,
    haul,
    inspect,
    read_station,
    store,
    supply,
)
from lotproof.demo.script import Script, moment
from lotproof.kernel.identifiers import LotId, Sscc
from lotproof.lots.native import Fact, Portion

_STOCKS = (
    (MANCOZEB, "60"),
    (TEBUCONAZOLE, "12"),
    (ABAMECTIN, "10"),
    (LIME_SULPHUR, "200"),
    (COMPOST, "12000"),
)


@dataclass(frozen=True, slots=True)
class Orchard:
    """A plot with its picks: (month, day, kilograms). mu: its area in 亩 (667 m²)."""

    letter: str
    site: Site
    product: Product
    mu: int
    last_spray: tuple[int, int, Input]
    picks: tuple[tuple[int, int, int], ...]


ORCHARDS = (
    Orchard("E", cast.EAST_SLOPE, FUJI_BULK, 2, (9, 8, TEBUCONAZOLE), ((10, 12, 2900), (10, 20, 2300))),
    Orchard("R", cast.RESERVOIR, FUJI_BULK, 2, (9, 8, MANCOZEB), ((10, 13, 2500), (10, 21, 2100))),
    Orchard("T", cast.TERRACE, FUJI_BULK, 2, (9, 10, TEBUCONAZOLE), ((10, 14, 3380), (10, 22, 2800))),
    Orchard("V", cast.VALLEY, GALA_BULK, 2, (7, 20, ABAMECTIN), ((8, 14, 3900),)),
    Orchard("G", cast.TRIAL_GARDEN, VENUS_BULK, 1, (9, 20, MANCOZEB), ((10, 24, 2400),)),
)
_IN_THE_BIN = (("E", 12), ("T", 22))
"""Picks that go to the cold store in one and the same field bin, ten days apart."""


def lot_code(orchard: Orchard, on: date) -> str:
    """Return the code of a pick, such as E261012."""
    return f"{orchard.letter}{on:%y%m%d}"


def grow_and_pick(script: Script, year: int) -> list[tuple[Product, str, int]]:
    """Write the year up to the cold store; returns the picks: product, lot code, kilograms."""
    for used, amount in _STOCKS:
        supply(script, cast.SUPPLIES_YARD, used.product, _stock(year), amount, PACKHOUSE, date(year, 3, 5))
    field_bin = script.container()
    picked: list[tuple[Product, str, int]] = []
    for orchard in ORCHARDS:
        cycle = _grow(script, orchard, year)
        for month, day, usual in orchard.picks:
            on = date(year, month, day)
            kg = script.dice.about(usual, "pick", year, orchard.letter, day)
            picked.append((orchard.product, lot_code(orchard, on), kg))
            _pick(script, orchard, cycle, on, kg, field_bin if (orchard.letter, day) in _IN_THE_BIN else None)
    return picked


def _stock(year: int) -> str:
    return f"S{year % 100}"


def _grow(script: Script, orchard: Orchard, year: int) -> str:
    site, mu, season = orchard.site, orchard.mu, f"{year} {orchard.letter}"
    plot = f"{site.names['zh_Hans']} {mu}亩"
    cycle = begin_cycle(script, site, APPLE, plot, season, date(year, 3, 8))
    last_month, last_day, last = orchard.last_spray
    for month, day, used, amount in (
        (3, 12, COMPOST, str(900 * mu)),
        (3, 26, LIME_SULPHUR, str(9 * mu)),
        (5, 7, MANCOZEB, f"{mu * 0.9:.1f}"),
        (5, 28, TEBUCONAZOLE, f"{mu * 0.2:.1f}"),
        (6, 24, ABAMECTIN, f"{mu * 0.3:.1f}"),
        (last_month, last_day, last, f"{mu * 0.3:.1f}"),
    ):
        on = date(year, month, day) + timedelta(days=script.dice.between(0, 2, "spray", season, month))
        apply_input(script, site, cycle, used, _stock(year), amount, on)
    for day in (11, 19):  # in bloom, when a night of −2 °C takes the crop
        celsius = script.dice.between(-9, 24, "frost", season, day) / 10
        read_station(script, site, cycle, moment(date(year, 4, day), "04:50"), str(celsius), FIELD_STATION)
    return cycle


def _pick(script: Script, orchard: Orchard, cycle: str, on: date, kg: int, field_bin: Sscc | None) -> None:
    site, portion = orchard.site, orchard.product.of(lot_code(orchard, on), kg)
    _harvest(script, orchard, cycle, on, portion)
    commit(script, site, moment(on, "11:20"), portion.lot)
    goods: dict[str, Any] = {"portions": (portion,)}
    if field_bin:
        script.note("aggregate", moment(on, "12:00"), site, container=field_bin, **goods)
        goods = {"units": (field_bin,)}
    haul(script, site, COLD_STORE, moment(on, "13:10"), moment(on, "15:00"), **goods)
    cooled = {
        "temperature": Decimal(script.dice.between(4, 18, "cooled", on)) / 10,
        "device": COLD_ROOM_LOGGER,
    }
    script.note("cooling", moment(on, "21:30"), COLD_STORE, portions=(portion,), **cooled)
    if (orchard.letter, on.day) == ("R", 13):
        _fail_and_clear(script, on, portion.lot)
    else:
        inspect(script, HAIJIAO_LAB, moment(on + 2 * DAY, "16:00"), portion.lot)
    for days in (3, 10):
        low = str(script.dice.between(0, 3, "low", portion.lot, days) / 10)
        high = str(script.dice.between(6, 10, "high", portion.lot, days) / 10)
        at = moment(on + days * DAY, "08:00")
        store(script, COLD_STORE, at, low, high, COLD_ROOM_LOGGER, portion.lot)


def _harvest(script: Script, orchard: Orchard, cycle: str, on: date, portion: Portion) -> None:
    """Record a pick; one of them with a slip of the pen, 450 kg too many, mended before noon."""
    at, site = moment(on, "06:40"), orchard.site
    stated: dict[str, Any] = {"cycle": cycle, "plot": site.names["zh_Hans"], "harvested_on": on}
    if (orchard.letter, on.day) != ("T", 14):
        script.note("harvest", at, site, portions=(portion,), **stated)
        return
    typed = Portion(portion.lot, portion.amount + 450, portion.uom)
    wrong = script.note("harvest", at, site, portions=(typed,), **stated)
    right = Fact("harvest", at, place=site.gln, portions=(portion,), **stated)
    script.correct(site.owner, moment(on, "10:45"), wrong, right)


def _fail_and_clear(script: Script, on: date, lot: LotId) -> None:
    """A failed inspection holds the lot; a second sample passes, and two people let it go."""
    found = "Carbendazim found in one of five sub-samples; the vessel is suspected."
    inspect(script, HAIJIAO_LAB, moment(on + 2 * DAY, "16:00"), lot, passed=False, note=found)
    cleared = "New sample by two methods: not detected, LOQ 0.01 mg/kg."
    inspect(script, HAIJIAO_LAB, moment(on + 5 * DAY, "16:30"), lot, note=cleared)
    people = (cast.MANAGER, cast.QUALITY_LEAD)
    why = "The second sample passed; the first vessel was contaminated in the laboratory."
    script.release(LANLING, moment(on + 6 * DAY, "09:15"), [lot], people, why)
