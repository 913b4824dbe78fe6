"""Rice of 五常: sown in April under foil, planted out in May, cut in late September, milled until the new year.

The year's recall is here: one bag is found with too much cadmium, and everything that came of its paddy is called
back. The limit for cadmium in rice is 0.2 mg/kg (GB 2762).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lotproof.demo import cast
from lotproof.demo.cast import (
    CHENJI_SHOP,
    DAOXI,
    HEJING,
    MILL,
    NANMEN_SHOP,
    SHANGHAI_DC,
    SONGHE_LAB,
    WITNESS,
    Site,
)
from lotproof.demo.catalogue import (
    BRAN,
    BROKEN_RICE,
    COMPOST,
    DRY_PADDY,
    HUSKS,
    MILLED_RICE,
    PADDY,
    PRETILACHLOR,
    RICE,
    RICE_5,
    RICE_10,
    RICE_SEED,
    TEBUCONAZOLE,
    TRICYCLAZOLE,
    Product,
)
from lotproof.demo.legs import (
    DAY,
    apply_input,
    begin_cycle,
    commit,
    haul,
    inspect,
    pack_pallets,
    read_station,
    retail,
    sell,
    sell_off,
    some,
    store,
    supply,
)
from lotproof.demo.script import Script, moment
from lotproof.lots.native import Portion


@dataclass(frozen=True, slots=True)
class Field:
    """A paddy field. mu: its area in 亩 (667 m²), about 500 kg of paddy each."""

    letter: str
    site: Site
    mu: int
    cut: tuple[int, int]


FIELDS = (
    Field("A", cast.FIELD_SEVEN, 14, (9, 24)),
    Field("B", cast.FIELD_NINE, 16, (9, 25)),
    Field("C", cast.RIVER_FIELD, 12, (9, 27)),
    Field("D", cast.SPRING_FIELD, 15, (9, 28)),
)
TREATMENTS = (
    (5, 12, COMPOST, "60"),
    (5, 29, PRETILACHLOR, "0.11"),
    (7, 22, TRICYCLAZOLE, "0.03"),
    (8, 6, TEBUCONAZOLE, "0.02"),
)
"""(month, day, input, amount a mu)."""


BAGGED = (
    ("A", RICE_5, 60, 12),
    ("A", RICE_10, 38, 12),
    ("B", RICE_5, 45, 13),
    ("B", RICE_10, 50, 13),
    ("C", RICE_5, 70, 15),
    ("CD", RICE_5, 50, 17),
    ("CD", RICE_10, 45, 17),
)
"""(milling, bag, percent of it, day of October)."""
SHOP_SALES = (
    ("B", RICE_5, 20, 120),
    ("B", RICE_10, 21, 70),
    ("C", RICE_5, 22, 150),
    ("CD", RICE_5, 23, 90),
    ("CD", RICE_10, 24, 50),
)
"""(milling, bag, day of October, bags)."""


def rice(script: Script, year: int) -> None:
    """Write the rice year, with what the mill still grinds in winter."""
    stock, home = f"R{year % 100}", cast.FIELD_SEVEN
    supply(script, cast.SEED_STORE, RICE_SEED, stock, "400", home, date(year, 3, 20))
    for used, amount in ((COMPOST, "5000"), (PRETILACHLOR, "10"), (TRICYCLAZOLE, "3"), (TEBUCONAZOLE, "2")):
        supply(script, cast.SUPPLIES_YARD, used.product, stock, amount, home, date(year, 4, 2))
    dried = {field.letter: _grow_and_dry(script, field, year, stock) for field in FIELDS}
    milled = {
        "A": _mill(script, [some(dried["A"], 4000)], date(year, 10, 9)),
        "B": _mill(script, [some(dried["B"], 4500)], date(year, 10, 10)),
        "C": _mill(script, [some(dried["C"], 3600)], date(year, 10, 12)),
        "CD": _mill(script, [some(dried["C"], 900), some(dried["D"], 3000)], date(year, 10, 14)),
    }
    bags = {
        (name, product.item): _bag(script, milled[name], product, percent, date(year, 10, day))
        for name, product, percent, day in BAGGED
    }
    _by_products(script, (milled["A"], milled["B"]), date(year, 10, 15))
    _to_market(script, bags["A", RICE_5.item], bags["A", RICE_10.item], date(year, 10, 18))
    for name, product, day, count in SHOP_SALES:
        sold = some(bags[name, product.item], count)
        sell(script, MILL, CHENJI_SHOP, date(year, 10, day), sold)
        retail(script, CHENJI_SHOP, sold, ((date(year, 10, day + n), count // 9) for n in (2, 4, 6)))
    _recall(script, bags["C", RICE_5.item], bags["CD", RICE_5.item], dried["C"], date(year, 11, 3))
    _take_back(script, bags["C", RICE_5.item], bags["CD", RICE_5.item], date(year, 11, 8))
    _winter(script, dried, year)


def _grow_and_dry(script: Script, field: Field, year: int, stock: str) -> Portion:
    on, site, what = date(year, *field.cut), field.site, (year, field.letter)
    kg = script.dice.about(500 * field.mu, "paddy", *what)
    wet = PADDY.of(f"{field.letter}{on:%y%m%d}", kg)
    stated: dict[str, Any] = {
        "cycle": _grow(script, field, year, stock),
        "plot": _plot(field),
        "harvested_on": on,
    }
    script.note("harvest", moment(on, "15:20"), site, portions=(wet,), **stated)
    commit(script, site, moment(on, "16:00"), wet.lot)
    haul(script, site, MILL, moment(on, "16:30"), moment(on, "18:10"), portions=(wet,))
    dry = DRY_PADDY.of(f"G{on:%y%m%d}", kg * script.dice.between(945, 955, "dried", *what) // 1000)
    script.note("processing", moment(on + 2 * DAY, "17:00"), MILL, inputs=(wet,), outputs=(dry,))
    inspect(script, SONGHE_LAB, moment(on + 5 * DAY, "15:00"), dry.lot)
    for weeks in (2, 6):
        store(script, MILL, moment(on + 7 * weeks * DAY, "08:00"), "4.5", "14.0", cast.MILL_PROBE, dry.lot)
    return dry


def _plot(field: Field) -> str:
    return f"{field.site.names['zh_Hans']} {field.mu}亩"


def _grow(script: Script, field: Field, year: int, stock: str) -> str:
    site, season, sown = field.site, f"{year} {field.letter}", date(year, 4, 12)
    cycle = begin_cycle(script, site, RICE, _plot(field), season, sown - DAY)
    seed = RICE_SEED.of(stock, field.mu * 4)
    grown: dict[str, Any] = {"cycle": cycle, "crop": RICE, "plot": _plot(field)}
    script.note("planting", moment(sown, "08:00"), site, inputs=(seed,), **grown)
    for month, day, used, rate in TREATMENTS:
        on = date(year, month, day) + timedelta(days=script.dice.between(0, 2, season, month))
        apply_input(script, site, cycle, used, stock, f"{Decimal(rate) * field.mu}", on)
    for month, day in ((6, 8), (7, 14)):
        celsius = str(script.dice.between(165, 215, "water", season, month) / 10)
        at = moment(date(year, month, day), "06:00")
        read_station(script, site, cycle, at, celsius, cast.FIELD_STATION)
    return cycle


def _mill(script: Script, paddy: Sequence[Portion], on: date) -> Portion:
    """Husk, whiten, sort: 62% whole rice, 7% broken, 8% bran, 20% husks, the rest dust."""
    total = sum((one.amount for one in paddy), Decimal(0))
    code = f"W{on:%y%m%d}"
    whole = MILLED_RICE.of(code, total * script.dice.between(612, 628, "whole", code) // 1000)
    broken, bran = BROKEN_RICE.of(code, total * 7 // 100), BRAN.of(code, total * 8 // 100)
    outputs = (whole, broken, bran, HUSKS.of(code, total // 5))
    script.note("processing", moment(on, "16:40"), MILL, inputs=tuple(paddy), outputs=outputs)
    inspect(script, SONGHE_LAB, moment(on + 2 * DAY, "10:00"), whole.lot)
    return whole


def _bag(script: Script, whole: Portion, product: Product, percent: int, on: date) -> Portion:
    taken = some(whole, whole.amount * percent // 100)
    bags = product.of(f"D{on:%y%m%d}", taken.amount * Decimal("0.995") // Decimal(product.holds_kg or "1"))
    clock = "10:00" if product is RICE_5 else "14:00"
    script.note("repacking", moment(on, clock), MILL, inputs=(taken,), outputs=(bags,))
    commit(script, MILL, moment(on, "17:30"), bags.lot)
    inspect(script, SONGHE_LAB, moment(on + 2 * DAY, "14:00"), bags.lot)
    return bags


def _by_products(script: Script, milled: Sequence[Portion], on: date) -> None:
    """Broken rice and bran of sound millings go to a feed trader; the others are still in the silo."""
    for whole in milled:
        sold = moment(on, "10:15")
        portions = (BROKEN_RICE.of(whole.lot.code, 250), BRAN.of(whole.lot.code, 300))
        papers = {"inv": script.number("IV", sold)}
        script.note("sale", sold, MILL, portions=portions, buyer=HEJING.gln, references=papers)
        on += DAY


def _to_market(script: Script, fives: Portion, tens: Portion, on: date) -> None:
    """Three pallets of two lots to Shanghai."""
    large = pack_pallets(script, MILL, moment(on, "09:00"), some(tens, 60), 1)
    units = (*pack_pallets(script, MILL, moment(on, "08:00"), some(fives, 160), 2), *large)
    haul(script, MILL, SHANGHAI_DC, moment(on, "11:00"), moment(on + 3 * DAY, "07:30"), units=units)
    sell(script, SHANGHAI_DC, NANMEN_SHOP, on + 4 * DAY, some(fives, 100), some(tens, 40))
    retail(script, NANMEN_SHOP, fives, ((on + n * DAY, 13) for n in (6, 8, 10, 13, 16)))
    retail(script, NANMEN_SHOP, tens, ((on + n * DAY, 6) for n in (6, 9, 13, 17)))
    lost = (some(fives, 2),)
    script.note("loss", moment(on + 17 * DAY, "21:00"), NANMEN_SHOP, portions=lost, reason="damaged")


def _recall(script: Script, bad: Portion, blended: Portion, paddy: Portion, on: date) -> None:
    """A bag from the shelf fails; the mill holds what it suspects, and recalls from the paddy down."""
    found = "Cadmium 0.28 mg/kg, U = 0.03; the limit is 0.2 mg/kg."
    inspect(script, SONGHE_LAB, moment(on, "15:30"), bad.lot, passed=False, note=found)
    suspects = {"lots": (paddy.lot, blended.lot), "code": "manual"}
    why = "Same field as the bag that failed."
    script.note("hold", moment(on + DAY, "09:00"), MILL, reason=why, **suspects)
    found = "Cadmium 0.31 mg/kg in the paddy of the river field."
    inspect(script, SONGHE_LAB, moment(on + 3 * DAY, "11:00"), paddy.lot, passed=False, note=found)
    why = "Cadmium above the limit in the paddy of one field."
    script.recall(DAOXI, moment(on + 3 * DAY, "14:00"), [paddy.lot], why)


def _take_back(script: Script, bad: Portion, blended: Portion, on: date) -> None:
    """The shop takes bags back from customers and destroys them with what it has; the mill destroys its own."""
    destroyed = {"reason": "recalled, burnt for power", "witness": WITNESS}
    for bags, returned, at_shop, minutes in ((bad, 31, 102, 0), (blended, 17, 60, 15)):
        back, gone = moment(on, f"19:{minutes:02}"), moment(on + 2 * DAY, f"15:{minutes:02}")
        papers = {"rma": script.number("RM", back)}
        portions = (some(bags, returned),)
        script.note("return", back, CHENJI_SHOP, portions=portions, reason="recalled", references=papers)
        script.note("destruction", gone, CHENJI_SHOP, portions=(some(bags, returned + at_shop),), **destroyed)
    rest = some(bad, bad.amount - 150)
    script.note("destruction", moment(on + 3 * DAY, "11:00"), MILL, portions=(rest,), **destroyed)


def _winter(script: Script, dried: Mapping[str, Portion], year: int) -> None:
    for letter, month, day in (("A", 1, 8), ("B", 2, 20), ("D", 4, 2)):
        on = date(year + 1, month, day)
        whole = _mill(script, [some(dried[letter], 2200)], on)
        bags = _bag(script, whole, RICE_5, 97, on + 3 * DAY)
        sell(script, MILL, CHENJI_SHOP, on + 8 * DAY, some(bags, 200))
        sell_off(script, CHENJI_SHOP, some(bags, 200), on + 10 * DAY, 9)
