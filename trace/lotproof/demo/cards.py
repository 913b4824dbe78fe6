"""What the demonstration's pages lead to: lots worth a look, and a harvest that the interval refuses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from lotproof.demo.cast import GREENHOUSES, LANLING
from lotproof.demo.catalogue import (
    FUJI_75,
    FUJI_80,
    FUJI_BULK,
    FUJI_GIFT,
    REFINED_TEA,
    RICE_5,
    SPINACH,
    TOMATO,
    TOMATO_BOX,
    TOMATOES,
    Product,
)
from lotproof.demo.outside import AVOCADO_CASE
from lotproof.demo.script import CHINA
from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.kernel.identifiers import LotId
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.lots import acts
from lotproof.lots.drafting import Author
from lotproof.lots.events import signed_of
from lotproof.lots.models import EventLot, EventRow, Lot
from lotproof.lots.native import Fact
from lotproof.lots.trace import state_of
from lotproof.parties.records import get_record, get_records
from lotproof.storage.engine import reading


@dataclass(frozen=True, slots=True)
class Card:
    """A lot to look at. code: "good", "recalled", or what else it is an example of."""

    code: str
    lot: LotId
    product: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EarlyHarvest:
    """A harvest that was tried and refused. refusal: the error as every door answers it.

    treatment: names of what was applied; treated_on: when that ended; entry: where it stands on the log.
    """

    code: str
    message: str
    hint: str
    cycle: str
    treatment: Mapping[str, str]
    treated_on: date
    interval_days: int
    earliest: date
    tried: date
    entry: int | None
    refusal: Mapping[str, Any]


Fits = Callable[[Row[Any]], bool]


def _is_sound(row: Row[Any]) -> bool:
    return not row.holds


_SAMPLES: tuple[tuple[str, Product, Fits], ...] = (
    ("good", FUJI_80, _is_sound),
    ("recalled", RICE_5, lambda row: bool(row.recalls)),
    ("held", FUJI_75, lambda row: bool(row.holds)),
    ("repacked", FUJI_GIFT, _is_sound),
    ("cleared", FUJI_BULK, _is_sound),
    ("blended", REFINED_TEA, _is_sound),
    ("on_the_road", TOMATO_BOX, lambda row: state_of(row) == "in_transit"),
    ("destroyed", TOMATO_BOX, lambda row: state_of(row) == "destroyed"),
    ("certified_then", SPINACH, _is_sound),
    ("outside", AVOCADO_CASE, lambda row: True),
)
"""Of each product the lot that fits and has the most to tell."""


def find_cards(db: Connection) -> tuple[Card, ...]:
    """Return the lots to look at, the good apple first; those that this season has not brought are left out."""
    gtins = {product.gtin for _code, product, _fits in _SAMPLES}
    told = func.count(EventLot.submission)
    statement = (
        select(Lot.__table__)
        .join(EventLot, EventLot.lot == Lot.id)
        .where(Lot.gtin.in_(gtins))
        .group_by(Lot.id)
        .order_by(told.desc(), Lot.uri.desc())
    )
    rows = db.execute(statement).all()
    products = get_records(db, "product", gtins)
    cards = []
    for code, product, fits in _SAMPLES:
        row = next((row for row in rows if row.gtin == product.gtin and fits(row)), None)
        if row is not None:
            cards.append(Card(code, LotId(row.gtin, row.code), products.get(row.gtin, {}).get("names", {})))
    return tuple(cards)


def try_early_harvest(log: Log) -> EarlyHarvest:
    """Try to harvest the greenhouse that was treated last, before its interval is over; nothing is ever recorded.

    Raises: NotFoundError `no_demonstration` where there is no such greenhouse.
    """
    with reading(log.engine) as db:
        cycle, treatment, treated_at = _newest_treatment(db)
        product = get_record(db, "input_product", treatment["registration"]) or {}
    earliest: date = cycle.earliest_harvest
    at = _within(log.around.clock(), treated_at, earliest)
    portion = TOMATOES.of(f"EARLY{at:%y%m%d}", 180)
    fact = Fact(
        "harvest", at, place=GREENHOUSES.gln, portions=(portion,), cycle=cycle.uri, harvested_on=at.date()
    )
    try:
        with log.unit_of_work() as uow:
            acts.record_in(uow, log.operator, Author(LANLING.uri), fact)
            # Leaving the block by an error takes everything back, whatever the guards say.
            raise RuntimeError("the interval did not refuse a harvest")
    except RefusedError as error:
        problem = next(one for one in error.problems if one.code == "harvest_too_early")
        return EarlyHarvest(
            problem.code, problem.message, error.hint, cycle.uri, product.get("names", {}), treated_at.date(),
            (earliest - treated_at.date()).days, earliest, at.date(), treatment["entry"], error.as_dict(),
        )  # fmt: skip


def _newest_treatment(db: Connection) -> tuple[Row[Any], dict[str, Any], datetime]:
    """Return the tomato house with the last day of waiting, what put it there, and when that ended."""
    houses = select(Lot.__table__).where(
        Lot.type == "cycle", Lot.crop == TOMATO, Lot.earliest_harvest.is_not(None)
    )
    cycle = db.execute(houses.order_by(Lot.earliest_harvest.desc(), Lot.id).limit(1)).one_or_none()
    if cycle is None:
        raise NotFoundError(
            "no_demonstration", "this ledger holds no demonstration season", "run: lotproof demo"
        )
    applied = (
        select(EventRow.submission, t.entry.c.entry_index)
        .join(EventLot, EventLot.submission == EventRow.submission)
        .join(t.entry, t.entry.c.submission == EventRow.submission)
        .where(
            EventLot.lot == cycle.id,
            EventRow.kind == "input_applied",
            EventRow.on_date == cycle.earliest_harvest,
        )
        .where(EventRow.voided_by.is_(None), EventRow.corrects.is_(None))
        .order_by(EventRow.submission.desc())
        .limit(1)
    )
    row = db.execute(applied).one()
    event = signed_of(db, row.submission)["event"]
    ended = datetime.fromisoformat(event["lotproof:endedAt"]).astimezone(CHINA)
    return cycle, {"registration": event["lotproof:registration"], "entry": row.entry_index}, ended


def _within(now: datetime, treated_at: datetime, earliest: date) -> datetime:
    """Return now, or the moment nearest to it at which the interval was running."""
    first = treated_at + timedelta(hours=1)
    last = datetime.combine(earliest, datetime.min.time(), CHINA) - timedelta(hours=12)
    return min(max(now.astimezone(CHINA), first), last)
