"""Recalls as people of an organisation start, follow and answer them.

- Who recalls sees each lot that her organisation takes part in; of what went on to others she sees how many lots those
  are, and the operator sees all. The recall itself holds every one of them.
- Affected is whoever takes part in a recalled lot: signed something, was named, or is to get some of it.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, insert, select, true, union

from lotproof.kernel.errors import InvalidInputError, NotFoundError, Problem
from lotproof.kernel.identifiers import LotId
from lotproof.kernel.quantity import plain
from lotproof.ledger import tables as t
from lotproof.ledger.readers import Reader
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.book import telling_people
from lotproof.lots.book.models import RecallAnswer
from lotproof.lots.book.own import reader_of
from lotproof.lots.drafting import Author
from lotproof.lots.models import EventLot, EventRow, Hold, Lot
from lotproof.lots.recall import Reach, affected_of, lots_of, reach_among, recall_in, receivers_of
from lotproof.lots.recall_lists import Line, lines_of
from lotproof.lots.recalls import Recall
from lotproof.lots.taking_part import DECISIONS, takes_part_in
from lotproof.lots.trace import closure_of, unknown_lot
from lotproof.parties.models import Record
from lotproof.people.actor import Actor
from lotproof.people.deeds import note as note_deed
from lotproof.people.permissions import Permission
from lotproof.storage.blobs import BlobStore

MOST_SEEDS = 50
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Lists:
    """What a reader sees of a recall. beyond: how many more lots it reaches, of which others know."""

    lines: Sequence[Line]
    lots: int
    beyond: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What an affected organisation said last; at None: it has not answered."""

    party: str
    at: datetime | None
    note: str
    amounts: Mapping[str, str]


def rehearse(db: Connection, actor: Actor, seeds: Sequence[LotId], blobs: BlobStore) -> Lists:
    """Return what a recall of these lots would reach; nothing changes.

    Raises: ForbiddenError; NotFoundError `unknown_lot`; InvalidInputError `no_lots`, `too_many_lots`.
    """
    actor.require(Permission.RECALL_LOTS)
    reader = reader_of(actor)
    ids = _seeds(db, reader, seeds)
    closed = closure_of(ids, "down", with_voided=True)
    reached = db.execute(
        select(Lot.id, Lot.uri, _flag(reader).label("mine")).join(closed, closed.c.id == Lot.id)
    ).all()
    found = reach_among(db, seeds, ids, [row.id for row in reached], blobs)
    return _seen(reader, found, {row.uri for row in reached if row.mine})


def recall_now(
    uow: UnitOfWork, operator: str, actor: Actor, seeds: Sequence[LotId], reason: str, recall: str
) -> Sequence[str]:
    """Hold everything that came from these lots; returns the affected organisations (URIs).

    recall: URI of `recall.new_recall`.  reason: private.  Raises: as `rehearse`; InvalidInputError `missing`.
    """
    actor.require(Permission.RECALL_LOTS)
    if not reason.strip():
        raise InvalidInputError(
            "missing", "a reason is needed", "", [Problem("reason", "missing", "is needed")]
        )
    _seeds(uow.db, reader_of(actor), seeds)
    found = recall_in(uow, operator, Author(actor.acting_for), seeds, reason.strip(), recall)
    note_deed(uow.db, actor, uow.now, "recall_lots", "recall", recall, lots=len(found.affected))
    affected = affected_by(uow.db, recall)
    name = ", ".join(lot.code for lot in seeds[:3])
    telling_people.tell_recall(uow.db, affected, name, reason.strip(), recall, uow.now)
    return affected


def recall_for(
    db: Connection, actor: Actor, recall: str, blobs: BlobStore
) -> tuple[Recall, Lists, list[str]]:
    """Return a recall as it stands, what of its lists somebody sees, and her organisation's lots in it (URIs).

    Raises: NotFoundError `unknown_recall`, also for one that touches nothing of her organisation.
    """
    reader = reader_of(actor)
    held = db.execute(
        select(
            Lot.id,
            Lot.uri,
            Hold.until,
            Hold.since,
            Hold.submission,
            EventRow.party,
            _flag(reader).label("mine"),
        )
        .select_from(Hold)
        .join(Lot, Lot.id == Hold.lot)
        .join(EventRow, EventRow.submission == Hold.submission)
        .where(Hold.recall == recall)
        .order_by(Hold.submission, Lot.uri)
    ).all()
    if not held or not (any(row.mine for row in held) or held[0].party == reader):
        raise _unknown(recall)
    still = sum(row.until is None for row in held)
    found = Recall(recall, held[0].party, held[0].since, len(held), still, ())
    rows = lots_of(db, [row.id for row in held])
    reached = Reach((), tuple(affected_of(row, False) for row in rows), receivers_of(db, rows, blobs), recall)
    mine = [row.uri for row in held if row.mine]
    return found, _seen(reader, reached, set(mine)), mine


def recalls_for(db: Connection, reader: Reader, limit: int = 50) -> list[Recall]:
    """Return the recalls that touch a reader's lots, or that she began, the newest first; one statement."""
    held = (
        select(Hold.recall, func.count().label("lots"), func.min(Hold.submission).label("first"),
               func.sum(case((Hold.until.is_(None), 1), else_=0)).label("still"), func.min(Hold.since).label("since"))
        .where(Hold.recall.is_not(None))
        .group_by(Hold.recall)
    )  # fmt: skip
    if reader is not None:
        touched = (
            select(Hold.recall)
            .join(Lot, Lot.id == Hold.lot)
            .where(Hold.recall.is_not(None), takes_part_in(reader))
        )
        held = held.where(Hold.recall.in_(touched))
    part = held.subquery()
    rows = db.execute(
        select(part, EventRow.party)
        .join(EventRow, EventRow.submission == part.c.first)
        .order_by(part.c.first.desc())
        .limit(limit)
    )
    return [Recall(row.recall, row.party, row.since, row.lots, row.still, ()) for row in rows]


def _flag(reader: Reader) -> ColumnElement[bool]:
    return true() if reader is None else takes_part_in(reader)


def _unknown(recall: str) -> NotFoundError:
    return NotFoundError("unknown_recall", f"no recall {recall} is recorded", "look at the list of recalls")


def affected_by(db: Connection, recall: str) -> list[str]:
    """Return the organisations that take part in a recalled lot: signed, were named, or are to get some of it."""
    named = (
        select(t.entry_party.c.party)
        .join(t.entry, t.entry.c.entry_index == t.entry_party.c.entry_index)
        .join(EventRow, EventRow.submission == t.entry.c.submission)
        .join(EventLot, EventLot.submission == EventRow.submission)
        .join(Hold, Hold.lot == EventLot.lot)
        .where(Hold.recall == recall, EventRow.kind.not_in(DECISIONS))
    )
    sent = (
        select(Record.belongs_to)
        .join(EventRow, EventRow.to_place == Record.id)
        .join(EventLot, EventLot.submission == EventRow.submission)
        .join(Hold, Hold.lot == EventLot.lot)
        .where(Hold.recall == recall, Record.type == "place", Record.belongs_to.is_not(None))
        .where(EventRow.voided_by.is_(None))
    )
    return sorted(set(db.execute(union(named, sent)).scalars()))


def answer_recall(
    db: Connection, actor: Actor, recall: str, amounts: Mapping[str, Decimal], note: str, now: datetime
) -> None:
    """Say for an organisation that it knows of a recall, and what it still has of its lots (URI -> amount).

    Raises: ForbiddenError; NotFoundError `unknown_recall`, `unknown_lot` for a lot that is not among its own.
    """
    actor.require(Permission.ANSWER_RECALL)
    known = set(lots_of_recall(db, actor.acting_for, recall))
    if not known:
        raise _unknown(recall)
    if strange := sorted(set(amounts) - known):
        raise NotFoundError("unknown_lot", f"{strange[0]} is no lot of this recall", "choose one of its lots")
    row = {"recall": recall, "party": actor.acting_for, "account": actor.account, "at": now, "note": note.strip(),
           "amounts": {uri: plain(amount) for uri, amount in amounts.items()}}  # fmt: skip
    db.execute(insert(RecallAnswer), row)
    note_deed(db, actor, now, "answer_recall", "recall", recall)


def read_amounts(lots: Sequence[str], texts: Sequence[str]) -> dict[str, Decimal]:
    """Return what is stated of each lot (URI); blank says nothing. Raises: InvalidInputError `invalid_number`."""
    found = {}
    for uri, text in zip(lots, map(str.strip, texts), strict=False):
        if not text:
            continue
        if not _AMOUNT.fullmatch(text):
            raise InvalidInputError(
                "invalid_number", f"{text[:60]!r} is no amount", "write a number such as 12.5"
            )
        found[uri] = Decimal(text)
    return found


def lots_of_recall(db: Connection, party: str, recall: str) -> list[str]:
    """Return the lots (URIs) of a recall that an organisation takes part in."""
    named = select(Lot.uri).join(Hold, Hold.lot == Lot.id).where(Hold.recall == recall, takes_part_in(party))
    return list(db.execute(named.order_by(Lot.uri)).scalars())


def answers_to(db: Connection, recall: str) -> list[Answer]:
    """Return what every affected organisation answered, those that have not yet first; two statements."""
    newest: dict[str, Any] = {}
    for row in db.execute(
        select(RecallAnswer.__table__).where(RecallAnswer.recall == recall).order_by(RecallAnswer.id)
    ):
        newest[row.party] = row
    answers = [
        Answer(party, newest[party].at, newest[party].note, newest[party].amounts)
        if party in newest
        else Answer(party, None, "", {})
        for party in affected_by(db, recall)
    ]
    return sorted(answers, key=lambda one: (one.at is not None, one.party))


def unanswered(db: Connection, party: str) -> list[tuple[str, datetime]]:
    """Return the recalls of others that hold something of an organisation and that it did not answer: (URI, since)."""
    answered = select(RecallAnswer.recall).where(RecallAnswer.party == party)
    rows = db.execute(
        select(Hold.recall, func.min(Hold.since).label("since"), func.min(Hold.submission).label("first"))
        .join(Lot, Lot.id == Hold.lot)
        .join(EventRow, EventRow.submission == Hold.submission)
        .where(Hold.recall.is_not(None), Hold.until.is_(None), Hold.recall.not_in(answered))
        .where(EventRow.party != party, takes_part_in(party))
        .group_by(Hold.recall)
        .order_by(func.min(Hold.submission))
    )
    return [(str(row.recall), row.since) for row in rows]


def _seeds(db: Connection, reader: Reader, seeds: Sequence[LotId]) -> list[int]:
    """Return the ids of the chosen lots. Raises: InvalidInputError `no_lots`, `too_many_lots`; NotFoundError."""
    if not seeds:
        raise InvalidInputError("no_lots", "no lot is chosen", "choose the lots that are bad")
    if len(seeds) > MOST_SEEDS:
        raise InvalidInputError(
            "too_many_lots", f"there are more than {MOST_SEEDS} lots", "recall some first"
        )
    mine = select(Lot.uri, Lot.id).where(Lot.uri.in_([lot.uri for lot in seeds]), _flag(reader))
    ids = {row.uri: row.id for row in db.execute(mine)}
    for lot in seeds:
        if lot.uri not in ids:
            raise unknown_lot(lot.uri)
    return list(ids.values())


def _seen(reader: Reader, found: Reach, mine: Collection[str]) -> Lists:
    lines = lines_of(found)
    if reader is None:
        return Lists(lines, len(found.affected), 0)
    own = [line for line in lines if line.lot in mine]
    beyond = sum(one.lot not in mine for one in found.affected)
    return Lists(own, len(found.affected), beyond)
