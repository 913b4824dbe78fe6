"""Oolong of 安溪: spring tea around 立夏, autumn tea around 寒露; leaf, raw tea, refined blends, boxes and bags.

Four to five kilograms of leaf give one of raw tea; picking out stalks takes another fifth.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lotproof.demo import cast
from lotproof.demo.cast import (
    CHENJI,
    CHENJI_SHOP,
    HEJING,
    LANSHAN,
    LANSHAN_LAB,
    SHANGHAI_DC,
    SHIJIAN,
    TEA_HOUSE,
    TEA_LOGGER,
    TEA_WORKS,
    TINGYU,
    WITNESS,
    WUPING,
    YUNXIU,
    Organisation,
    Site,
)
from lotproof.demo.catalogue import (
    COMPOST,
    INDOXACARB,
    LIME_SULPHUR,
    MATRINE,
    RAW_TEA,
    REFINED_TEA,
    TEA,
    TEA_BAG,
    TEA_LEAF,
    TEA_STALKS,
    TEA_TIN,
    Input,
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
class Garden:
    """A garden that is picked on its own days. leaf_kg: of one day."""

    letter: str
    farm: Organisation
    site: Site
    leaf_kg: int


GARDENS = (
    Garden("U", SHIJIAN, cast.UPPER_GARDEN, 410),
    Garden("L", SHIJIAN, cast.LOWER_GARDEN, 380),
    Garden("N", WUPING, cast.NORTH_GARDEN, 430),
    Garden("S", WUPING, cast.SOUTH_GARDEN, 360),
)


@dataclass(frozen=True, slots=True)
class Flush:
    """One of the year's two harvests. treatments: (month, day, input, amount per garden)."""

    name: str
    treatments: tuple[tuple[int, int, Input, str], ...]
    watched: tuple[int, int]
    picks: tuple[tuple[int, int], ...]


SPRING = Flush("spring", ((2, 26, COMPOST, "800"), (4, 8, MATRINE, "1.2")), (3, 20), ((4, 29), (5, 4)))
AUTUMN = Flush("autumn", ((7, 15, COMPOST, "500"), (8, 12, INDOXACARB, "0.9"), (9, 2, MATRINE, "1.1")), (9, 12),
               ((9, 26), (10, 2)))  # fmt: skip

Raw = dict[str, Portion]
"""Raw tea by farm and pick, such as "SHIJIAN1"."""


def tea(script: Script, year: int) -> None:
    """Write both harvests of a year."""
    for used, amount in ((COMPOST, "9000"), (MATRINE, "14"), (INDOXACARB, "6"), (LIME_SULPHUR, "80")):
        supply(script, cast.SUPPLIES_YARD, used.product, f"T{year % 100}", amount, TEA_WORKS,
               date(year, 2, 24))  # fmt: skip
    spring = _grow_and_make(script, year, SPRING)
    _spring_teas(script, spring, date(year, 5, 16))
    autumn = _grow_and_make(script, year, AUTUMN)
    _autumn_teas(script, autumn, date(year, 10, 14))
    for garden in GARDENS:
        cycle = begin_cycle(script, garden.site, TEA, garden.site.names["zh_Hans"],
                            f"{year + 1} {garden.letter} winter care", date(year, 11, 28))  # fmt: skip
        apply_input(
            script, garden.site, cycle, LIME_SULPHUR, f"T{year % 100}", "12", date(year, 12, 2)
        )


def _grow_and_make(script: Script, year: int, flush: Flush) -> Raw:
    """Grow, pick and make raw tea; each farm's two gardens are withered and rolled together."""
    cycles = {garden.letter: _grow(script, garden, year, flush) for garden in GARDENS}
    raw: Raw = {}
    for at, (month, day) in enumerate(flush.picks, 1):
        on = date(year, month, day)
        for farm, name in ((SHIJIAN, "SHIJIAN"), (WUPING, "WUPING")):
            gardens = [garden for garden in GARDENS if garden.farm is farm]
            leaf = [_pick(script, garden, cycles[garden.letter], on) for garden in gardens]
            raw[f"{name}{at}"] = _make_raw(
                script, farm, gardens[0].site, leaf, on, f"M{on:%y%m%d}{gardens[0].letter}"
            )
    return raw


def _grow(script: Script, garden: Garden, year: int, flush: Flush) -> str:
    season = f"{year} {garden.letter} {flush.name}"
    month, day, *_ = flush.treatments[0]
    cycle = begin_cycle(script, garden.site, TEA, garden.site.names["zh_Hans"], season,
                        date(year, month, day) - DAY)  # fmt: skip
    for month, day, used, amount in flush.treatments:
        on = date(year, month, day) + timedelta(days=script.dice.between(0, 2, season, month))
        apply_input(script, garden.site, cycle, used, f"T{year % 100}", amount, on)
    watched = moment(date(year, *flush.watched), "05:30")
    celsius = (
        script.dice.between(31, 78, season) if flush is SPRING else script.dice.between(171, 214, season)
    )
    frost_watch(script, garden.site, cycle, watched, str(celsius / 10), TEA_LOGGER)
    return cycle


def _pick(script: Script, garden: Garden, cycle: str, on: date) -> Portion:
    """Pick in the dry hours around noon."""
    kg = script.dice.about(garden.leaf_kg, "leaf", garden.letter, on)
    leaf = TEA_LEAF.of(f"{garden.letter}{on:%y%m%d}", kg)
    script.note("harvest", moment(on, "14:40"), garden.site, portions=(leaf,), cycle=cycle,
                plot=garden.site.names["zh_Hans"], harvested_on=on)  # fmt: skip
    return leaf


def _make_raw(
    script: Script, farm: Organisation, site: Site, leaf: list[Portion], on: date, code: str
) -> Portion:
    commit(script, site, moment(on, "15:00"), *(one.lot for one in leaf))
    haul(script, site, TEA_WORKS, moment(on, "15:30"), moment(on, "16:20"), portions=leaf)
    total = sum((one.amount for one in leaf), Decimal(0))
    raw = RAW_TEA.of(code, total * script.dice.between(215, 236, "raw", code) // 1000)
    script.note(
        "processing", moment(on + DAY, "13:30"), TEA_WORKS, inputs=tuple(leaf), outputs=(raw,)
    )
    clean = code[1:] != f"{on:%y}0504N"
    note = None if clean else "Acetamiprid above the limit; drift from a neighbour's field is suspected."
    reported = moment(on + 5 * DAY, "11:00")
    inspect(script, LANSHAN_LAB, reported, raw.lot, passed=clean, note=note)
    store(script, TEA_WORKS, moment(on + 6 * DAY, "08:00"), "3.2", "4.9", TEA_LOGGER, raw.lot)
    return raw


def _spring_teas(script: Script, raw: Raw, on: date) -> None:
    """One raw lot failed and is destroyed before a witness; the others become one blend."""
    bad = raw["WUPING2"]
    script.note("destruction", moment(on - 2 * DAY, "15:00"), TEA_WORKS, portions=(bad,),
                reason="residue above the limit", witness=WITNESS)  # fmt: skip
    blend = _blend(script, [raw["SHIJIAN1"], raw["SHIJIAN2"], raw["WUPING1"]], on, "K1")
    tins = _fill(script, blend, TEA_TIN, Decimal(200), on + 8 * DAY)
    bags = _fill(script, blend, TEA_BAG, blend.amount - 200, on + 9 * DAY)
    _to_tea_house(script, tins, on + 12 * DAY, 460, (40, 36, 44, 31, 52, 38, 47, 29))
    _to_market(script, bags, on + 13 * DAY)


def _autumn_teas(script: Script, raw: Raw, on: date) -> None:
    """Two blends; the second also takes a part of the first day's best tea."""
    first = raw["SHIJIAN1"]
    part = Portion(first.lot, Decimal(60), first.uom)
    rest = Portion(first.lot, first.amount - 60, first.uom)
    blend_1 = _blend(script, [rest, raw["SHIJIAN2"]], on, "K1")
    blend_2 = _blend(script, [part, raw["WUPING1"], raw["WUPING2"]], on + DAY, "K2")
    tins = _fill(script, blend_1, TEA_TIN, blend_1.amount, on + 7 * DAY)
    bags = _fill(script, blend_2, TEA_BAG, Decimal(160), on + 8 * DAY)
    more = _fill(script, blend_2, TEA_TIN, Decimal(60), on + 9 * DAY)
    _to_tea_house(script, tins, on + 10 * DAY, 600, (55, 61, 47, 39, 58, 50, 36, 44))
    _to_market(script, bags, on + 11 * DAY)
    sell(
        script, TEA_WORKS, TEA_HOUSE, on + 16 * DAY, Portion(more.lot, Decimal(120), more.uom)
    )
    retail(
        script,
        TEA_HOUSE,
        TEA_TIN,
        more.lot.code,
        ((on + n * DAY, 17) for n in (18, 20, 22, 40, 62, 85)),
    )


def _blend(script: Script, raw: list[Portion], on: date, name: str) -> Portion:
    """Pick out stalks, blend and fire: raw lots merge into one."""
    total = sum((one.amount for one in raw), Decimal(0))
    code = f"{name}-{on:%y%m%d}"
    refined = REFINED_TEA.of(code, total * script.dice.between(760, 800, "refined", code) // 1000)
    stalks = TEA_STALKS.of(code, total * script.dice.between(150, 180, "stalks", code) // 1000)
    script.note(
        "processing", moment(on, "17:00"), TEA_WORKS, inputs=tuple(raw), outputs=(refined, stalks)
    )
    inspect(script, LANSHAN_LAB, moment(on + 5 * DAY, "10:30"), refined.lot)
    store(script, TEA_WORKS, moment(on + 6 * DAY, "08:00"), "3.0", "4.6", TEA_LOGGER, refined.lot)
    return refined


def _fill(script: Script, refined: Portion, product: Product, kg: Decimal, on: date) -> Portion:
    """Fill boxes or bags; about 1% is lost."""
    packs = product.of(f"F{on:%y%m%d}", int(kg * Decimal("0.99") / Decimal(product.holds_kg or "1")))
    script.note("repacking", moment(on, "11:00"), TEA_WORKS,
                inputs=(Portion(refined.lot, kg, refined.uom),), outputs=(packs,))  # fmt: skip
    commit(script, TEA_WORKS, moment(on, "16:00"), packs.lot)
    inspect(script, LANSHAN_LAB, moment(on + 2 * DAY, "09:30"), packs.lot)
    return packs


def _to_tea_house(script: Script, tins: Portion, on: date, amount: int, sold: tuple[int, ...]) -> None:
    crates = pack_pallets(
        script, TEA_WORKS, moment(on, "08:30"), Portion(tins.lot, Decimal(amount), tins.uom), 2
    )
    haul(script, TEA_WORKS, TEA_HOUSE, moment(on, "10:00"), moment(on, "15:30"), units=crates)
    days = ((on + (2 + 3 * n) * DAY, boxes) for n, boxes in enumerate(sold))
    retail(script, TEA_HOUSE, TEA_TIN, tins.lot.code, days)


def _to_market(script: Script, bags: Portion, on: date) -> None:
    half = Portion(bags.lot, bags.amount // 2, bags.uom)
    crates = pack_pallets(script, TEA_WORKS, moment(on, "08:30"), half, 1)
    haul(
        script,
        TEA_WORKS,
        SHANGHAI_DC,
        moment(on, "10:30"),
        moment(on + 2 * DAY, "07:10"),
        units=crates,
    )
    sell(
        script,
        SHANGHAI_DC,
        CHENJI_SHOP,
        on + 3 * DAY,
        Portion(bags.lot, half.amount // 2, bags.uom),
    )
    retail(
        script,
        CHENJI_SHOP,
        TEA_BAG,
        bags.lot.code,
        ((on + n * DAY, 9) for n in (5, 7, 9, 12, 14, 30, 51)),
    )
