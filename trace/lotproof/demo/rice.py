"""Rice of 五常: sown in April under foil, planted out in May, cut in late September, milled until the new year.

The year's recall is here: one bag is found with too much cadmium, and everything that came of its paddy is called
back. The limit for cadmium in rice is 0.2 mg/kg (GB 2762).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lotproof.demo import cast
from lotproof.demo.cast import (
    CHENJI,
    CHENJI_SHOP,
    DAOXI,
    HEISHUI,
    HEJING,
    MILL,
    NANMEN,
    NANMEN_SHOP,
    SHANGHAI_DC,
    SHUANGHE,
    SONGHE,
    SONGHE_LAB,
    WITNESS,
    Organisation,
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
    frost_watch,
    haul,
    inspect,
    pack_pallets,
    retail,
    sell,
    store,
    supply,
)
from lotproof.demo.script import Script, moment
from lotproof.lots.native import Portion


@dataclass(frozen=True, slots=True)
class Field:
    """A paddy field. mu: its area in 亩 (667 m²), about 500 kg of paddy each."""

    letter: str
    farm: Organisation
    site: Site
    mu: int
    cut: tuple[int, int]


FIELDS = (
    Field("A", HEISHUI, cast.FIELD_SEVEN, 14, (9, 24)),
    Field("B", HEISHUI, cast.FIELD_NINE, 16, (9, 25)),
    Field("C", SHUANGHE, cast.RIVER_FIELD, 12, (9, 27)),
    Field("D", SHUANGHE, cast.SPRING_FIELD, 15, (9, 28)),
)
TREATMENTS = (
    (5, 12, COMPOST, "60"),
    (5, 29, PRETILACHLOR, "0.11"),
    (7, 22, TRICYCLAZOLE, "0.03"),
    (8, 6, TEBUCONAZOLE, "0.02"),
)
"""(month, day, input, amount a mu)."""


def rice(script: Script, year: int) -> None:
    """Write the rice year, with what the mill still grinds in winter."""
    seed = f"R{year % 100}"
    supply(
        script,
        cast.SEED_STORE,
        RICE_SEED,
        seed,
        "400",
        cast.FIELD_SEVEN,
        date(year, 3, 20),
    )
    for used, amount in ((COMPOST, "5000"), (PRETILACHLOR, "10"), (TRICYCLAZOLE, "3"), (TEBUCONAZOLE, "2")):
        supply(script, cast.SUPPLIES_YARD, used.product, seed, amount, cast.FIELD_SEVEN,
               date(year, 4, 2))  # fmt: skip
    dried = {field.letter: _grow_and_dry(script, field, year, seed) for field in FIELDS}
    milled = {
        "A": _mill(script, [_some(dried["A"], 4000)], date(year, 10, 9)),
        "B": _mill(script, [_some(dried["B"], 4500)], date(year, 10, 10)),
        "C": _mill(script, [_some(dried["C"], 3600)], date(year, 10, 12)),
        "CD": _mill(script, [_some(dried["C"], 900), _some(dried["D"], 3000)], date(year, 10, 14)),
    }
    fives = {name: _bag(script, lot, RICE_5, percent, date(year, 10, day))
             for name, lot, percent, day in (("A", milled["A"], 60, 12), ("B", milled["B"], 45, 13),
                                             ("C", milled["C"], 70, 15), ("CD", milled["CD"], 50, 17))}  # fmt: skip
    tens = {name: _bag(script, milled[name], RICE_10, percent, date(year, 10, day))
            for name, percent, day in (("A", 38, 12), ("B", 50, 13), ("CD", 45, 17))}  # fmt: skip
    _by_products(script, (milled["A"], milled["B"]), date(year, 10, 15))
    _to_market(script, fives["A"], tens["A"], date(year, 10, 18))
    _to_shops(script, fives, tens, year)
    _recall(script, fives["C"], fives["CD"], dried["C"], date(year, 11, 3))
    _take_back(script, fives, date(year, 11, 8))
    _winter(script, dried, year)


def _some(of: Portion, amount: int) -> Portion:
    return Portion(of.lot, Decimal(amount), of.uom)


def _grow_and_dry(script: Script, field: Field, year: int, seed: str) -> Portion:
    cycle = _grow(script, field, year, seed)
    on = date(year, *field.cut)
    kg = script.dice.about(500 * field.mu, "paddy", year, field.letter)
    wet = PADDY.of(f"{field.letter}{on:%y%m%d}", kg)
    plot = f"{field.site.names['zh_Hans']} {field.mu}亩"
    script.note("harvest", moment(on, "15:20"), field.site, portions=(wet,), cycle=cycle, plot=plot,
                harvested_on=on)  # fmt: skip
    commit(script, field.site, moment(on, "16:00"), wet.lot)
    haul(
        script, field.site, MILL, moment(on, "16:30"), moment(on, "18:10"), portions=(wet,)
    )
    dry = DRY_PADDY.of(
        f"G{on:%y%m%d}", kg * script.dice.between(945, 955, "dried", year, field.letter) // 1000
    )
    script.note("processing", moment(on + 2 * DAY, "17:00"), MILL, inputs=(wet,), outputs=(dry,))
    inspect(script, SONGHE_LAB, moment(on + 5 * DAY, "15:00"), dry.lot)
    for weeks in (2, 6):
        store(
            script,
            MILL,
            moment(on + timedelta(weeks=weeks), "08:00"),
            "4.5",
            "14.0",
            cast.MILL_PROBE,
            dry.lot,
        )
    return dry


def _grow(script: Script, field: Field, year: int, seed: str) -> str:
    season, sown = f"{year} {field.letter}", date(year, 4, 12)
    plot = f"{field.site.names['zh_Hans']} {field.mu}亩"
    cycle = begin_cycle(script, field.site, RICE, plot, season, sown - DAY)
    script.note("planting", moment(sown, "08:00"), field.site, cycle=cycle, crop=RICE, plot=plot,
                inputs=(RICE_SEED.of(seed, f"{field.mu * 4}"),))  # fmt: skip
    for month, day, used, rate in TREATMENTS:
        on = date(year, month, day) + timedelta(days=script.dice.between(0, 2, season, month))
        apply_input(script, field.site, cycle, used, seed, f"{Decimal(rate) * field.mu}", on)
    for month, day in ((6, 8), (7, 14)):
        celsius = script.dice.between(165, 215, "water", season, month)
        frost_watch(script, field.site, cycle, moment(date(year, month, day), "06:00"), str(celsius / 10),
                    cast.FIELD_STATION)  # fmt: skip
    return cycle


def _mill(script: Script, paddy: list[Portion], on: date) -> Portion:
    """Husk, whiten, sort: 62% whole rice, 7% broken, 8% bran, 20% husks, the rest dust."""
    total = sum((one.amount for one in paddy), Decimal(0))
    code = f"W{on:%y%m%d}"
    whole = MILLED_RICE.of(code, total * script.dice.between(612, 628, "whole", code) // 1000)
    outputs = (
        whole,
        BROKEN_RICE.of(code, total * 7 // 100),
        BRAN.of(code, total * 8 // 100),
        HUSKS.of(code, total // 5),
    )
    script.note("processing", moment(on, "16:40"), MILL, inputs=tuple(paddy), outputs=outputs)
    inspect(script, SONGHE_LAB, moment(on + 2 * DAY, "10:00"), whole.lot)
    return whole


def _bag(script: Script, rice_lot: Portion, product: Product, percent: int, on: date) -> Portion:
    taken = rice_lot.amount * percent // 100
    bags = product.of(f"D{on:%y%m%d}", int(taken * Decimal("0.995") / Decimal(product.holds_kg or "1")))
    clock = "10:00" if product is RICE_5 else "14:00"
    script.note("repacking", moment(on, clock), MILL, inputs=(Portion(rice_lot.lot, taken, rice_lot.uom),),
                outputs=(bags,))  # fmt: skip
    commit(script, MILL, moment(on, "17:30"), bags.lot)
    inspect(script, SONGHE_LAB, moment(on + 2 * DAY, "14:00"), bags.lot)
    return bags


def _to_market(script: Script, fives: Portion, tens: Portion, on: date) -> None:
    """Mixed pallets to Shanghai, by an ordinary truck."""
    units = [*pack_pallets(script, MILL, moment(on, "08:00"), _some(fives, 160), 2),
             *pack_pallets(script, MILL, moment(on, "09:00"), _some(tens, 60), 1)]  # fmt: skip
    haul(
        script,
        MILL,
        SHANGHAI_DC,
        moment(on, "11:00"),
        moment(on + 3 * DAY, "07:30"),
        units=units,
    )
    sell(script, SHANGHAI_DC, NANMEN_SHOP, on + 4 * DAY, _some(fives, 100), _some(tens, 40))
    retail(
        script, NANMEN_SHOP, RICE_5, fives.lot.code, ((on + n * DAY, 13) for n in (6, 8, 10, 13, 16))
    )
    retail(script, NANMEN_SHOP, RICE_10, tens.lot.code, ((on + n * DAY, 6) for n in (6, 9, 13, 17)))
    script.note(
        "loss",
        moment(on + 17 * DAY, "21:00"),
        NANMEN_SHOP,
        portions=(_some(fives, 2),),
        reason="damaged",
    )


def _by_products(script: Script, milled: Sequence[Portion], on: date) -> None:
    """Broken rice, bran and husks go to a feed trader; those of the later recall are still in the silo."""
    for lot in milled:
        sold = moment(on, "10:15")
        portions = (BROKEN_RICE.of(lot.lot.code, 250), BRAN.of(lot.lot.code, 300))
        papers = {"inv": script.number("IV", sold)}
        script.note("sale", sold, MILL, portions=portions, buyer=HEJING.gln, references=papers)
        on += DAY


def _to_shops(script: Script, fives: dict[str, Portion], tens: dict[str, Portion], year: int) -> None:
    for pack, product, (month, day), amount in (
        (fives["B"], RICE_5, (10, 20), 120), (tens["B"], RICE_10, (10, 21), 70),
        (fives["C"], RICE_5, (10, 22), 150), (fives["CD"], RICE_5, (10, 23), 90), (tens["CD"], RICE_10, (10, 24), 50),
    ):  # fmt: skip
        on = date(year, month, day)
        sell(script, MILL, CHENJI_SHOP, on, _some(pack, amount))
        retail(
            script,
            CHENJI_SHOP,
            product,
            pack.lot.code,
            ((on + n * DAY, amount // 9) for n in (2, 4, 6, 8)),
        )


def _recall(script: Script, bad: Portion, blended: Portion, paddy: Portion, on: date) -> None:
    """A bag from the shelf fails; the mill holds what it suspects, and recalls from the paddy down."""
    inspect(script, SONGHE_LAB, moment(on, "15:30"), bad.lot, passed=False,
            note="Cadmium 0.28 mg/kg, U = 0.03; the limit is 0.2 mg/kg.")  # fmt: skip
    script.note("hold", moment(on + DAY, "09:00"), MILL, lots=(paddy.lot, blended.lot), code="manual",
                reason="Same field as the bag that failed.")  # fmt: skip
    inspect(script, SONGHE_LAB, moment(on + 3 * DAY, "11:00"), paddy.lot, passed=False,
            note="Cadmium 0.31 mg/kg in the paddy of the river field.")  # fmt: skip
    script.recall(
        DAOXI,
        moment(on + 3 * DAY, "14:00"),
        [paddy.lot],
        "Cadmium above the limit in the paddy of one field.",
    )


def _take_back(script: Script, fives: dict[str, Portion], on: date) -> None:
    """The shop takes bags back from customers and destroys them with what it has; the mill destroys its own."""
    for name, returned, at_shop, minutes in (("C", 41, 86, 0), ("CD", 22, 50, 15)):
        bags = fives[name]
        delay = timedelta(minutes=minutes)
        back = moment(on, "19:30") + delay
        script.note("return", back, CHENJI_SHOP, portions=(_some(bags, returned),), reason="recalled",
                    references={"rma": script.number("RM", back)})  # fmt: skip
        script.note("destruction", moment(on + 2 * DAY, "15:00") + delay, CHENJI_SHOP, witness=WITNESS,
                    portions=(_some(bags, returned + at_shop),), reason="recalled, burnt for power")  # fmt: skip
    mill_lot = fives["C"]
    rest = _some(mill_lot, int(mill_lot.amount) - 150)
    script.note("destruction", moment(on + 3 * DAY, "11:00"), MILL, portions=(rest,), witness=WITNESS, reason="recalled, burnt for power")


def _winter(script: Script, dried: dict[str, Portion], year: int) -> None:
    for letter, on in (
        ("A", date(year + 1, 1, 8)),
        ("B", date(year + 1, 2, 20)),
        ("D", date(year + 1, 4, 2)),
    ):
        whole = _mill(script, [_some(dried[letter], 2200)], on)
        bags = _bag(script, whole, RICE_5, 97, on + 3 * DAY)
        sell(script, MILL, CHENJI_SHOP, on + 8 * DAY, _some(bags, 200))
        retail(
            script,
            CHENJI_SHOP,
            RICE_5,
            bags.lot.code,
            ((on + n * DAY, 31) for n in (10, 15, 22, 30, 41)),
        )
