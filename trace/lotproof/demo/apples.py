"""Apples from the cold store to the shops: packing, pallets, a cold leg that got too warm, gift boxes, returns."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lotproof.demo import cast
from lotproof.demo.cast import (
    CHENJI,
    CHENJI_SHOP,
    COLD_STORE,
    HEJING,
    LANLING,
    NANMEN,
    NANMEN_SHOP,
    PACKHOUSE,
    PENGYU,
    SHANGHAI_DC,
    WITNESS,
)
from lotproof.demo.catalogue import (
    FUJI_75,
    FUJI_80,
    FUJI_BULK,
    FUJI_GIFT,
    GALA_BAG,
    GALA_BULK,
    JUICE_APPLES,
    VENUS_BULK,
    VENUS_CASE,
    Product,
)
from lotproof.demo.legs import DAY, commit, haul, inspect, pack_pallets, retail, sell, store
from lotproof.demo.orchards import grow_and_pick
from lotproof.demo.script import Script, moment
from lotproof.lots.native import Portion


@dataclass(frozen=True, slots=True)
class Run:
    """One packing: kilograms in by pick (None: all that is left of it), and percent of them for each pack."""

    on: tuple[int, int]
    product: Product
    takes: tuple[tuple[str, int | None], ...]
    packs: tuple[tuple[Product, int], ...]


RUNS = (
    Run((8, 18), GALA_BULK, (("V0814", None),), ((GALA_BAG, 72),)),
    Run((10, 18), FUJI_BULK, (("E1012", None),), ((FUJI_80, 52), (FUJI_75, 30))),
    Run((10, 20), FUJI_BULK, (("R1013", None),), ((FUJI_80, 48), (FUJI_75, 33))),
    Run((10, 22), FUJI_BULK, (("T1014", None),), ((FUJI_80, 55), (FUJI_75, 29))),
    Run((10, 26), FUJI_BULK, (("T1022", 1400), ("E1020", 1000)), ((FUJI_80, 54), (FUJI_75, 31))),
    Run((10, 29), VENUS_BULK, (("G1024", None),), ((VENUS_CASE, 74),)),
)
LATE_RUNS = (
    Run((1, 12), FUJI_BULK, (("R1021", None),), ((FUJI_80, 49), (FUJI_75, 34))),
    Run((3, 9), FUJI_BULK, (("T1022", None), ("E1020", None)), ((FUJI_80, 46), (FUJI_75, 35))),
)
"""After New Year, from what stayed in the cold store."""


class Stock:
    """What is left of each lot while the script is written."""

    def __init__(self, year: int, picked: dict[str, int]) -> None:
        self._year = year
        self._left = {code: Decimal(kg) for code, kg in picked.items()}

    def take(self, run: Run) -> list[Portion]:
        """Return the portions of the picks that go into a packing."""
        taken = []
        for short, kg in run.takes:
            code = f"{short[0]}{self._year % 100}{short[1:]}"
            amount = self._left[code] if kg is None else Decimal(kg)
            self._left[code] -= amount
            taken.append(run.product.of(code, amount))
        return taken


def apples(script: Script, year: int) -> None:
    """Write the apple year that ends in November, with what the cold store keeps beyond it."""
    stock = Stock(year, grow_and_pick(script, year))
    packed = {run.on: _pack(script, stock, run, date(year, *run.on)) for run in RUNS}
    _gala(script, packed[8, 18], date(year, 8, 20))
    _to_shanghai(script, packed[10, 18][0], date(year, 10, 24))
    _gift_boxes(script, packed[10, 18][0], date(year, 10, 27))
    _to_beijing(script, packed[10, 20], date(year, 10, 24))
    _small_sales(script, packed, year)
    _venus(script, packed[10, 29][0], date(year, 11, 1))
    for month in (11, 12, 13, 14):
        on = date(year + (month > 12), (month - 1) % 12 + 1, 18)
        kept = [FUJI_BULK.lot(f"{letter}{year % 100}{rest}") for letter, rest in (("R", "1021"), ("T", "1022"), ("E", "1020"))]
        store(script, PENGYU, COLD_STORE, moment(on, "08:00"), "0.1", "0.8", cast.COLD_ROOM_LOGGER, *kept)
    for run in LATE_RUNS:
        on = date(year + 1, *run.on)
        for pack in _pack(script, stock, run, on):
            _late_sale(script, pack, on + 4 * DAY)


def _pack(script: Script, stock: Stock, run: Run, on: date) -> list[Portion]:
    """Sort and pack; what is too small goes to the juice press, about 2% is waste."""
    inputs = stock.take(run)
    total = sum((one.amount for one in inputs), Decimal(0))
    code = f"P{on:%y%m%d}"
    outputs = []
    for product, percent in run.packs:
        packages = total * percent // 100 // Decimal(product.holds_kg or "1")
        outputs.append(product.of(code, packages))
    boxed = sum(
        (one.amount * Decimal(product.holds_kg or "1") for one, (product, _) in zip(outputs, run.packs, strict=True)),
        Decimal(0),
    )
    waste = total * script.dice.between(15, 24, "waste", code) // 1000
    juice = JUICE_APPLES.of(code, total - boxed - waste)
    lots = [one.lot for one in outputs]
    script.note(LANLING, "initial_packing", moment(on, "09:30"), PACKHOUSE, inputs=tuple(inputs), outputs=(*outputs, juice))
    commit(script, LANLING, PACKHOUSE, moment(on, "16:00"), *lots)
    inspect(script, cast.HAIJIAO, cast.HAIJIAO_LAB, moment(on + 2 * DAY, "15:00"), *lots)
    store(script, LANLING, PACKHOUSE, moment(on + 3 * DAY, "08:00"), "0.4", "1.6", cast.COLD_ROOM_LOGGER, *lots)
    script.note(LANLING, "sale", moment(on + DAY, "10:00"), PACKHOUSE, portions=(juice,), buyer=HEJING.gln,
                references={"inv": script.number("IV", moment(on, "10:00"))})  # fmt: skip
    return outputs


def _part(of: Portion, amount: int) -> Portion:
    return Portion(of.lot, Decimal(amount), of.uom)


def _to_shanghai(script: Script, pack: Portion, on: date) -> None:
    """The good apple: two pallets to Shanghai, on to the shop, and over the counter."""
    sent = _part(pack, 100)
    pallets = pack_pallets(script, LANLING, PACKHOUSE, moment(on, "08:10"), sent, 2)
    haul(script, LANLING, PACKHOUSE, HEJING, SHANGHAI_DC, moment(on, "10:30"), moment(on + DAY, "06:40"), units=pallets,
         temperature=("0.6", "3.1"))  # fmt: skip
    store(script, HEJING, SHANGHAI_DC, moment(on + 2 * DAY, "07:00"), "1.2", "2.4", cast.TRUCK_LOGGER, pack.lot)
    sell(script, HEJING, SHANGHAI_DC, NANMEN, NANMEN_SHOP, on + 2 * DAY, _part(pack, 60))
    sell(script, HEJING, SHANGHAI_DC, CHENJI, CHENJI_SHOP, on + 3 * DAY, _part(pack, 40))
    start = on + 3 * DAY
    retail(script, NANMEN, NANMEN_SHOP, FUJI_80, pack.lot.code, ((start + n * DAY, 11 - n % 3) for n in range(5)))
    retail(script, CHENJI, CHENJI_SHOP, FUJI_80, pack.lot.code, ((start + n * DAY, 9) for n in (2, 3, 5, 6)))
    back, gone = moment(start + 6 * DAY, "11:00"), moment(start + 7 * DAY, "19:00")
    script.note(NANMEN, "return", back, NANMEN_SHOP, portions=(_part(pack, 1),), reason="bruised",
                references={"rma": script.number("RM", back)})  # fmt: skip
    script.note(NANMEN, "destruction", gone, NANMEN_SHOP, portions=(_part(pack, 1),), reason="bruised, to compost",
                witness=WITNESS)  # fmt: skip
    script.note(NANMEN, "loss", gone + timedelta(minutes=10), NANMEN_SHOP, portions=(_part(pack, 1),), reason="damaged")


def _gift_boxes(script: Script, pack: Portion, on: date) -> None:
    """A fifth of the cases is opened again and packed in gift boxes."""
    code = f"B{on:%y%m%d}"
    boxes = FUJI_GIFT.of(code, 66)
    script.note(LANLING, "repacking", moment(on, "13:00"), PACKHOUSE, inputs=(_part(pack, 20),), outputs=(boxes,))
    commit(script, LANLING, PACKHOUSE, moment(on, "17:00"), boxes.lot)
    inspect(script, cast.HAIJIAO, cast.HAIJIAO_LAB, moment(on + 2 * DAY, "10:00"), boxes.lot)
    sell(script, LANLING, PACKHOUSE, CHENJI, CHENJI_SHOP, on + 3 * DAY, _part(boxes, 40))
    retail(script, CHENJI, CHENJI_SHOP, FUJI_GIFT, code, ((on + n * DAY, 6) for n in (5, 6, 7, 9, 10)))
    script.note(LANLING, "count", moment(on + 12 * DAY, "18:00"), PACKHOUSE, portions=(_part(boxes, 35),),
                reason="one box short")  # fmt: skip


def _to_beijing(script: Script, packs: list[Portion], on: date) -> None:
    """The leg that got too warm: what was in the truck is held at the shop's door and stays held."""
    large, small = packs
    load = _part(small, 60)
    pallets = pack_pallets(script, LANLING, PACKHOUSE, moment(on, "08:30"), load, 1)
    haul(script, LANLING, PACKHOUSE, CHENJI, CHENJI_SHOP, moment(on, "11:00"), moment(on + DAY, "07:20"), units=pallets,
         temperature=("1.4", "13.6"))  # fmt: skip
    script.note(CHENJI, "sampling", moment(on + DAY, "10:00"), CHENJI_SHOP, lots=(small.lot,),
                note="Firmness 6.1 kg/cm², core temperature 9.8 °C on arrival.")  # fmt: skip
    sell(script, LANLING, PACKHOUSE, NANMEN, NANMEN_SHOP, on + 2 * DAY, _part(large, 70))
    retail(script, NANMEN, NANMEN_SHOP, large_product(large), large.lot.code, ((on + n * DAY, 14) for n in (4, 5, 6, 7)))
    sell(script, LANLING, PACKHOUSE, CHENJI, CHENJI_SHOP, on + 5 * DAY, _part(large, 30))


def large_product(_portion: Portion) -> Product:
    """The large fruit is always packed as 80 mm."""
    return FUJI_80


def _small_sales(script: Script, packed: dict[tuple[int, int], list[Portion]], year: int) -> None:
    for (run, place), (month, day), amount, buyer in (
        (((10, 18), 1), (10, 23), 50, "nanmen"), (((10, 22), 0), (10, 27), 80, "nanmen"),
        (((10, 22), 1), (10, 28), 60, "chenji"), (((10, 26), 0), (10, 31), 70, "chenji"),
        (((10, 26), 1), (11, 1), 40, "nanmen"),
    ):  # fmt: skip
        pack, on = packed[run][place], date(year, month, day)
        keeper, shop = (NANMEN, NANMEN_SHOP) if buyer == "nanmen" else (CHENJI, CHENJI_SHOP)
        product = (FUJI_80, FUJI_75)[place]
        sell(script, LANLING, PACKHOUSE, keeper, shop, on, _part(pack, amount))
        each = amount // 4
        retail(script, keeper, shop, product, pack.lot.code, ((on + n * DAY, each) for n in (2, 3, 4)))


def _gala(script: Script, packs: list[Portion], on: date) -> None:
    """Summer fruit: sold out within three weeks."""
    bags = packs[0]
    units = pack_pallets(script, LANLING, PACKHOUSE, moment(on, "09:00"), bags, 4)
    haul(script, LANLING, PACKHOUSE, HEJING, SHANGHAI_DC, moment(on, "11:30"), moment(on + DAY, "07:00"), units=units,
         temperature=("0.8", "3.4"))  # fmt: skip
    half = int(bags.amount) // 2
    sell(script, HEJING, SHANGHAI_DC, NANMEN, NANMEN_SHOP, on + 2 * DAY, _part(bags, half))
    sell(script, HEJING, SHANGHAI_DC, CHENJI, CHENJI_SHOP, on + 3 * DAY, _part(bags, int(bags.amount) - half))
    left, n = int(bags.amount), 5
    while left:
        some = min(left, 210)
        keeper, shop = (NANMEN, NANMEN_SHOP) if n % 2 else (CHENJI, CHENJI_SHOP)
        retail(script, keeper, shop, GALA_BAG, bags.lot.code, [(on + n * DAY, some)])
        left, n = left - some, n + 2


def _venus(script: Script, cases: Portion, on: date) -> None:
    sell(script, LANLING, PACKHOUSE, NANMEN, NANMEN_SHOP, on, _part(cases, 90))
    retail(script, NANMEN, NANMEN_SHOP, VENUS_CASE, cases.lot.code, ((on + n * DAY, 13) for n in (2, 4, 6, 9)))


def _late_sale(script: Script, pack: Portion, on: date) -> None:
    product = FUJI_80 if pack.lot.gtin14 == FUJI_80.gtin else FUJI_75
    sell(script, LANLING, PACKHOUSE, NANMEN, NANMEN_SHOP, on, pack)
    third = int(pack.amount) // 3
    retail(script, NANMEN, NANMEN_SHOP, product, pack.lot.code, ((on + n * DAY, third) for n in (3, 8, 14)))
