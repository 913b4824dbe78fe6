"""Holds: placed by an event, ended only by an event that two different people approved."""

from sqlalchemy import func, insert, select, update

from lotproof.epcis.event import Event
from lotproof.kernel.errors import RefusedError
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.drafting import Author, people_of
from lotproof.lots.gathering import Gathered
from lotproof.lots.kinds import Effect
from lotproof.lots.lot_rows import save_lots
from lotproof.lots.models import Hold
from lotproof.lots.problems import CODES
from lotproof.storage.base import table_of

MANUAL, RECALL = "manual", "recall"


def apply_hold(uow: UnitOfWork, got: Gathered, submission: int) -> None:
    """Write the holds that a hold or recall event places on its lots."""
    is_recall = got.kind.effect is Effect.RECALL
    code = RECALL if is_recall else code_of(got.event)
    recall = got.event.extension("recall") if is_recall else None
    for row in got.lots.values():
        values = {"lot": row.id, "submission": submission, "code": code, "recall": recall,
                  "since": got.event.event_time}  # fmt: skip
        uow.db.execute(insert(Hold), values)
        row.holds += 1
        row.recalls += int(is_recall)
        row.held = (*row.held, (code, got.event.event_time))
    save_lots(uow.db, list(got.lots.values()))


def code_of(event: Event) -> str:
    """Return a hold's code. Documents from outside may state anything; what is no code of ours is a hold by hand."""
    stated = event.extension("code")
    return stated if isinstance(stated, str) and stated in CODES else MANUAL


def apply_release(uow: UnitOfWork, got: Gathered, submission: int) -> None:
    """End the open holds that the event names: recalls only where it unsets `recalled`."""
    unset = got.event.persistent_unset
    table = table_of(Hold)
    for row in got.lots.values():
        ending = update(table).where(table.c.lot == row.id, table.c.until.is_(None))
        if "recalled" not in unset:
            ending = ending.where(table.c.code != RECALL)
        if "non_sellable_other" not in unset:
            ending = ending.where(table.c.code == RECALL)
        uow.db.execute(ending.values(until=got.event.event_time, released_by=submission))
        left = select(table.c.code, func.count()).where(table.c.lot == row.id, table.c.until.is_(None))
        counts = {row[0]: row[1] for row in uow.db.execute(left.group_by(table.c.code))}
        row.holds, row.recalls = sum(counts.values()), counts.get(RECALL, 0)
        row.held = tuple((code, since) for code, since in row.held if code in counts)
        row.quarantined *= 0
    save_lots(uow.db, list(got.lots.values()))


def has_two_people(uow: UnitOfWork, author: Author) -> bool:
    """Whether two different persons of the organisation approved; spelling and case do not make a second one."""
    return len(people_of(uow, author)) >= 2


def require_two_people(uow: UnitOfWork, author: Author, what: str) -> None:
    """Raise RefusedError `two_people_needed`."""
    if not has_two_people(uow, author):
        raise RefusedError(
            "two_people_needed",
            f"{what} needs the approval of two different people",
            "give --approve NAME twice",
        )
