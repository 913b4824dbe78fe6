"""Oolong of 安溪: spring tea around 立夏, autumn tea around 寒露; leaf, raw tea, refined blends, boxes and bags.

Four to five kilograms of leaf give one of raw tea; picking out stalks takes another fifth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lotproof.demo import cast
from lotproof.demo.cast import (
    CHENJI_SHOP,
    LANSHAN_LAB,
    SHANGHAI_DC,
    SHIJIAN,
    TEA_HOUSE,
    TEA_LOGGER,
    TEA_WORKS,
    WITNESS,
    WUPING,
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
    haul,
    inspect,
    pack_pallets,
    read_station,
    retail,
    sell,
    some,
    store,
    supply,
)
from lotproof.demo.script import Script, moment
from lotproof.lots.native import Portion


@dataclass(frozen=True, slots=True)
class Garden:
    """A garden that is picked on its own days. leaf_kg: of one day."""

    letter: str
    site: Site
    leaf_kg: int


GARDENS = (
    Garden("U", cast.UPPER_GARDEN, 410),
    Garden("L", cast.LOWER_GARDEN, 380),
    Garden("N", cast.NORTH_GARDEN, 430),
    Garden("S", cast.SOUTH_GARDEN, 360),
)


@dataclass(frozen=True, slots=True)
class Flush:
    """One of the year's two harvests. treatments: (month, day, input, amount per garden).

    dawn: tenths of a degree that a spring or autumn dawn may have.  spoilt: the raw lot with drifted residue.
    """

    name: str
    treatments: tuple[tuple[int, int, Input, str], ...]
    watched: tuple[int, int]
    dawn: tuple[int, int]
    picks: tuple[tuple[int, int], ...]
    spoilt: str | None = None


SPRING = Flush(
    "spring",
    ((2, 26, COMPOST, "800"), (4, 8, MATRINE, "1.2")),
    (3, 20),
    (31, 78),
    ((4, 29), (5, 4)),
    "WUPING2",
)
AUTUMN = Flush(
    "autumn",
    ((7, 15, COMPOST, "500"), (8, 12, INDOXACARB, "0.9"), (9, 2, MATRINE, "1.1")),
    (9, 12),
    (171, 214),
    ((9, 26), (10, 2)),
)

Raw = dict[str, Portion]
"""Raw tea by farm and pick, such as "SHIJIAN1"."""


def tea(script: Script, year: int) -> None:
    """Write both harvests of a year."""
    for used, amount in ((COMPOST, "9000"), (MATRINE, "14"), (INDOXACARB, "6"), (LIME_SULPHUR, "80")):
        supply(script, cast.SUPPLIES_YARD, used.product, _stock(year), amount, TEA_WORKS, date(year, 2, 24))
    _spring_teas(script, _grow_and_make(script, year, SPRING), date(year, 5, 16))
    _autumn_teas(script, _grow_and_make(script, year, AUTUMN), date(year, 10, 14))
    for garden in GARDENS:
        plot, season = garden.site.names["zh_Hans"], f"{year + 1} {garden.letter} winter care"
        cycle = begin_cycle(script, garden.site, TEA, plot, season, date(year, 11, 28))
        apply_input(script, garden.site, cycle, LIME_SULPHUR, _stock(year), "12", date(year, 12, 2))


def _stock(year: int) -> str:
    return f"T{year % 100}"


def _grow_and_make(script: Script, year: int, flush: Flush) -> Raw:
    """Grow, pick and make raw tea; each farm's two gardens are withered and rolled together."""
    cycles = {garden.letter: _grow(script, garden, year, flush) for garden in GARDENS}
    raw: Raw = {}
    for at, (month, day) in enumerate(flush.picks, 1):
        on = date(year, month, day)
        for farm, name in ((SHIJIAN, "SHIJIAN"), (WUPING, "WUPING")):
            gardens = [garden for garden in GARDENS if garden.site.owner is farm]
            leaf = [_pick(script, garden, cycles[garden.letter], on) for garden in gardens]
            is_clean = f"{name}{at}" != flush.spoilt
            raw[f"{name}{at}"] = _make_raw(script, gardens[0], leaf, on, is_clean=is_clean)
    return raw


def _grow(script: Script, garden: Garden, year: int, flush: Flush) -> str:
    site, season = garden.site, f"{year} {garden.letter} {flush.name}"
    began = date(year, *flush.treatments[0][:2]) - DAY
    cycle = begin_cycle(script, site, TEA, site.names["zh_Hans"], season, began)
    for month, day, used, amount in flush.treatments:
        on = date(year, month, day) + timedelta(days=script.dice.between(0, 2, season, month))
        apply_input(script, site, cycle, used, _stock(year), amount, on)
    dawn = script.dice.between(*flush.dawn, season) / 10
    read_station(script, site, cycle, moment(date(year, *flush.watched), "05:30"), str(dawn), TEA_LOGGER)
    return cycle


def _pick(script: Script, garden: Garden, cycle: str, on: date) -> Portion:
    """Pick in the dry hours around noon."""
    kg = script.dice.about(garden.leaf_kg, "leaf", garden.letter, on)
    leaf = TEA_LEAF.of(f"{garden.letter}{on:%y%m%d}", kg)
    stated: dict[str, Any] = {"cycle": cycle, "plot": garden.site.names["zh_Hans"], "harvested_on": on}
    script.note("harvest", moment(on, "14:40"), garden.site, portions=(leaf,), **stated)
    return leaf


def _make_raw(
    script: Script, garden: Garden, leaf: Sequence[Portion], on: date, *, is_clean: bool
) -> Portion:
    """Bring the leaf of a farm to the works on the day, and make it overnight."""
    code, site = f"M{on:%y%m%d}{garden.letter}", garden.site
    commit(script, site, moment(on, "15:00"), *(one.lot for one in leaf))
    haul(script, site, TEA_WORKS, moment(on, "15:30"), moment(on, "16:20"), portions=leaf)
    total = sum((one.amount for one in leaf), Decimal(0))
    raw = RAW_TEA.of(code, total * script.dice.between(215, 236, "raw", code) // 1000)
    script.note("processing", moment(on + DAY, "13:30"), TEA_WORKS, inputs=tuple(leaf), outputs=(raw,))
    note = None if is_clean else "Acetamiprid above the limit; drift from a neighbour's field is suspected."
    inspect(script, LANSHAN_LAB, moment(on + 5 * DAY, "11:00"), raw.lot, passed=is_clean, note=note)
    store(script, TEA_WORKS, moment(on + 6 * DAY, "08:00"), "3.2", "4.9", TEA_LOGGER, raw.lot)
    return raw


def _spring_teas(script: Script, raw: Raw, on: date) -> None:
    """One raw lot failed and is destroyed before a witness; the others become one blend."""
    bad, why = raw["WUPING2"], "residue above the limit"
    gone = moment(on - 2 * DAY, "15:00")
    script.note("destruction", gone, TEA_WORKS, portions=(bad,), reason=why, witness=WITNESS)
    blend = _blend(script, [raw["SHIJIAN1"], raw["SHIJIAN2"], raw["WUPING1"]], on, "K1")
    tins = _fill(script, some(blend, 200), TEA_TIN, on + 8 * DAY)
    bags = _fill(script, some(blend, blend.amount - 200), TEA_BAG, on + 9 * DAY)
    _to_tea_house(script, some(tins, 460), on + 12 * DAY, (40, 36, 44, 31, 52, 38, 47, 29))
    _to_market(script, bags, on + 13 * DAY)


def _autumn_teas(script: Script, raw: Raw, on: date) -> None:
    """Two blends; the second also takes a part of the first day's best tea."""
    first = raw["SHIJIAN1"]
    part, rest = some(first, 60), some(first, first.amount - 60)
    blend_1 = _blend(script, [rest, raw["SHIJIAN2"]], on, "K1")
    blend_2 = _blend(script, [part, raw["WUPING1"], raw["WUPING2"]], on + DAY, "K2")
    tins = _fill(script, blend_1, TEA_TIN, on + 7 * DAY)
    bags = _fill(script, some(blend_2, 160), TEA_BAG, on + 8 * DAY)
    more = _fill(script, some(blend_2, 60), TEA_TIN, on + 9 * DAY)
    _to_tea_house(script, some(tins, 600), on + 10 * DAY, (55, 61, 47, 39, 58, 50, 36, 44))
    _to_market(script, bags, on + 11 * DAY)
    sell(script, TEA_WORKS, TEA_HOUSE, on + 16 * DAY, some(more, 120))
    retail(script, TEA_HOUSE, more, ((on + n * DAY, 17) for n in (18, 20, 22, 40, 62, 85)))


def _blend(script: Script, raw: Sequence[Portion], on: date, name: str) -> Portion:
    """Pick out stalks, blend and fire: raw lots merge into one."""
    total = sum((one.amount for one in raw), Decimal(0))
    code = f"{name}-{on:%y%m%d}"
    refined = REFINED_TEA.of(code, total * script.dice.between(760, 800, "refined", code) // 1000)
    stalks = TEA_STALKS.of(code, total * script.dice.between(150, 180, "stalks", code) // 1000)
    script.note("processing", moment(on, "17:00"), TEA_WORKS, inputs=tuple(raw), outputs=(refined, stalks))
    inspect(script, LANSHAN_LAB, moment(on + 5 * DAY, "10:30"), refined.lot)
    store(script, TEA_WORKS, moment(on + 6 * DAY, "08:00"), "3.0", "4.6", TEA_LOGGER, refined.lot)
    return refined


def _fill(script: Script, refined: Portion, product: Product, on: date) -> Portion:
    """Fill boxes or bags; about 1% is lost."""
    full = refined.amount * Decimal("0.99") // Decimal(product.holds_kg or "1")
    packs = product.of(f"F{on:%y%m%d}", full)
    script.note("repacking", moment(on, "11:00"), TEA_WORKS, inputs=(refined,), outputs=(packs,))
    commit(script, TEA_WORKS, moment(on, "16:00"), packs.lot)
    inspect(script, LANSHAN_LAB, moment(on + 2 * DAY, "09:30"), packs.lot)
    return packs


def _to_tea_house(script: Script, tins: Portion, on: date, sold: Sequence[int]) -> None:
    crates = pack_pallets(script, TEA_WORKS, moment(on, "08:30"), tins, 2)
    haul(script, TEA_WORKS, TEA_HOUSE, moment(on, "10:00"), moment(on, "15:30"), units=crates)
    retail(script, TEA_HOUSE, tins, ((on + (2 + 3 * n) * DAY, boxes) for n, boxes in enumerate(sold)))


def _to_market(script: Script, bags: Portion, on: date) -> None:
    sent = some(bags, bags.amount // 2)
    crates = pack_pallets(script, TEA_WORKS, moment(on, "08:30"), sent, 1)
    haul(script, TEA_WORKS, SHANGHAI_DC, moment(on, "10:30"), moment(on + 2 * DAY, "07:10"), units=crates)
    sell(script, SHANGHAI_DC, CHENJI_SHOP, on + 3 * DAY, some(bags, sent.amount // 2))
    retail(script, CHENJI_SHOP, bags, ((on + n * DAY, 9) for n in (5, 7, 9, 12, 14, 30, 51)))
