"""Apples from the cold store to the shops: packing, pallets, a cold leg that got too warm, gift boxes, returns."""

from collections.abc import Mapping, Sequence
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
from lotproof.kernel.identifiers import LotId
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
    """What is left in the packing house and its cold store, while the script is written."""

    def __init__(self) -> None:
        self._left: dict[LotId, Portion] = {}

    def put(self, portion: Portion) -> None:
        """Add a lot."""
        self._left[portion.lot] = portion

    def take(self, lot: LotId, amount: int | Decimal | None = None) -> Portion:
        """Take so much of a lot, or all that is left of it."""
        left = self._left[lot]
        taken = left.amount if amount is None else Decimal(amount)
        if taken > left.amount:
            raise ValueError(f"the script takes {taken} of {left}")
        self._left[lot] = Portion(lot, left.amount - taken, left.uom)
        return Portion(lot, taken, left.uom)

    def left_of(self, *products: Product) -> list[Portion]:
        """Return what is left of products, nothing for lots that are gone."""
        wanted = {product.gtin for product in products}
        return [one for lot, one in self._left.items() if lot.gtin14 in wanted and one.amount]


def apples(script: Script, year: int) -> None:
    """Write the apple year that ends in November, with what the cold store keeps beyond it."""
    stock = Stock()
    for product, code, kg in grow_and_pick(script, year):
        stock.put(product.of(code, kg))
    packed = {run.on: _pack(script, stock, run, date(year, *run.on)) for run in RUNS}
    _gala(script, stock, packed[8, 18][0], date(year, 8, 20))
    _to_shanghai(script, stock, packed[10, 18][0], date(year, 10, 24))
    _gift_boxes(script, stock, packed[10, 18][0], date(year, 10, 27))
    _to_beijing(script, stock, packed[10, 20], date(year, 10, 24))
    _small_sales(script, stock, packed, year)
    for month in (11, 12, 1, 2):
        on = date(year + (month < 3), month, 18)
        kept = [one.lot for one in stock.left_of(FUJI_BULK)]
        store(script, COLD_STORE, moment(on, "08:00"), "0.1", "0.8", cast.COLD_ROOM_LOGGER, *kept)
    _clear_out(script, stock, date(year, 12, 3))
    for run in LATE_RUNS:
        _pack(script, stock, run, date(year + 1, *run.on))
        _clear_out(script, stock, date(year + 1, *run.on) + 4 * DAY)


def _pack(script: Script, stock: Stock, run: Run, on: date) -> list[LotId]:
    """Sort and pack; what is too small goes to the juice press, about 2% is waste."""
    inputs = [
        stock.take(run.product.lot(f"{short[0]}{_harvest_year(on)}{short[1:]}"), kg)
        for short, kg in run.takes
    ]
    total = sum((one.amount for one in inputs), Decimal(0))
    code, boxed, outputs = f"P{on:%y%m%d}", Decimal(0), []
    for product, percent in run.packs:
        holds = Decimal(product.holds_kg or "1")
        packages = total * percent // 100 // holds
        outputs.append(product.of(code, packages))
        boxed += packages * holds
    waste = total * script.dice.between(15, 24, "waste", code) // 1000
    juice = JUICE_APPLES.of(code, total - boxed - waste)
    lots = [one.lot for one in outputs]
    script.note(
        "initial_packing",
        moment(on, "09:30"),
        PACKHOUSE,
        inputs=tuple(inputs),
        outputs=(*outputs, juice),
    )
    commit(script, PACKHOUSE, moment(on, "16:00"), *lots)
    inspect(script, cast.HAIJIAO_LAB, moment(on + 2 * DAY, "15:00"), *lots)
    store(
        script, PACKHOUSE, moment(on + 3 * DAY, "08:00"), "0.4", "1.6", cast.COLD_ROOM_LOGGER, *lots
    )
    script.note("sale", moment(on + DAY, "10:00"), PACKHOUSE, portions=(juice,), buyer=HEJING.gln,
                references={"inv": script.number("IV", moment(on, "10:00"))})  # fmt: skip
    for one in outputs:
        stock.put(one)
    return lots


def _harvest_year(packed_on: date) -> int:
    """Two digits; what is packed before summer was picked the year before."""
    return (packed_on.year - (packed_on.month < 7)) % 100


def _to_shanghai(script: Script, stock: Stock, lot: LotId, on: date) -> None:
    """The good apple: two pallets to Shanghai, on to the shops, and over the counter."""
    pallets = pack_pallets(script, PACKHOUSE, moment(on, "08:10"), stock.take(lot, 100), 2)
    haul(script, PACKHOUSE, SHANGHAI_DC, moment(on, "10:30"), moment(on + DAY, "06:40"), units=pallets,
         temperature=("0.6", "3.1"))  # fmt: skip
    store(script, SHANGHAI_DC, moment(on + 2 * DAY, "07:00"), "1.2", "2.4", cast.TRUCK_LOGGER, lot)
    sell(script, SHANGHAI_DC, NANMEN_SHOP, on + 2 * DAY, FUJI_80.of(lot.code, 60))
    sell(script, SHANGHAI_DC, CHENJI_SHOP, on + 3 * DAY, FUJI_80.of(lot.code, 40))
    start, one = on + 3 * DAY, (FUJI_80.of(lot.code, 1),)
    retail(script, NANMEN_SHOP, FUJI_80, lot.code, ((start + n * DAY, 11 - n % 3) for n in range(5)))
    retail(script, CHENJI_SHOP, FUJI_80, lot.code, ((start + n * DAY, 9) for n in (2, 3, 5, 6)))
    back, gone = moment(start + 6 * DAY, "11:00"), moment(start + 7 * DAY, "19:00")
    script.note("return", back, NANMEN_SHOP, portions=one, reason="bruised",
                references={"rma": script.number("RM", back)})  # fmt: skip
    script.note(
        "destruction", gone, NANMEN_SHOP, portions=one, reason="bruised, to compost", witness=WITNESS
    )
    script.note("loss", gone + timedelta(minutes=10), NANMEN_SHOP, portions=one, reason="damaged")


def _gift_boxes(script: Script, stock: Stock, lot: LotId, on: date) -> None:
    """Some cases are opened again and packed in gift boxes; a count finds one box too few."""
    boxes = FUJI_GIFT.of(f"B{on:%y%m%d}", 66)
    script.note(
        "repacking", moment(on, "13:00"), PACKHOUSE, inputs=(stock.take(lot, 20),), outputs=(boxes,)
    )
    commit(script, PACKHOUSE, moment(on, "17:00"), boxes.lot)
    inspect(script, cast.HAIJIAO_LAB, moment(on + 2 * DAY, "10:00"), boxes.lot)
    counted = FUJI_GIFT.of(boxes.lot.code, 65)
    script.note(
        "count",
        moment(on + 2 * DAY, "18:00"),
        PACKHOUSE,
        portions=(counted,),
        reason="one box short",
    )
    stock.put(counted)
    sell(script, PACKHOUSE, CHENJI_SHOP, on + 3 * DAY, stock.take(boxes.lot, 40))
    retail(
        script, CHENJI_SHOP, FUJI_GIFT, boxes.lot.code, ((on + n * DAY, 6) for n in (5, 6, 7, 9, 10))
    )


def _to_beijing(script: Script, stock: Stock, packs: Sequence[LotId], on: date) -> None:
    """The leg that got too warm: its lot is held, in the shop and in the packing house, and stays held."""
    large, small = packs
    pallets = pack_pallets(script, PACKHOUSE, moment(on, "08:30"), stock.take(small, 60), 1)
    stock.take(small)
    haul(script, PACKHOUSE, CHENJI_SHOP, moment(on, "11:00"), moment(on + DAY, "07:20"), units=pallets,
         temperature=("1.4", "13.6"))  # fmt: skip
    script.note("sampling", moment(on + DAY, "10:00"), CHENJI_SHOP, lots=(small,),
                note="Firmness 6.1 kg/cm², core temperature 9.8 °C on arrival.")  # fmt: skip
    sell(script, PACKHOUSE, NANMEN_SHOP, on + 2 * DAY, stock.take(large, 70))
    retail(script, NANMEN_SHOP, FUJI_80, large.code, ((on + n * DAY, 14) for n in (4, 5, 6, 7)))


def _small_sales(
    script: Script, stock: Stock, packed: Mapping[tuple[int, int], Sequence[LotId]], year: int
) -> None:
    for run, place, (month, day), amount, (keeper, shop) in (
        ((10, 18), 1, (10, 23), 50, _SHANGHAI_SHOP), ((10, 22), 0, (10, 27), 80, _SHANGHAI_SHOP),
        ((10, 22), 1, (10, 28), 60, _BEIJING_SHOP), ((10, 26), 0, (10, 31), 70, _BEIJING_SHOP),
        ((10, 26), 1, (11, 1), 40, _SHANGHAI_SHOP), ((10, 29), 0, (11, 2), 90, _SHANGHAI_SHOP),
    ):  # fmt: skip
        lot, on = packed[run][place], date(year, month, day)
        sell(script, PACKHOUSE, shop, on, stock.take(lot, amount))
        days = ((on + n * DAY, amount // 4) for n in (2, 3, 4))
        retail(script, shop, _BY_GTIN[lot.gtin14], lot.code, days)


_SHANGHAI_SHOP, _BEIJING_SHOP = (NANMEN, NANMEN_SHOP), (CHENJI, CHENJI_SHOP)
_PACKS = (FUJI_80, FUJI_75, FUJI_GIFT, VENUS_CASE)
_BY_GTIN = {product.gtin: product for product in _PACKS}


def _gala(script: Script, stock: Stock, lot: LotId, on: date) -> None:
    """Summer fruit: sold out within three weeks."""
    bags = stock.take(lot)
    units = pack_pallets(script, PACKHOUSE, moment(on, "09:00"), bags, 4)
    haul(script, PACKHOUSE, SHANGHAI_DC, moment(on, "11:30"), moment(on + DAY, "07:00"), units=units,
         temperature=("0.8", "3.4"))  # fmt: skip
    half = int(bags.amount) // 2
    for days, amount, (keeper, shop) in (
        (2, half, _SHANGHAI_SHOP),
        (3, int(bags.amount) - half, _BEIJING_SHOP),
    ):
        sell(script, SHANGHAI_DC, shop, on + days * DAY, GALA_BAG.of(lot.code, amount))
        shares = [amount * percent // 100 for percent in (34, 31, 22)]
        sold = [*shares, amount - sum(shares)]
        retail(
            script,
            shop,
            GALA_BAG,
            lot.code,
            ((on + (5 + 3 * n) * DAY, some) for n, some in enumerate(sold)),
        )


def _clear_out(script: Script, stock: Stock, on: date) -> None:
    """Sell all packs that are left, half of it to each shop by turns, and all of it over the counter."""
    for place, left in enumerate(stock.left_of(*_PACKS)):
        keeper, shop = (_SHANGHAI_SHOP, _BEIJING_SHOP)[place % 2]
        sold_on = on + place * DAY
        sell(script, PACKHOUSE, shop, sold_on, stock.take(left.lot))
        shares = [int(left.amount) * percent // 100 for percent in (37, 29, 20)]
        days = (
            (sold_on + (2 + 4 * n) * DAY, some)
            for n, some in enumerate([*shares, int(left.amount) - sum(shares)])
        )
        retail(script, shop, _BY_GTIN[left.lot.gtin14], left.lot.code, days)
