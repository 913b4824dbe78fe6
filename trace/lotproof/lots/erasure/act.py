"""Erase somebody, or some hidden parts: one transaction with an `erase` entry on the log.

- Two people of the operator approve. It cannot be undone.
- Documents that only erased parts named are removed after the transaction, as files know no rollback; whoever stops
  in between has left a note, and the next one finishes it.
- The entry names digests, and the party where it is one's, and never what was erased. Every proof still holds.
- Done again, it finds nothing and changes nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from lotproof.documents.actions import remove
from lotproof.documents.working import destroy_due
from lotproof.kernel.errors import InvalidInputError, NotFoundError, RefusedError
from lotproof.ledger import tables as t
from lotproof.ledger.erasing import destroy, note_change, remember
from lotproof.ledger.log import Log
from lotproof.ledger.submitting import Draft, Entropy
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.capture_models import CaptureJob, StagedEvent
from lotproof.lots.drafting import Author, approvals_of
from lotproof.lots.erasure.books import forget_in_books
from lotproof.lots.erasure.owed import recalled_lots_of
from lotproof.lots.erasure.plan import Plan, plan_party, plan_subject, still_named
from lotproof.lots.events import disclosures_of, signed_of
from lotproof.lots.holds import require_two_people
from lotproof.lots.models import EventRow
from lotproof.parties.models import ApiKey, Record
from lotproof.parties.qualifying import project
from lotproof.parties.records import get_record
from lotproof.proof.canonical import jcs
from lotproof.proof.disclosure import reveal
from lotproof.storage.base import table_of
from lotproof.storage.engine import in_batches, reading
from lotproof.storage.going import Going, finish_removals, removals_left

TOGETHER = 1_000  # digests in one entry: more would not fit
_EVENT, _RECORD = table_of(EventRow), table_of(Record)


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of an erasure. entries: where it stands on the log; none where nothing was left to erase."""

    plan: Plan
    entries: tuple[int, ...] = ()


def look(log: Log, party: str | None, texts: Sequence[str] = ()) -> Plan:
    """Return what `erase` would take, and change nothing. Raises: as `erase` does, but for approvals."""
    with reading(log.engine) as db:
        return _planned(db, log, party, texts)


def erase(log: Log, author: Author, party: str | None, texts: Sequence[str] = ()) -> Erased:
    """Erase a party (its URI), or somebody by names and telephone numbers who is none.

    author: the operator, with two approvals.
    Raises: RefusedError `two_people_needed`, `erase_operator`, `not_a_person`, `recall_owed`, `documents_waiting`;
    NotFoundError `unknown_party`, `nothing_to_erase`; InvalidInputError `nobody_named`.
    """
    finish_documents(log)
    with Going(log.around.blobs) as going, log.unit_of_work() as uow:
        plan = _planned(uow.db, log, party, texts)
        require_two_people(uow, author, "an erasure")
        if not plan.is_empty:
            carry_out(uow, author, plan, "request")
        going.note(plan.blobs)
    destroy_due(log)
    return Erased(plan, tuple(sorted(one.index for one in uow.receipts.values())))


def carry_out(uow: UnitOfWork, author: Author, plan: Plan, reason: str) -> None:
    """Erase what a plan holds, inside a transaction. reason: "request" or "retention"."""
    digests = sorted(part.digest for part in plan.parts)
    remember(uow.db, digests, plan.party)
    destroy_parts(uow.db, digests, uow.terms.entropy)
    forget_party(uow.db, plan, uow.now)
    for some in list(in_batches(digests, TOGETHER)) or [[]]:
        if some or plan.party:
            uow.submit(_draft(uow, author, plan.party, some, reason))


def destroy_parts(db: Connection, digests: Collection[str], entropy: Entropy) -> None:
    """Destroy hidden parts wherever they are kept: with the log, and in what was derived from it."""
    done = destroy(db, digests, entropy)
    for content, submissions in done.renamed:
        for some in in_batches(submissions):
            # A correction has the content of what it corrects.
            own = _EVENT.c.submission.in_(some) & (func.coalesce(_EVENT.c.corrects, 0) == 0)
            db.execute(update(_EVENT).where(own | _EVENT.c.corrects.in_(some)).values(content=content))
    for submission in done.submissions:
        project_again(db, submission)


def project_again(db: Connection, submission: int) -> None:
    """Write a record anew, as far as it can still be opened, where this submission is its newest version."""
    mine = _RECORD.c.submission == submission
    if db.execute(select(_RECORD.c.id).where(mine)).first() is None:
        return
    known = disclosures_of(db, [submission]).get(submission, [])
    body = reveal(signed_of(db, submission), known)["record"]["body"]
    db.execute(update(_RECORD).where(mine).values(body=body))
    project(db, signed_of(db, submission)["record"] | {"body": body}, submission)


def forget_party(db: Connection, plan: Plan, at: datetime) -> None:
    """Remove what lies beside the log: jobs of a party, what others tell of it, its keys, its papers, its words.

    The bytes of the papers go after the transaction (`destroy_due`), or at the next turn of whoever cleans them.
    """
    for id in plan.papers:
        remove(db, id, at)
    forget_in_books(db, plan.books)
    for some in in_batches(plan.jobs):
        db.execute(delete(StagedEvent).where(StagedEvent.job.in_(some)))
        db.execute(delete(CaptureJob).where(CaptureJob.id.in_(some)))
    for some in in_batches(plan.told_by):
        db.execute(update(CaptureJob).where(CaptureJob.id.in_(some)).values(errors=[], header={}))
    for some in in_batches(plan.api_keys):
        db.execute(delete(ApiKey).where(ApiKey.id.in_(some)))
    if plan.party:
        note_change(db)


def finish_documents(log: Log) -> None:
    """Remove documents of erased parts that a process left there which stopped after its transaction."""

    def named_now(documents: Collection[str]) -> set[str]:
        with reading(log.engine) as db:
            return still_named(db, documents)

    if removals_left(log.around.blobs):
        finish_removals(log.around.blobs, named_now)


def _planned(db: Connection, log: Log, party: str | None, texts: Sequence[str]) -> Plan:
    if party is None:
        if not any(text.strip() for text in texts):
            raise InvalidInputError("nobody_named", "nobody is named", "name a party, or give --subject NAME")
        plan = plan_subject(db, texts)
    else:
        _refuse_party(db, log, party)
        plan = plan_party(db, party)
    if plan.waiting:
        raise RefusedError(
            "documents_waiting",
            f"documents that are not applied yet speak of them: capture jobs {', '.join(plan.waiting)}",
            "let them be applied (lotproof serve, or lotproof capture), then erase",
        )
    if plan.is_empty and not _was_erased(db, party):
        raise NotFoundError(
            "nothing_to_erase", "nothing hidden speaks of them", "check how the name is spelt"
        )
    return plan


def _refuse_party(db: Connection, log: Log, party: str) -> None:
    if party == log.operator:
        raise RefusedError(
            "erase_operator", "the operator signs for this ledger and cannot be erased from it", ""
        )
    body = get_record(db, "party", party)
    if body is None:
        raise NotFoundError("unknown_party", f"{party} is not registered here", "see: lotproof org list")
    if body.get("person") is not True:
        raise RefusedError(
            "not_a_person",
            f"{party} was recorded as an organisation: its names stand on the log in the open, for ever",
            "erase persons who stand in its hidden parts: lotproof erase --subject NAME",
        )
    if owed := recalled_lots_of(db, party, log.around.blobs):
        more = f" and {len(owed) - 1} more" if len(owed) > 1 else ""
        raise RefusedError(
            "recall_owed",
            f"it must still be told of a recall: it has, or got, {owed[0]}{more}",
            "tell it, and release the recall first: lotproof release --recall LOT --approve A --approve B",
        )


def _was_erased(db: Connection, party: str | None) -> bool:
    if party is None:
        return False
    erasures = (
        select(func.count())
        .select_from(t.chain_link)
        .join(t.chain, t.chain.c.id == t.chain_link.c.chain)
        .join(t.entry, t.entry.c.entry_index == t.chain_link.c.entry_index)
        .where(t.chain.c.uri == party, t.entry.c.kind == "erase")
    )
    return db.execute(erasures).scalar_one() > 0


def _draft(uow: UnitOfWork, author: Author, party: str | None, digests: Sequence[str], reason: str) -> Draft:
    what: dict[str, Any] = {"digests": list(digests), "reason": reason} | ({"party": party} if party else {})
    signed: dict[str, Any] = {
        "by": author.party,
        "role": "author",
        "kind": "erase",
        "about": sorted({author.party, *([party] if party else [])}),
        "erase": what,
        "approvals": approvals_of(uow, author),
    }
    names = [f"/approvals/{n}/name" for n in range(len(signed["approvals"]))]
    # Its time is part of what it is: a party that came back and left again is erased a second time.
    content = jcs([what, uow.now.isoformat()])
    return Draft("erase", signed, content, private=names, parties=[party] if party else [])
