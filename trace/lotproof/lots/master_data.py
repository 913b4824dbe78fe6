"""Master data as lots feel it: a conversion, a product or a crop that arrives late settles what waited for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from lotproof.epcis.event import Event
from lotproof.kernel.errors import RefusedError
from lotproof.ledger.submitting import Submission
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots import findings
from lotproof.lots.checks import check
from lotproof.lots.conversions import to_unit
from lotproof.lots.entering import place_holds
from lotproof.lots.events import crop_stated, full_event
from lotproof.lots.findings import Opened
from lotproof.lots.gathering import as_counted, declared, gather
from lotproof.lots.intervals import judge_cycle_again, judge_product_again
from lotproof.lots.kinds import BY_NAME, classify
from lotproof.lots.lot_rows import LotRow, load_lots, save_lots
from lotproof.lots.models import EventLot, EventRow, Finding, Lot
from lotproof.parties.actions import write_record

_OF_MASS = frozenset({"no_conversion", "more_out_than_in", "yield_out_of_tolerance"})


def write_master_data(
    uow: UnitOfWork, operator: str, by: str, type_name: str, id: str, body: Mapping[str, Any]
) -> Submission:
    """Record master data, and judge again what it settles. operator: party URI that signs holds.

    Raises: InvalidInputError `invalid_record`; RefusedError `operators_rule` for a rule of others about private data.
    """
    if type_name == "retention" and by != operator:
        raise RefusedError(
            "operators_rule", f"{by} cannot say how long private data is kept", "the operator records that"
        )
    done = write_record(uow, by, type_name, id, body)
    if done.repeated:
        return done
    opened = Opened()
    settle(uow, type_name, id, body, done.id, opened)
    place_holds(uow, operator, opened)
    return done


def settle(
    uow: UnitOfWork, type_name: str, id: str, body: Mapping[str, Any], by: int, opened: Opened
) -> None:
    """Judge again what a record settles. by: its submission."""
    if type_name == "conversion":
        _settle_conversions(uow, body["gtin"], by, opened)
    elif type_name == "input_product":
        judge_product_again(uow, id, by, opened)
    elif type_name == "cycle":
        _settle_crop(uow, id, str(body["crop"]))
        judge_cycle_again(uow, id, by, opened)


def _settle_crop(uow: UnitOfWork, cycle: str, crop: str) -> None:
    """What an event stated goes before what is recorded."""
    row = uow.db.execute(select(Lot.id).where(Lot.uri == cycle)).one_or_none()
    if row is not None:
        stated = crop_stated(uow.db, row.id)
        uow.db.execute(update(Lot).where(Lot.id == row.id).values(crop=stated or crop))


def _settle_conversions(uow: UnitOfWork, gtin: str, by: int, opened: Opened) -> None:
    _count_what_had_no_amount(uow, gtin, by, opened)
    for submission in _waiting(uow, gtin):
        _weigh_again(uow, submission, by, opened)


def _count_what_had_no_amount(uow: UnitOfWork, gtin: str, by: int, opened: Opened) -> None:
    """Parts of the product's lots whose amounts could not be brought to the base unit when they came."""
    parts = uow.db.execute(
        select(EventLot.submission, EventLot.position, EventLot.amount, EventLot.uom, EventLot.total, Lot.uri,
               EventRow.kind)
        .join(Lot, Lot.id == EventLot.lot)
        .join(EventRow, EventRow.submission == EventLot.submission)
        .where(Lot.gtin == gtin, EventLot.amount.is_not(None), EventLot.base_amount.is_(None))
        .where(EventRow.voided_by.is_(None), EventRow.counted.is_(True))
        .order_by(EventLot.submission, EventLot.position)
    ).all()  # fmt: skip
    lots = load_lots(uow.db, {part.uri: None for part in parts})
    for part in parts:
        row = lots[part.uri]
        amount = _in_base(uow, row, part.amount, part.uom)
        if amount is not None:
            amount = as_counted(BY_NAME[part.kind], amount, row)
            here = (EventLot.submission == part.submission) & (EventLot.position == part.position)
            uow.db.execute(update(EventLot).where(here).values(base_amount=amount))
            if part.total:
                row.balance = row.balance.add(part.total, amount)
                if part.kind == "return":
                    row.quarantined -= amount
    save_lots(uow.db, list(lots.values()))
    findings.settle_standing(uow, lots, by, opened)


def _in_base(uow: UnitOfWork, row: LotRow, amount: Any, uom: str | None) -> Any:
    if uom is None or row.base_uom is None:
        return None
    return to_unit(amount, uom, row.base_uom, declared(uow, row.gtin, uom, row.base_uom))


def _waiting(uow: UnitOfWork, gtin: str) -> Sequence[int]:
    """Events with an open `no_conversion` in which a lot of the product takes part."""
    statement = (
        select(Finding.submission)
        .join(EventLot, EventLot.submission == Finding.submission)
        .join(Lot, Lot.id == EventLot.lot)
        .where(Finding.code == "no_conversion", Finding.closed_by.is_(None), Lot.gtin == gtin)
        .distinct()
        .order_by(Finding.submission)
    )
    return list(uow.db.execute(statement).scalars())


def _weigh_again(uow: UnitOfWork, submission: int, by: int, opened: Opened) -> None:
    event = Event(full_event(uow.db, submission, uow.blobs))
    content = uow.db.execute(select(EventRow.content).where(EventRow.submission == submission)).scalar_one()
    got = gather(uow, event, classify(event), content)
    problems = [problem for problem in check(got.kind, got.facts) if problem.code in _OF_MASS]
    still = {problem.where for problem in problems if problem.code == "no_conversion"}
    for uri, row in got.lots.items():
        if uri not in still:
            uow.db.execute(
                update(Finding)
                .where(Finding.submission == submission, Finding.lot == row.id, Finding.closed_by.is_(None))
                .where(Finding.code == "no_conversion")
                .values(closed_by=by)
            )
    findings.open_findings(uow, problems, got.lots, submission, opened)
