"""Apples from the cold store to the shops: packing, pallets, a cold leg that got too warm, gift boxes, returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lotproof.demo.cast import (
    CHENJI_SHOP,
    COLD_ROOM_LOGGER,
    COLD_STORE,
    HAIJIAO_LAB,
    HEJING,
    NANMEN_SHOP,
    PACKHOUSE,
    SHANGHAI_DC,
    TRUCK_LOGGER,
    WITNESS,
    Site,
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
from lotproof.demo.legs import DAY, commit, haul, inspect, pack_pallets, retail, sell, sell_off, some, store
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
SMALL_SALES: tuple[tuple[tuple[int, int], int, tuple[int, int], int, Site], ...] = (
    ((10, 18), 1, (10, 23), 50, NANMEN_SHOP),
    ((10, 22), 0, (10, 27), 80, NANMEN_SHOP),
    ((10, 22), 1, (10, 28), 60, CHENJI_SHOP),
    ((10, 26), 0, (10, 31), 70, CHENJI_SHOP),
    ((10, 26), 1, (11, 1), 40, NANMEN_SHOP),
    ((10, 29), 0, (11, 2), 90, NANMEN_SHOP),
)
"""(packing, place among its packs, sold on, cases, shop)."""


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
        taken = left if amount is None else some(left, amount)
        if taken.amount > left.amount:
            raise ValueError(f"the script takes {taken} of {left}")
        self._left[lot] = some(left, left.amount - taken.amount)
        return taken

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
    _gala(script, stock.take(packed[8, 18][0].lot), date(year, 8, 20))
    good = packed[10, 18][0].lot
    _to_shanghai(script, stock.take(good, 100), date(year, 10, 24))
    _gift_boxes(script, stock, stock.take(good, 20), date(year, 10, 27))
    _to_beijing(script, stock, packed[10, 20], date(year, 10, 24))
    for run, place, on, amount, shop in SMALL_SALES:
        _small_sale(script, stock.take(packed[run][place].lot, amount), date(year, *on), shop)
    for month in (11, 12, 1, 2):
        kept = [one.lot for one in stock.left_of(FUJI_BULK)]
        at = moment(date(year + (month < 3), month, 18), "08:00")
        store(script, COLD_STORE, at, "0.1", "0.8", COLD_ROOM_LOGGER, *kept)
    _clear_out(script, stock, date(year, 12, 3))
    for late in LATE_RUNS:
        on_day = date(year + 1, *late.on)
        _pack(script, stock, late, on_day)
        _clear_out(script, stock, on_day + 4 * DAY)


def _pack(script: Script, stock: Stock, run: Run, on: date) -> list[Portion]:
    """Sort and pack; what is too small goes to the juice press, about 2% is waste."""
    # What is packed before summer was picked the year before.
    year = (on.year - (on.month < 7)) % 100
    inputs = [stock.take(run.product.lot(f"{pick[0]}{year}{pick[1:]}"), kg) for pick, kg in run.takes]
    total = sum((one.amount for one in inputs), Decimal(0))
    code, boxed, packs = f"P{on:%y%m%d}", Decimal(0), []
    for product, percent in run.packs:
        holds = Decimal(product.holds_kg or "1")
        packs.append(product.of(code, total * percent // 100 // holds))
        boxed += packs[-1].amount * holds
    waste = total * script.dice.between(15, 24, "waste", code) // 1000
    juice = JUICE_APPLES.of(code, total - boxed - waste)
    for one in packs:
        stock.put(one)
    outputs, lots = (*packs, juice), [one.lot for one in packs]
    script.note("initial_packing", moment(on, "09:30"), PACKHOUSE, inputs=tuple(inputs), outputs=outputs)
    commit(script, PACKHOUSE, moment(on, "16:00"), *lots)
    inspect(script, HAIJIAO_LAB, moment(on + 2 * DAY, "15:00"), *lots)
    store(script, PACKHOUSE, moment(on + 3 * DAY, "08:00"), "0.4", "1.6", COLD_ROOM_LOGGER, *lots)
    sold = moment(on + DAY, "10:00")
    papers = {"inv": script.number("IV", sold)}
    script.note("sale", sold, PACKHOUSE, portions=(juice,), buyer=HEJING.gln, references=papers)
    return packs


def _to_shanghai(script: Script, sent: Portion, on: date) -> None:
    """The good apple: two pallets to Shanghai, on to the shops, and over the counter."""
    pallets = pack_pallets(script, PACKHOUSE, moment(on, "08:10"), sent, 2)
    leaves, arrives = moment(on, "10:30"), moment(on + DAY, "06:40")
    haul(script, PACKHOUSE, SHANGHAI_DC, leaves, arrives, units=pallets, temperature=("0.6", "3.1"))
    store(script, SHANGHAI_DC, moment(on + 2 * DAY, "07:00"), "1.2", "2.4", TRUCK_LOGGER, sent.lot)
    sell(script, SHANGHAI_DC, NANMEN_SHOP, on + 2 * DAY, some(sent, 60))
    sell(script, SHANGHAI_DC, CHENJI_SHOP, on + 3 * DAY, some(sent, 40))
    start, one = on + 3 * DAY, (some(sent, 1),)
    retail(script, NANMEN_SHOP, sent, ((start + n * DAY, 11 - n % 3) for n in range(5)))
    retail(script, CHENJI_SHOP, sent, ((start + n * DAY, 9) for n in (2, 3, 5, 6)))
    back, gone = moment(start + 6 * DAY, "11:00"), moment(start + 7 * DAY, "19:00")
    papers = {"rma": script.number("RM", back)}
    script.note("return", back, NANMEN_SHOP, portions=one, reason="bruised", references=papers)
    script.note("destruction", gone, NANMEN_SHOP, portions=one, reason="bruised, to compost", witness=WITNESS)
    script.note("loss", gone + timedelta(minutes=10), NANMEN_SHOP, portions=one, reason="damaged")


def _gift_boxes(script: Script, stock: Stock, cases: Portion, on: date) -> None:
    """Some cases are opened again and packed in gift boxes; a count finds one box too few."""
    boxes = FUJI_GIFT.of(f"B{on:%y%m%d}", 66)
    script.note("repacking", moment(on, "13:00"), PACKHOUSE, inputs=(cases,), outputs=(boxes,))
    commit(script, PACKHOUSE, moment(on, "17:00"), boxes.lot)
    inspect(script, HAIJIAO_LAB, moment(on + 2 * DAY, "10:00"), boxes.lot)
    counted = some(boxes, 65)
    script.note(
        "count", moment(on + 2 * DAY, "18:00"), PACKHOUSE, portions=(counted,), reason="one box short"
    )
    stock.put(counted)
    sell(script, PACKHOUSE, CHENJI_SHOP, on + 3 * DAY, stock.take(boxes.lot, 40))
    retail(script, CHENJI_SHOP, boxes, ((on + n * DAY, 6) for n in (5, 6, 7, 9, 10)))


def _to_beijing(script: Script, stock: Stock, packs: Sequence[Portion], on: date) -> None:
    """The leg that got too warm: its lot is held, in the shop and in the packing house, and stays held."""
    large, small = packs
    pallets = pack_pallets(script, PACKHOUSE, moment(on, "08:30"), stock.take(small.lot, 60), 1)
    stock.take(small.lot)
    leaves, arrives = moment(on, "11:00"), moment(on + DAY, "07:20")
    haul(script, PACKHOUSE, CHENJI_SHOP, leaves, arrives, units=pallets, temperature=("1.4", "13.6"))
    found = "Firmness 6.1 kg/cm², core temperature 9.8 °C on arrival."
    script.note("sampling", moment(on + DAY, "10:00"), CHENJI_SHOP, lots=(small.lot,), note=found)
    sell(script, PACKHOUSE, NANMEN_SHOP, on + 2 * DAY, stock.take(large.lot, 70))
    retail(script, NANMEN_SHOP, large, ((on + n * DAY, 14) for n in (4, 5, 6, 7)))


def _small_sale(script: Script, sold: Portion, on: date, shop: Site) -> None:
    sell(script, PACKHOUSE, shop, on, sold)
    retail(script, shop, sold, ((on + n * DAY, int(sold.amount) // 4) for n in (2, 3, 4)))


def _gala(script: Script, bags: Portion, on: date) -> None:
    """Summer fruit: sold out within three weeks."""
    units = pack_pallets(script, PACKHOUSE, moment(on, "09:00"), bags, 4)
    leaves, arrives = moment(on, "11:30"), moment(on + DAY, "07:00")
    haul(script, PACKHOUSE, SHANGHAI_DC, leaves, arrives, units=units, temperature=("0.8", "3.4"))
    half = some(bags, bags.amount // 2)
    for days, part, shop in ((2, half, NANMEN_SHOP), (3, some(bags, bags.amount - half.amount), CHENJI_SHOP)):
        sell(script, SHANGHAI_DC, shop, on + days * DAY, part)
        sell_off(script, shop, part, on + (days + 2) * DAY, 4)


def _clear_out(script: Script, stock: Stock, on: date) -> None:
    """Sell all packs that are left, to the shops by turns, and all of it over the counter."""
    for place, left in enumerate(stock.left_of(FUJI_80, FUJI_75, FUJI_GIFT, VENUS_CASE)):
        shop, sold_on = (NANMEN_SHOP, CHENJI_SHOP)[place % 2], on + place * DAY
        sell(script, PACKHOUSE, shop, sold_on, stock.take(left.lot))
        sell_off(script, shop, left, sold_on + 2 * DAY, 4)
