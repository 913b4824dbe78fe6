"""Pieces of work that every story repeats: treating a crop, certifying, hauling, selling."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from lotproof.demo.cast import CHIHE, TRUCK, TRUCK_LOGGER, Organisation, Site
from lotproof.demo.catalogue import Input, Product
from lotproof.demo.script import Act, Script, moment
from lotproof.kernel.identifiers import LotId, Sscc
from lotproof.lots.native import Portion

DAY = timedelta(days=1)


def begin_cycle(
    script: Script, farm: Organisation, site: Site, crop: str, plot: str, season: str, on: date
) -> str:
    """Record a growing cycle and return its URN."""
    uri = script.dice.uuid("cycle", season, plot).urn
    body = {"crop": crop, "plot": plot, "place": site.gln.place_uri, "season": season}
    script.master(farm, moment(on, "07:00"), "cycle", uri, body)
    return uri


def apply_input(
    script: Script, farm: Organisation, site: Site, cycle: str, used: Input, stock: str, amount: str, on: date
) -> None:
    """Put an input on a crop, from the stock with this lot code."""
    began = moment(on, "06:30")
    script.note(
        "input_applied", began, site, cycle=cycle, registration=used.registration,
        ended_at=moment(on, "09:10"), amount=Decimal(amount), uom=used.product.uom,
        inputs=(used.product.of(stock, amount),),
    )  # fmt: skip


def supply(
    script: Script,
    dealer: Organisation,
    yard: Site,
    product: Product,
    code: str,
    amount: str,
    to: Organisation,
    at_site: Site,
    on: date,
) -> None:
    """Bring a lot of an input or of seed to whoever will use it."""
    portion = (product.of(code, amount),)
    script.note("creation", moment(on - 3 * DAY, "10:00"), yard, portions=portion)
    out, arrived = moment(on - DAY, "09:00"), moment(on, "15:00")
    papers = {"desadv": script.number("DN", out)}
    script.note("shipping", out, yard, portions=portion, to_place=at_site.gln, references=papers)
    script.note("receiving", arrived, at_site, portions=portion, from_place=yard.gln,
                references={"recadv": script.number("RN", arrived)})  # fmt: skip


def commit(script: Script, by: Organisation, site: Site, at: datetime, *lots: LotId) -> None:
    """Issue a commitment certificate (承诺达标合格证) for lots."""
    script.note("commitment", at, site, lots=lots, certificate=script.paper("commitment", at))


def inspect(
    script: Script,
    laboratory: Organisation,
    room: Site,
    at: datetime,
    *lots: LotId,
    passed: bool = True,
    note: str | None = None,
) -> None:
    """Draw a sample of lots and, a day later, report on it."""
    script.note("sampling", at - DAY, room, lots=lots)
    script.note(
        "inspection", at, room, lots=lots, verdict="pass" if passed else "fail", note=note,
        laboratory=laboratory.names["en"], certificate=script.paper(f"report-{laboratory.number}", at),
    )  # fmt: skip


def store(
    script: Script,
    by: Organisation,
    site: Site,
    at: datetime,
    lowest: str,
    highest: str,
    device: str,
    *lots: LotId,
) -> None:
    """Report the temperatures between which lots were kept."""
    script.note("storage", at, site, lots=lots, temperature_min=Decimal(lowest),
                temperature_max=Decimal(highest), device=device)  # fmt: skip


def pack_pallets(
    script: Script, by: Organisation, site: Site, at: datetime, portion: Portion, pallets: int
) -> tuple[Sscc, ...]:
    """Stack a lot on pallets, as evenly as whole packages allow, and return them."""
    each, more = divmod(int(portion.amount), pallets)
    units = tuple(script.container() for _ in range(pallets))
    for place, unit in enumerate(units):
        amount = Decimal(each + (place < more))
        part = Portion(portion.lot, amount, portion.uom)
        script.note(
            "aggregate", at + timedelta(minutes=7 * place), site, container=unit, portions=(part,)
        )
    return units


def haul(
    script: Script,
    sender: Organisation,
    origin: Site,
    receiver: Organisation,
    target: Site,
    leaves: datetime,
    arrives: datetime,
    *,
    units: Sequence[Sscc] = (),
    portions: Sequence[Portion] = (),
    temperature: tuple[str, str] | None = None,
) -> None:
    """Send units or portions by the carrier: despatch, the leg with its readings, arrival, unpacking."""
    goods = {"containers": tuple(units), "portions": tuple(portions)}
    papers = {"desadv": script.number("DN", leaves), "bol": script.number("BL", leaves)}
    script.note(
        "shipping", leaves, origin, to_place=target.gln, carrier=CHIHE.gln, references=papers, **goods
    )
    if temperature:
        lowest, highest = map(Decimal, temperature)
        script.note(
            "transport", arrives - timedelta(minutes=40), TRUCK, temperature=(lowest + highest) / 2,
            temperature_min=lowest, temperature_max=highest, device=TRUCK_LOGGER, **goods,
        )  # fmt: skip
    script.note("receiving", arrives, target, from_place=origin.gln,
                references={"recadv": script.number("RN", arrives)}, **goods)  # fmt: skip
    for place, unit in enumerate(units):
        script.note(
            "disaggregate", arrives + timedelta(minutes=20 + 5 * place), target, container=unit
        )


def sell(
    script: Script,
    seller: Organisation,
    origin: Site,
    buyer: Organisation,
    shop: Site,
    on: date,
    *portions: Portion,
) -> None:
    """Sell to a shop, which gets the goods the next morning."""
    sold, arrived = moment(on, "14:20"), moment(on + DAY, "05:50")
    papers = {"po": script.number("PO", sold), "inv": script.number("IV", sold)}
    script.note(
        "sale", sold, origin, portions=portions, buyer=buyer.gln, to_place=shop.gln, references=papers
    )
    script.note("receiving", arrived, shop, portions=portions, from_place=origin.gln,
                references={"recadv": script.number("RN", arrived)})  # fmt: skip


def retail(
    script: Script,
    keeper: Organisation,
    shop: Site,
    product: Product,
    code: str,
    days: Iterable[tuple[date, int]],
) -> list[Act]:
    """Sell over the counter, one fact a day."""
    return [
        script.note("retail_sale", moment(on, "20:30"), shop, portions=(product.of(code, amount),))
        for on, amount in days
    ]


def frost_watch(
    script: Script, farm: Organisation, site: Site, cycle: str, at: datetime, celsius: str, device: str
) -> None:
    """Report a reading of the field station for a growing cycle."""
    script.note("sensor", at, site, cycle=cycle, temperature=Decimal(celsius), device=device)
