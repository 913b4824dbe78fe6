"""Our own acts: what a person or program of an organisation records about its lots. Each is one transaction.

Web pages, the API, CSV files and the command line all come through here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from lotproof.kernel.errors import NotFoundError, Problem, RefusedError
from lotproof.kernel.identifiers import LotId
from lotproof.kernel.instants import rfc3339
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots import events
from lotproof.lots.corrections import enter_correction
from lotproof.lots.drafting import Author
from lotproof.lots.entering import Entered, enter, place_due_holds
from lotproof.lots.findings import Opened
from lotproof.lots.models import EventRow
from lotproof.lots.native import CONTEXT, Fact, build_event


@dataclass(frozen=True, slots=True)
class Recorded:
    """An act that stands: its entry's index, and what was found besides.

    index: None for a repetition, and for what is accepted and not yet numbered: the next sequencing does that.
    """

    index: int | None
    entered: Entered


def record(log: Log, author: Author, fact: Fact) -> Recorded:
    """Record one fact. Raises: RefusedError with a code, InvalidInputError, NotFoundError `no_signing_key`."""
    with log.unit_of_work() as uow:
        done = record_in(uow, log.operator, author, fact)
    receipt = uow.receipts.get(done.submission)
    return Recorded(receipt.index if receipt else None, done)


def record_in(
    uow: UnitOfWork, operator: str, author: Author, fact: Fact, *, replaces: bool = False
) -> Entered:
    """Record one fact inside a transaction that goes on. replaces: see `entering.enter`."""
    return enter(uow, operator, author, build_event(fact), replaces=replaces)


def record_all(log: Log, facts: Iterable[tuple[str, Author, Fact]]) -> list[Entered]:
    """Record facts (where, author, fact) together or not at all; `where` names the row in problems.

    Raises: RefusedError `rows_refused` with the problem of the first row that cannot be, nothing being done.
    """
    done: list[Entered] = []
    with log.unit_of_work() as uow:
        for where, author, fact in facts:
            try:
                done.append(record_in(uow, log.operator, author, fact))
            except RefusedError as error:
                problem = Problem(where, error.code, error.message)
                raise RefusedError(
                    "rows_refused", f"{where}: {error.message}", error.hint, [problem]
                ) from error
    return done


def hold(log: Log, author: Author, lots: Sequence[LotId], reason: str) -> Recorded:
    """Put lots on hold by hand. reason: private, it is not on the log in the clear."""
    return record(
        log, author, Fact("hold", log.around.clock(), lots=tuple(lots), reason=reason, code="manual")
    )


def release(
    log: Log, author: Author, lots: Sequence[LotId], reason: str, *, ends_recall: bool = False
) -> Recorded:
    """End the holds of lots; with `ends_recall` their recalls too. author.approvals: two different people."""
    unset = ("non_sellable_other", "recalled") if ends_recall else ("non_sellable_other",)
    return record(
        log, author, Fact("release", log.around.clock(), lots=tuple(lots), reason=reason, unset=unset)
    )


def correct(
    log: Log, author: Author, index: int, reason: str, replacement: Fact | None = None
) -> tuple[Recorded, Recorded | None]:
    """Void the event of entry `index`, and record what is right instead, in one transaction.

    reason: "incorrect_data" or "did_not_occur" (CBV error reasons).  The declaration names no replacement:
    the corrective event stands on its own, right after it.
    Raises: NotFoundError `no_such_event`; RefusedError `correction_not_applied`.
    """
    deferred = Opened()
    with log.unit_of_work() as uow:
        original = _event_at(uow, index)
        declared = declare_wrong(uow, log.operator, author, original.submission, reason, deferred)
        replaced = record_instead(uow, log.operator, author, replacement, deferred) if replacement else None
        declared = replace(declared, findings=place_due_holds(uow, log.operator, deferred))
    return _placed(uow, declared), _placed(uow, replaced) if replaced else None


def declare_wrong(
    uow: UnitOfWork, operator: str, author: Author, submission: int, reason: str, deferred: Opened
) -> Entered:
    """Void an event inside a transaction that goes on. reason: as `correct`.  deferred: see `entering.enter`."""
    raw = events.full_event(uow.db, submission, uow.blobs)
    raw["errorDeclaration"] = {"declarationTime": rfc3339(uow.now), "reason": reason}
    raw.setdefault("@context", CONTEXT)
    return enter_correction(uow, operator, author, raw, submission, deferred=deferred)


def record_instead(uow: UnitOfWork, operator: str, author: Author, fact: Fact, deferred: Opened) -> Entered:
    """Record what is right in the place of what was voided before it in this transaction.

    Raises: RefusedError `said_before` where this party recorded the very same event once: an entry is never made twice.
    """
    done = enter(uow, operator, author, build_event(fact), replaces=True, deferred=deferred)
    if done.repeated:
        at = select(t.entry.c.entry_index).where(t.entry.c.submission == done.submission)
        index = uow.db.execute(at).scalar()
        raise RefusedError(
            "said_before", f"the very same event was recorded before, as entry {index}",
            "where that one stands, declare this one did_not_occur; else change its note or time",
        )  # fmt: skip
    return done


def _placed(uow: UnitOfWork, done: Entered) -> Recorded:
    receipt = uow.receipts.get(done.submission)
    return Recorded(receipt.index if receipt else None, done)


def _event_at(uow: UnitOfWork, index: int) -> Any:
    statement = (
        select(EventRow.submission)
        .join(t.entry, t.entry.c.submission == EventRow.submission)
        .where(t.entry.c.entry_index == index, EventRow.corrects.is_(None))
    )
    row = uow.db.execute(statement).one_or_none()
    if row is None:
        raise NotFoundError(
            "no_such_event", f"entry {index} is no event that could be corrected", "see: lotproof trace"
        )
    return row
