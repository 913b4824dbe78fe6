"""How long private data is kept, by kind: a record on the log, and what is due by it, erased by the same door.

- A rule is a record of type `retention`: its id is one of `record_types.RETAINED`, its body the days.
- Days count from when an entry was recorded; for names and telephones of a party, from the newest entry in which the
  party takes part, so that nobody who still works here is forgotten.
- A paper that somebody handed in counts from when it came, or from when it was last needed as evidence.
- Older versions of a party's record go with the version that is due, never before.
- Where a kind has no rule it is kept until somebody is erased.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from lotproof.documents.queries import documents_before
from lotproof.documents.working import destroy_due
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.lots.capture_models import CaptureJob
from lotproof.lots.drafting import Author
from lotproof.lots.erasure.act import Erased, carry_out, finish_documents
from lotproof.lots.erasure.kinds import DOCUMENTS, JOBS, NAMES, OWNERS, PHONES, kind_of
from lotproof.lots.erasure.owed import recalled_lots_of
from lotproof.lots.erasure.plan import Part, Plan, blobs_of
from lotproof.lots.holds import require_two_people
from lotproof.parties.models import Record
from lotproof.parties.record_types import RETAINED
from lotproof.parties.records import all_records
from lotproof.storage.base import table_of
from lotproof.storage.engine import reading
from lotproof.storage.going import Going

_JOBS = table_of(CaptureJob)
_OF_PARTIES = frozenset({NAMES, PHONES})
_OLD = (
    select(t.disclosure, t.entry.c.record_time)
    .join(t.entry, t.entry.c.submission == t.disclosure.c.submission)
    .where(t.entry.c.record_time < bindparam("before"))
    .order_by(t.disclosure.c.digest)
)


def rules(db: Connection) -> dict[str, int | None]:
    """Return for each kind how many days it is kept, None for as long as nobody is erased."""
    stated = all_records(db, "retention")
    return {kind: stated[kind]["days"] if kind in stated else None for kind in RETAINED}


def due(log: Log) -> Plan:
    """Return what is older than its rule allows, and change nothing."""
    with reading(log.engine) as db:
        return _due(db, log, log.around.clock())


def apply_retention(log: Log, author: Author) -> Erased:
    """Erase what is due. author: the operator, with two approvals. Raises: RefusedError `two_people_needed`."""
    finish_documents(log)
    with Going(log.around.blobs) as going, log.unit_of_work() as uow:
        plan = _due(uow.db, log, uow.now)
        require_two_people(uow, author, "an erasure")
        if not plan.is_empty:
            carry_out(uow, author, plan, "retention")
        going.note(plan.blobs)
    destroy_due(log)
    return Erased(plan, tuple(sorted(one.index for one in uow.receipts.values())))


def _due(db: Connection, log: Log, now: datetime) -> Plan:
    limits = {kind: now - timedelta(days=days) for kind, days in rules(db).items() if days is not None}
    plan = Plan()
    if not limits:
        return plan
    resting = dict(_resting_parties(db, log, limits)) if _OF_PARTIES & limits.keys() else {}
    values: list[Any] = []
    for row in db.execute(_OLD, {"before": max(limits.values())}):
        kind = kind_of(row.name)
        if kind == OWNERS or kind not in limits:
            continue
        if kind in resting.get(row.submission, ()) if kind in _OF_PARTIES else row.record_time < limits[kind]:
            plan.parts.append(Part(row.digest, row.submission, row.name, kind))
            values.append(row.value)
    plan.blobs = blobs_of(db, values, {part.digest for part in plan.parts})
    if JOBS in limits:
        ended = select(_JOBS.c.id).where(_JOBS.c.finished_at < limits[JOBS])
        plan.jobs = list(db.execute(ended).scalars())
    if DOCUMENTS in limits:
        plan.papers = documents_before(db, limits[DOCUMENTS])
    return plan


def _resting_parties(
    db: Connection, log: Log, limits: Mapping[str, datetime]
) -> Iterator[tuple[int, frozenset[str]]]:
    """Versions of records whose party takes part in nothing any more: submission -> kinds that are due."""
    chained = (
        select(t.entry.c.submission, t.chain.c.uri)
        .join(t.chain_link, t.chain_link.c.entry_index == t.entry.c.entry_index)
        .join(t.chain, t.chain.c.id == t.chain_link.c.chain)
        .join(Record, Record.id == t.chain.c.uri)
        .where(Record.type == "party", t.entry.c.kind == "record")
    )
    newest = (
        select(func.max(t.entry.c.record_time))
        .join(t.entry_party, t.entry_party.c.entry_index == t.entry.c.entry_index)
        .where(t.entry.c.kind != "erase")
    )
    kinds_of: dict[str, frozenset[str]] = {}
    for row in db.execute(chained).all():
        if row.uri not in kinds_of:
            last = db.execute(newest.where(t.entry_party.c.party == row.uri)).scalar()
            rests = {kind for kind in _OF_PARTIES & limits.keys() if last is None or last < limits[kind]}
            owed = bool(rests) and recalled_lots_of(db, row.uri, log.around.blobs)
            kinds_of[row.uri] = frozenset() if owed else frozenset(rests)
        yield row.submission, kinds_of[row.uri]
