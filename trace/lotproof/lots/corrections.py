"""Correct a fact: the same event again with an errorDeclaration. Edges and amounts are voided, nothing is deleted.

- Only who signed the original, or the operator with two people, may correct it.
- A lot on hold or recalled is touched with two people only.
- It is never refused because the lot was consumed: what came after is checked again and held.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from lotproof.epcis.event import Event
from lotproof.kernel.errors import Problem
from lotproof.kernel.identifiers import identify
from lotproof.ledger import tables as t
from lotproof.ledger.submitting import content_digest
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots import findings, holds, trace
from lotproof.lots.apply import Stamp, apply
from lotproof.lots.drafting import Author, Sign, content_of, draft, sign_here
from lotproof.lots.entering import Entered, refuse, settle_holds
from lotproof.lots.events import crop_stated
from lotproof.lots.findings import Opened
from lotproof.lots.gathering import Gathered, gather
from lotproof.lots.kinds import Effect, Kind, classify
from lotproof.lots.lot_rows import LotRow, load_lots, save_lots
from lotproof.lots.models import ContainerSpan, EventLot, EventRow, Finding, Lot, LotEdge
from lotproof.lots.public_id import drafted_id
from lotproof.proof.merkle import stored_index
from lotproof.storage.base import table_of

_UNDONE_BY_RELEASE = frozenset({Effect.HOLD, Effect.RECALL, Effect.RELEASE})


def enter_correction(
    uow: UnitOfWork,
    operator: str,
    author: Author,
    raw: Mapping[str, Any],
    meant: int | None = None,
    sign: Sign = sign_here,
    deferred: Opened | None = None,
) -> Entered:
    """Let an event with an errorDeclaration in, and void what it corrects.

    meant: submission that is corrected, where several parties recorded the same; None: what the content tells.
    deferred: see `entering.enter`.
    Raises: RefusedError for an own act that may not; a document that may not is kept and leaves a finding.
    """
    event = Event(raw)
    kind = classify(event)
    content = content_digest(content_of(raw), uow.terms.secret)
    got = gather(uow, event, kind, content)  # locks: of two who correct the same, the second finds it voided
    original = standing_original(uow.db, content, meant, None if author.party == operator else author.party)
    leaf = original and leaf_hash_of(uow, original.submission)
    drafted = draft(uow, author, event, kind, corrects=leaf)
    done = sign(uow, drafted)
    if done.repeated:
        return Entered(done.id, True)
    # That of the original: of an event with erased parts the content that is stated now is another one.
    content = original.content if original else content
    if original:
        _add_lots_of(uow, got, original.submission)
    problem = objection(uow, operator, author, got, original)
    if problem and author.role == "author":
        refuse([problem])
    opened = Opened()
    corrected = original.submission if original else 0
    stamp = Stamp(done.id, content, author.party, drafted_id(drafted), corrected)
    take_back(uow, got, stamp, original, problem, opened)
    return Entered(done.id, False, settle_holds(uow, operator, opened, deferred))


def take_back(
    uow: UnitOfWork,
    got: Gathered,
    stamp: Stamp,
    original: Row[Any] | None,
    problem: Problem | None,
    opened: Opened,
) -> None:
    """Let a correction that stands on the log work, or leave the finding that says why it does not."""
    apply(uow, got, stamp)
    if problem:
        findings.open_findings(uow, [problem], got.lots, stamp.submission, opened)
    elif original:
        _void(uow, got, original, stamp.submission, opened)


def gather_with(
    uow: UnitOfWork, event: Event, kind: Kind, content: bytes, original: Row[Any] | None
) -> Gathered:
    """Load what a correction touches, and what its original had touched."""
    got = gather(uow, event, kind, content)
    if original:
        _add_lots_of(uow, got, original.submission)
    return got


def _add_lots_of(uow: UnitOfWork, got: Gathered, original: int) -> None:
    """Add the lots that the original touched: what its containers held may be told otherwise by now."""
    touched = select(Lot.uri).join(EventLot, EventLot.lot == Lot.id).where(EventLot.submission == original)
    missing = [uri for uri in uow.db.execute(touched).scalars() if uri not in got.lots]
    got.lots.update(load_lots(uow.db, dict.fromkeys(missing)))


def standing_original(
    db: Connection, content: bytes, meant: int | None, party: str | None
) -> Row[Any] | None:
    """Return the standing event with this content: the one that is meant, else the first of a party, or of anybody.

    What is meant is not asked for its content: of an event with erased parts nobody can state it any more.
    """
    statement = select(EventRow.__table__).where(EventRow.corrects.is_(None), EventRow.voided_by.is_(None))
    statement = statement.with_for_update()  # of two who correct it at once, the second finds that it stands no more
    if meant is not None:
        return db.execute(statement.where(EventRow.submission == meant)).one_or_none()
    statement = statement.where(EventRow.content == content)
    if party is not None:
        statement = statement.where(EventRow.party == party)
    return db.execute(statement.order_by(EventRow.submission).limit(1)).one_or_none()


def leaf_hash_of(uow: UnitOfWork, submission: int) -> str | None:
    """Return the leaf hash (hex) of a submission's entry, None while it is not numbered yet."""
    index = uow.db.execute(select(t.entry.c.entry_index).where(t.entry.c.submission == submission)).scalar()
    if index is None:
        return None
    leaf: bytes = uow.db.execute(
        select(t.node.c.hash).where(t.node.c.id == stored_index(0, index))
    ).scalar_one()
    return leaf.hex()


def objection(
    uow: UnitOfWork, operator: str, author: Author, got: Gathered, original: Row[Any] | None
) -> Problem | None:
    """Return why a correction may not be, None where it may."""
    where = next(iter(got.lots), "")
    if original is None:
        return Problem(
            where, "correction_without_original", "no standing event of this party has this content"
        )
    two = holds.has_two_people(uow, author)
    if got.kind.effect in _UNDONE_BY_RELEASE:
        return Problem(
            where,
            "correction_not_applied",
            "a hold, recall or release ends by a release, not by a correction",
        )
    if original.party != author.party and not (author.party == operator and two):
        return Problem(
            where,
            "correction_not_applied",
            "only its signer, or the operator with two people, may correct it",
        )
    if any(row.held for row in got.lots.values()) and not two:
        return Problem(
            where, "correction_not_applied", "a lot on hold is touched: two people have to approve"
        )
    return None


def _void(uow: UnitOfWork, got: Gathered, original: Row[Any], by: int, opened: Opened) -> None:
    uow.db.execute(update(EventRow).where(EventRow.submission == original.submission).values(voided_by=by))
    if original.counted and _hand_over(uow, original):
        return
    findings.close_of_event(uow, original.submission, by)
    if not original.counted:
        return
    downstream = _downstream(uow, got)
    _take_back(uow, got, original.submission)
    uow.db.execute(update(LotEdge).where(LotEdge.submission == original.submission).values(voided=True))
    _take_back_spans(uow, original.submission)
    _describe_again(uow, got.lots)
    if got.cycle is not None and got.event.extension("crop"):
        got.cycle.crop = crop_stated(uow.db, got.cycle.id)
    if got.cycle is not None and got.kind.effect is Effect.TREAT:
        findings.close_harvests(uow, got.cycle, by)
    save_lots(uow.db, list(got.lots.values()))
    findings.settle_standing(uow, got.lots, by, opened)
    for row in got.lots.values():
        findings.recheck_times(uow, row, got.lots, by, opened)
    later = [Problem(uri, "corrected_upstream", "what it came from was corrected") for uri in downstream]
    findings.open_findings(uow, later, downstream, by, opened)


def _hand_over(uow: UnitOfWork, original: Row[Any]) -> bool:
    """Let a twin (same content, other party) carry the effects on; returns whether there is one."""
    twin = uow.db.execute(
        select(EventRow.submission)
        .where(
            EventRow.content == original.content, EventRow.voided_by.is_(None), EventRow.corrects.is_(None)
        )
        .where(EventRow.submission != original.submission)
        .order_by(EventRow.submission)
        .limit(1)
    ).scalar()
    if twin is None:
        return False
    old = original.submission
    for part in uow.db.execute(select(EventLot.__table__).where(EventLot.submission == old)).all():
        at = (EventLot.submission == twin) & (EventLot.position == part.position)
        uow.db.execute(update(EventLot).where(at).values(total=part.total, base_amount=part.base_amount))
    uow.db.execute(update(EventLot).where(EventLot.submission == old).values(total=None))
    uow.db.execute(update(LotEdge).where(LotEdge.submission == old).values(submission=twin))
    standing = (Finding.submission == old) & Finding.closed_by.is_(None)
    uow.db.execute(update(Finding).where(standing).values(submission=twin))
    for column in (ContainerSpan.opened_by, ContainerSpan.closed_by):
        uow.db.execute(update(ContainerSpan).where(column == old).values({column.key: twin}))
    uow.db.execute(update(EventRow).where(EventRow.submission == old).values(counted=False))
    uow.db.execute(update(EventRow).where(EventRow.submission == twin).values(counted=True))
    return True


def _downstream(uow: UnitOfWork, got: Gathered) -> dict[str, LotRow]:
    """Lots that come from what the original created, read before its edges are voided."""
    made = [got.lots[m.lot].id for m in got.movements if m.role in ("object", "output") and m.lot in got.lots]
    uris = trace.closure_uris(uow.db, made, "down") if made else []
    return load_lots(
        uow.db, {uri: identify(uri).lot for uri in uris if uri not in got.lots and identify(uri).lot}
    )


def _take_back(uow: UnitOfWork, got: Gathered, submission: int) -> None:
    by_id = {row.id: row for row in got.lots.values()}
    parts = select(EventLot.lot, EventLot.total, EventLot.base_amount).where(
        EventLot.submission == submission
    )
    for part in uow.db.execute(parts.where(EventLot.total.is_not(None))):
        if part.base_amount is not None and part.lot in by_id:
            row = by_id[part.lot]
            row.balance = row.balance.add(part.total, -part.base_amount)
            if got.kind.effect in (Effect.RETURN, Effect.DESTROY):
                row.quarantined = _quarantined_without(uow, row, part.base_amount)


def _quarantined_without(uow: UnitOfWork, row: LotRow, amount: Decimal) -> Decimal:
    """What is in quarantine once a return (amount < 0) or a destruction (> 0) did not happen.

    Never more than what came back and stands. Where a release came between, this asks for another one: the safe side.
    """
    returns = (
        select(EventLot.base_amount)
        .join(EventRow, EventRow.submission == EventLot.submission)
        .where(EventLot.lot == row.id, EventRow.kind == "return", EventLot.total.is_not(None))
        .where(EventRow.voided_by.is_(None))
    )
    came_back = -sum((back for back in uow.db.execute(returns).scalars() if back is not None), Decimal(0))
    return max(Decimal(0), min(row.quarantined + amount, came_back))


def _take_back_spans(uow: UnitOfWork, submission: int) -> None:
    """What it packed was never inside; what it unpacked still is."""
    table = table_of(ContainerSpan)
    uow.db.execute(update(table).where(table.c.opened_by == submission).values(until=table.c.since))
    uow.db.execute(update(table).where(table.c.closed_by == submission).values(until=None, closed_by=None))


def _describe_again(uow: UnitOfWork, lots: Mapping[str, LotRow]) -> None:
    """Begin, harvest date and first day of harvest, from the events that still stand."""
    standing = (
        select(EventLot.lot, func.min(EventRow.event_time), func.min(EventRow.on_date),
               func.max(EventRow.on_date))
        .join(EventRow, EventRow.submission == EventLot.submission)
        .where(EventLot.lot.in_([row.id for row in lots.values()]), EventRow.voided_by.is_(None))
        .where(EventRow.corrects.is_(None))
        .where((EventLot.total == "created") | ((EventLot.role == "cycle") & (EventRow.kind == "input_applied")))
        .group_by(EventLot.lot)
    )  # fmt: skip
    facts = {row[0]: row for row in uow.db.execute(standing)}
    for row in lots.values():
        known = facts.get(row.id)
        if row.type == "cycle":
            row.earliest_harvest = known[3] if known else None
        else:
            row.created_at = known[1] if known else None
            row.harvested_on = known[2] if known else None
