"""Capture documents from outside: stage the whole document, then apply it in chunks that survive a stop.

- "rollback" (the default): one bad event and nothing of the document is applied. "proceed": the good ones are.
- A chunk and the mark of how far the job came commit together: after a crash the job goes on at the next event.
- What is well formed is kept; what contradicts the ledger leaves findings (see `entering`).
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from lotproof.epcis.about import about
from lotproof.kernel.errors import InvalidInputError, LotproofError, NotFoundError, Problem, RefusedError
from lotproof.ledger.log import Log
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.capture_models import CaptureJob, StagedEvent
from lotproof.lots.drafting import Author
from lotproof.lots.entering import enter
from lotproof.lots.findings import Found
from lotproof.lots.long_lists import shorten
from lotproof.proof.canonical import jcs
from lotproof.proof.entry import MAX_ABOUT, MAX_ENTRY, size_bound
from lotproof.storage.engine import reading, take_turn, writing

CHUNK = 500
_CHUNK_LOCK = 0x4C4F5443
_TRIES = 8  # of a chunk that lost its locks to another writer
MOST_ERRORS = 1000  # of a job; a document with more is told so
_OVERHEAD = b"x" * 1200  # signer, kind, digests and proof, generously

Checked = tuple[int, str, Mapping[str, Any] | None, Sequence[Problem]]
"""An event as the schemas give it: position, JSON path, the event (None if it is bad), its problems."""


@dataclass(slots=True)
class Captured:
    """What came of a document."""

    job: str
    state: str
    events: int = 0
    entries: int = 0
    repeated: int = 0
    errors: list[Problem] = field(default_factory=list)
    findings: list[Found] = field(default_factory=list)


def open_job(log: Log, party: str, behaviour: str = "rollback") -> str:
    """Begin a job for a document that `party` submits. behaviour: "rollback" or "proceed"."""
    id = str(uuid.UUID(bytes=log.around.entropy(16), version=4))
    with writing(log.engine) as db:
        values = {"id": id, "party": party, "behaviour": behaviour, "state": "staging", "header": {},
                  "created_at": log.around.clock(), "errors": []}  # fmt: skip
        db.execute(insert(CaptureJob), values)
    return id


def stage(log: Log, job: str, checked: Iterable[Checked], header: Callable[[], Mapping[str, Any]]) -> bool:
    """Keep a document's events until all of them have been checked; returns whether the job may be applied.

    header: asked before the events; its @context is that of every event without one.
    Raises: whatever reading the document raises; the job is failed then, and nothing of it is kept.
    """
    problems = _Problems()
    count = 0
    try:
        found = dict(header())
        stream = iter(checked)
        while chunk := list(islice(stream, CHUNK)):
            count += len(chunk)
            rows = [row for one in chunk if (row := _staged(job, one, found, problems))]
            if rows:
                with writing(log.engine) as db:
                    db.execute(insert(StagedEvent), rows)
    except BaseException as error:
        _fail(log, job, [*problems.listed(), *_reasons(error)], count)
        raise
    if problems.first and _job(log, job).behaviour == "rollback":
        _fail(log, job, problems.listed(), count)
        return False
    with writing(log.engine) as db:
        _update(db, job, state="staged", header=found, events=count, errors=_as_json(problems.listed()))
    return True


def apply_job(log: Log, job: str) -> Captured:
    """Apply what is staged, from where the job stopped; returns what came of it in this call.

    Safe to repeat: a finished job is only read.  Raises: NotFoundError `no_such_job`, `no_signing_key`.
    """
    row = _job(log, job)
    result = Captured(
        job, row.state, row.events, row.entries, row.repeated, [Problem(**e) for e in row.errors]
    )
    while result.state == "staged":
        result = _next_chunk(log, row, result)
    return result


def _next_chunk(log: Log, job: Row[Any], before: Captured) -> Captured:
    """Return the job with one more chunk applied. Two jobs about the same lots may have to give way to each other."""
    for left in range(_TRIES, -1, -1):
        after = replace(before, errors=list(before.errors), findings=list(before.findings))
        try:
            with log.unit_of_work() as uow:
                _apply_chunk(uow, log.operator, job, after)
            return after
        except RefusedError as error:
            if error.code != "database_busy" or not left:
                raise
    raise AssertionError("the last try returns or raises")


def capture(
    log: Log,
    party: str,
    checked: Iterable[Checked],
    header: Callable[[], Mapping[str, Any]],
    behaviour: str = "rollback",
) -> Captured:
    """Stage and apply one document in the caller's thread."""
    job = open_job(log, party, behaviour)
    if stage(log, job, checked, header):
        return apply_job(log, job)
    return job_state(log, job)


def job_state(log: Log, job: str) -> Captured:
    """Return how far a job is."""
    row = _job(log, job)
    return Captured(job, row.state, row.events, row.entries, row.repeated, [Problem(**e) for e in row.errors])


def unfinished(log: Log) -> list[str]:
    """Return the jobs that a stop left staged, oldest first."""
    with reading(log.engine) as db:
        waiting = select(CaptureJob.id).where(CaptureJob.state == "staged").order_by(CaptureJob.created_at)
        return list(db.execute(waiting).scalars())


def get_job(log: Log, job: str) -> Row[Any]:
    """Return the job's row. Raises: NotFoundError `no_such_job`."""
    return _job(log, job)


def fail_job(log: Log, job: str, error: LotproofError) -> None:
    """End a job that can never be applied further; what its earlier chunks wrote stands, and it says how much."""
    row = _job(log, job)
    _fail(log, job, [*(Problem(**one) for one in row.errors), *_reasons(error)], row.events)


def discard_abandoned(log: Log, before: datetime) -> int:
    """Fail the jobs that were begun before a moment and never staged: whoever sent them got no answer.

    Returns how many there were.
    """
    with reading(log.engine) as db:
        left = select(CaptureJob.id).where(CaptureJob.state == "staging", CaptureJob.created_at < before)
        jobs = list(db.execute(left).scalars())
    for job in jobs:
        _fail(log, job, [Problem("$", "interrupted", "the document was not received to its end")], 0)
    return len(jobs)


def _apply_chunk(uow: UnitOfWork, operator: str, job: Row[Any], result: Captured) -> None:
    # One chunk at a time: chunks lock many lots, each in the order of its document, and would wait in circles.
    take_turn(uow.db, _CHUNK_LOCK)
    # Locked, so that two workers on one job take turns and the second finds the first one's mark.
    now = uow.db.execute(select(CaptureJob.__table__).where(CaptureJob.id == job.id).with_for_update()).one()
    author = Author(job.party, "submitter")
    waiting = select(StagedEvent.__table__).where(StagedEvent.job == job.id, StagedEvent.position > now.done)
    rows = uow.db.execute(waiting.order_by(StagedEvent.position).limit(CHUNK)).all()
    result.entries, result.repeated, result.state = now.entries, now.repeated, now.state
    if now.state != "staged":
        return
    done = now.done
    for row, event in _until_correction(rows, now.header):
        try:
            with uow.attempt():
                entered = enter(uow, operator, author, event)
        except InvalidInputError as error:
            result.errors.append(Problem(row.path, error.code, error.message))
        else:
            result.repeated += entered.repeated
            result.entries += not entered.repeated
            result.findings += entered.findings
        done = row.position
    if not rows:
        result.state = "done"
        uow.db.execute(delete(StagedEvent).where(StagedEvent.job == job.id))
    _update(
        uow.db, job.id, done=done, entries=result.entries, repeated=result.repeated, state=result.state,
        errors=_as_json(result.errors), finished_at=uow.now if result.state == "done" else None,
    )  # fmt: skip


def _until_correction(
    rows: Sequence[Row[Any]], header: Mapping[str, Any]
) -> Iterator[tuple[Row[Any], dict[str, Any]]]:
    """A correction names its original's leaf, so it begins a chunk of its own, after that was numbered."""
    for place, row in enumerate(rows):
        event = json.loads(row.body)
        if place and event.get("errorDeclaration"):
            return
        if "@context" in header:
            event.setdefault("@context", header["@context"])
        yield row, event


class _Problems:
    """What is wrong with a document: the first of them, and how many more there are."""

    def __init__(self) -> None:
        self.first: list[Problem] = []
        self._more = 0

    def add(self, found: Sequence[Problem]) -> None:
        """Take note of some, in constant memory whatever the document holds."""
        room = MOST_ERRORS - len(self.first)
        self.first.extend(found[:room])
        self._more += len(found[room:])

    def listed(self) -> list[Problem]:
        """Return them, the last one saying how many are left out."""
        left_out = Problem("$", "more_problems", f"and {self._more} more problems")
        return [*self.first, left_out] if self._more else self.first


def _staged(job: str, one: Checked, header: Mapping[str, Any], problems: _Problems) -> dict[str, Any] | None:
    position, path, event, found = one
    problems.add(found)
    if event is None or found:
        return None
    if unfit := _unfit(path, {**header, **event}):
        problems.add([unfit])
        return None
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return {"job": job, "position": position, "path": path, "body": body}


def _unfit(path: str, event: Mapping[str, Any]) -> Problem | None:
    chains = about(event)
    signed = jcs(shorten(event, lambda _blob: "0" * 64))
    size = size_bound("event", signed + _OVERHEAD, b"", chains) + 70 * len(chains)
    if len(chains) <= MAX_ABOUT and size <= MAX_ENTRY:
        return None
    return Problem(
        path, "event_too_large", f"{len(chains)} chains and up to {size} bytes do not fit into one entry"
    )


def _fail(log: Log, job: str, problems: Sequence[Problem], count: int) -> None:
    with writing(log.engine) as db:
        db.execute(delete(StagedEvent).where(StagedEvent.job == job))
        _update(
            db, job, state="failed", events=count, errors=_as_json(problems), finished_at=log.around.clock()
        )


def _reasons(error: BaseException) -> list[Problem]:
    if isinstance(error, LotproofError):
        return [Problem("$", error.code, error.message), *error.problems]
    return [Problem("$", "interrupted", "the document was not received to its end")]


def _as_json(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [{"where": p.where, "code": p.code, "message": p.message} for p in problems]


def _update(db: Connection, job: str, **values: Any) -> None:
    db.execute(update(CaptureJob).where(CaptureJob.id == job).values(**values))


def _job(log: Log, job: str) -> Row[Any]:
    with reading(log.engine) as db:
        row = db.execute(select(CaptureJob.__table__).where(CaptureJob.id == job)).one_or_none()
    if row is None:
        raise NotFoundError(
            "no_such_job", f"no capture job {job}", "jobs are named by the answer to POST /epcis/capture"
        )
    return row
