"""Holds: placed by an event, ended only by an event that two different people approved."""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from lotproof.epcis.event import Event
from lotproof.kernel.errors import RefusedError
from lotproof.ledger.bulk import insert_all
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.drafting import Author, people_of
from lotproof.lots.gathering import Gathered
from lotproof.lots.kinds import Effect
from lotproof.lots.lot_rows import save_lots
from lotproof.lots.models import Hold
from lotproof.lots.problems import CODES
from lotproof.storage.base import table_of
from lotproof.storage.engine import in_batches

_TABLE = table_of(Hold)
MANUAL, RECALL = "manual", "recall"


def apply_hold(uow: UnitOfWork, got: Gathered, submission: int) -> None:
    """Write the holds that a hold or recall event places on its lots."""
    is_recall = got.kind.effect is Effect.RECALL
    code = RECALL if is_recall else code_of(got.event)
    recall = got.event.extension("recall") if is_recall else None
    rows, since = list(got.lots.values()), got.event.event_time
    common = {"submission": submission, "code": code, "recall": recall, "since": since}
    insert_all(uow.db, _TABLE, [{"lot": row.id, **common} for row in rows])
    for row in rows:
        row.holds += 1
        row.recalls += int(is_recall)
        row.held = (*row.held, (code, since))
    save_lots(uow.db, rows)


def code_of(event: Event) -> str:
    """Return a hold's code. Documents from outside may state anything; what is no code of ours is a hold by hand."""
    stated = event.extension("code")
    return stated if isinstance(stated, str) and stated in CODES else MANUAL


def apply_release(uow: UnitOfWork, got: Gathered, submission: int) -> None:
    """End the open holds that the event names: recalls only where it unsets `recalled`, one where it names one."""
    unset, rows = got.event.persistent_unset, {row.id: row for row in got.lots.values()}
    named = got.event.extension("recall")
    ending = update(_TABLE).where(_TABLE.c.until.is_(None))
    if "recalled" not in unset:
        ending = ending.where(_TABLE.c.code != RECALL)
    elif isinstance(named, str):
        ending = ending.where((_TABLE.c.code != RECALL) | (_TABLE.c.recall == named))
    if "non_sellable_other" not in unset:
        ending = ending.where(_TABLE.c.code == RECALL)
    ending = ending.values(until=got.event.event_time, released_by=submission)
    for some in in_batches(list(rows)):
        uow.db.execute(ending.where(_TABLE.c.lot.in_(some)))
    left = _open_holds(uow, list(rows))
    for row in rows.values():
        counts = left.get(row.id, {})
        row.holds, row.recalls = sum(counts.values()), counts.get(RECALL, 0)
        row.held = tuple((code, since) for code, since in row.held if code in counts)
        if "non_sellable_other" in unset:
            row.quarantined *= 0
    save_lots(uow.db, list(rows.values()))


def _open_holds(uow: UnitOfWork, lots: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many open holds of each code each lot has."""
    found: dict[int, dict[str, int]] = {}
    for some in in_batches(lots):
        statement = select(_TABLE.c.lot, _TABLE.c.code, func.count()).where(
            _TABLE.c.lot.in_(some), _TABLE.c.until.is_(None)
        )
        for lot, code, count in uow.db.execute(statement.group_by(_TABLE.c.lot, _TABLE.c.code)):
            found.setdefault(lot, {})[code] = count
    return found


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
