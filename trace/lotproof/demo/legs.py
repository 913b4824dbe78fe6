"""Pieces of work that every story repeats: treating a crop, certifying, hauling, selling.

Who acts follows from where: each place is run by one organisation.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from lotproof.demo.cast import CHIHE, TRUCK, TRUCK_LOGGER, Site
from lotproof.demo.catalogue import Input, Product
from lotproof.demo.script import Script, moment
from lotproof.kernel.identifiers import LotId, Sscc
from lotproof.lots.native import Portion

DAY = timedelta(days=1)


def some(of: Portion, amount: int | Decimal) -> Portion:
    """Return so much of the same lot."""
    return Portion(of.lot, Decimal(amount), of.uom)


def begin_cycle(script: Script, site: Site, crop: str, plot: str, season: str, on: date) -> str:
    """Record a growing cycle and return its URN."""
    uri = script.dice.uuid("cycle", season, plot).urn
    body = {"crop": crop, "plot": plot, "place": site.gln.place_uri, "season": season}
    script.master(site.owner, moment(on, "07:00"), "cycle", uri, body)
    return uri


def apply_input(
    script: Script, site: Site, cycle: str, used: Input, stock: str, amount: str, on: date
) -> None:
    """Put an input on a crop, from the stock with this lot code."""
    applied: dict[str, Any] = {"registration": used.registration, "ended_at": moment(on, "09:10")}
    applied |= {
        "amount": Decimal(amount),
        "uom": used.product.uom,
        "inputs": (used.product.of(stock, amount),),
    }
    script.note("input_applied", moment(on, "06:30"), site, cycle=cycle, **applied)


def supply(
    script: Script, yard: Site, product: Product, code: str, amount: str, target: Site, on: date
) -> None:
    """Bring a lot of an input or of seed to whoever will use it."""
    portion = (product.of(code, amount),)
    script.note("creation", moment(on - 3 * DAY, "10:00"), yard, portions=portion)
    haul(script, yard, target, moment(on - DAY, "09:00"), moment(on, "15:00"), portions=portion)


def commit(script: Script, site: Site, at: datetime, *lots: LotId) -> None:
    """Issue a commitment certificate (承诺达标合格证) for lots."""
    script.note("commitment", at, site, lots=lots, certificate=script.paper("commitment", at))


def inspect(
    script: Script, laboratory: Site, at: datetime, *lots: LotId, passed: bool = True, note: str | None = None
) -> None:
    """Draw a sample of lots and, a day later, report on it."""
    who = laboratory.owner
    script.note("sampling", at - DAY, laboratory, lots=lots)
    found: dict[str, Any] = {"verdict": "pass" if passed else "fail", "laboratory": who.names["en"]}
    report = script.paper(f"report-{who.number}", at)
    script.note("inspection", at, laboratory, lots=lots, certificate=report, note=note, **found)


def store(
    script: Script, site: Site, at: datetime, lowest: str, highest: str, device: str, *lots: LotId
) -> None:
    """Report the temperatures between which lots were kept."""
    band = {"temperature_min": Decimal(lowest), "temperature_max": Decimal(highest)}
    script.note("storage", at, site, lots=lots, device=device, **band)


def pack_pallets(
    script: Script, site: Site, at: datetime, portion: Portion, pallets: int
) -> tuple[Sscc, ...]:
    """Stack a lot on pallets, as evenly as whole packages allow, and return them."""
    each, more = divmod(int(portion.amount), pallets)
    units = tuple(script.container() for _ in range(pallets))
    for place, unit in enumerate(units):
        part = some(portion, each + (place < more))
        script.note("aggregate", at + timedelta(minutes=7 * place), site, container=unit, portions=(part,))
    return units


def haul(
    script: Script,
    origin: Site,
    target: Site,
    leaves: datetime,
    arrives: datetime,
    *,
    units: Sequence[Sscc] = (),
    portions: Sequence[Portion] = (),
    temperature: tuple[str, str] | None = None,
) -> None:
    """Send units or portions: despatch, the carrier's leg with its readings, arrival, unpacking."""
    goods: dict[str, Any] = {"containers": tuple(units), "portions": tuple(portions)}
    papers = {"desadv": script.number("DN", leaves), "bol": script.number("BL", leaves)}
    ends: dict[str, Any] = {"to_place": target.gln, "carrier": CHIHE.gln}
    script.note("shipping", leaves, origin, references=papers, **ends, **goods)
    if temperature:
        low, high = map(Decimal, temperature)
        read = {"temperature": (low + high) / 2, "temperature_min": low, "temperature_max": high}
        script.note("transport", arrives - timedelta(minutes=40), TRUCK, device=TRUCK_LOGGER, **read, **goods)
    receipt = {"recadv": script.number("RN", arrives)}
    script.note("receiving", arrives, target, from_place=origin.gln, references=receipt, **goods)
    for place, unit in enumerate(units):
        script.note("disaggregate", arrives + timedelta(minutes=20 + 5 * place), target, container=unit)


def sell(script: Script, origin: Site, shop: Site, on: date, *portions: Portion) -> None:
    """Sell to a shop, which gets the goods the next morning."""
    sold, arrived = moment(on, "14:20"), moment(on + DAY, "05:50")
    papers = {"po": script.number("PO", sold), "inv": script.number("IV", sold)}
    ends: dict[str, Any] = {"buyer": shop.owner.gln, "to_place": shop.gln}
    script.note("sale", sold, origin, portions=portions, references=papers, **ends)
    receipt = {"recadv": script.number("RN", arrived)}
    script.note("receiving", arrived, shop, portions=portions, from_place=origin.gln, references=receipt)


def retail(script: Script, shop: Site, of: Portion, days: Iterable[tuple[date, int]]) -> None:
    """Sell a lot over the counter, one fact a day."""
    for on, amount in days:
        script.note("retail_sale", moment(on, "20:30"), shop, portions=(some(of, amount),))


def sell_off(script: Script, shop: Site, all_of: Portion, first: date, days_between: int) -> None:
    """Sell a lot over the counter until nothing is left, less every time."""
    shares = [int(all_of.amount) * percent // 100 for percent in (37, 29, 20)]
    sold = [*shares, int(all_of.amount) - sum(shares)]
    retail(script, shop, all_of, ((first + n * days_between * DAY, amount) for n, amount in enumerate(sold)))


def read_station(script: Script, site: Site, cycle: str, at: datetime, celsius: str, device: str) -> None:
    """Report a reading of a field station for a growing cycle."""
    script.note("sensor", at, site, cycle=cycle, temperature=Decimal(celsius), device=device)
