"""The harvest of a farm whose certificate ended yesterday: tried, and refused with the reason and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from lotproof.demo.applicants import LAPSED, LAPSED_HOUSE
from lotproof.demo.catalogue import SPINACH
from lotproof.demo.script import CHINA
from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.ledger.log import Log
from lotproof.lots import acts
from lotproof.lots.drafting import Author
from lotproof.lots.models import Lot
from lotproof.lots.native import Fact
from lotproof.storage.engine import reading


@dataclass(frozen=True, slots=True)
class LapsedHarvest:
    """A harvest that was tried and refused: the rule's code, why, and what to do. farm: its names by language."""

    code: str
    message: str
    hint: str
    farm: Mapping[str, str]
    tried: date


def try_lapsed_harvest(log: Log) -> LapsedHarvest:
    """Try to record a harvest of today in the farm's name; nothing is ever recorded.

    Raises: NotFoundError `no_demonstration` where there is no such farm.
    """
    place = LAPSED_HOUSE.gln.place_uri
    with reading(log.engine) as db:
        growing = select(Lot.uri).where(Lot.type == "cycle", Lot.place == place).order_by(Lot.id.desc())
        cycle = db.execute(growing.limit(1)).scalar()
    if cycle is None:
        raise NotFoundError(
            "no_demonstration", "this ledger holds no demonstration season", "run: lotproof demo"
        )
    at = log.around.clock().astimezone(CHINA)
    portions = (SPINACH.of(f"LATE{at:%y%m%d}", 120),)
    stated: dict[str, Any] = {"cycle": cycle, "harvested_on": at.date()}
    fact = Fact("harvest", at, place=LAPSED_HOUSE.gln, portions=portions, **stated)
    try:
        with log.unit_of_work() as uow:
            acts.record_in(uow, log.operator, Author(LAPSED.organisation.uri), fact)
            # Leaving the block by an error takes everything back, whatever the guards say.
            raise RuntimeError("an expired certificate did not refuse a harvest")
    except RefusedError as error:
        problem = next(one for one in error.problems if one.code == "qualification_expired")
        return LapsedHarvest(problem.code, problem.message, error.hint, LAPSED.organisation.names, at.date())
