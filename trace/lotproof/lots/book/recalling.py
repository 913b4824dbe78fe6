"""Recalls as people of an organisation start, follow and answer them.

- Who recalls sees each lot that her organisation takes part in; of what went on to others she sees how many lots those
  are, and the operator sees all. The recall itself holds every one of them.
- Affected is whoever recorded something about a recalled lot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select

from lotproof.kernel.errors import InvalidInputError, NotFoundError, Problem
from lotproof.kernel.identifiers import LotId
from lotproof.kernel.quantity import plain
from lotproof.ledger.readers import Reader
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.book.models import RecallAnswer
from lotproof.lots.book.own import reader_of, require_seen, takes_part_in
from lotproof.lots.drafting import Author
from lotproof.lots.models import EventLot, EventRow, Hold, Lot
from lotproof.lots.recall import Reach, reach, recall_in
from lotproof.lots.recall_lists import Line, lines_of
from lotproof.lots.recalls import Recall, Shown, require_recall, show_recall
from lotproof.people.actor import Actor
from lotproof.people.deeds import note as note_deed
from lotproof.people.permissions import Permission
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import in_batches

MOST_SEEDS = 50


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
    _require_seeds(db, reader_of(actor), seeds)
    return _seen(db, reader_of(actor), reach(db, seeds, blobs))


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
    _require_seeds(uow.db, reader_of(actor), seeds)
    found = recall_in(uow, operator, Author(actor.acting_for), seeds, reason.strip(), recall)
    note_deed(uow.db, actor, uow.now, "recall_lots", "recall", recall, lots=len(found.affected))
    return affected_by(uow.db, recall)


def recall_for(db: Connection, actor: Actor, recall: str, blobs: BlobStore) -> tuple[Shown, Lists]:
    """Return a recall as it stands, and what of its lists somebody sees.

    Raises: NotFoundError `unknown_recall`, also for one that does not touch her organisation.
    """
    reader = reader_of(actor)
    require_affected(db, reader, recall)
    shown = show_recall(db, recall, blobs)
    return shown, _seen(db, reader, shown.reach)


def recalls_for(db: Connection, reader: Reader, limit: int = 50) -> list[Recall]:
    """Return the recalls that touch a reader's lots, the newest first."""
    touched = select(Hold.recall).where(Hold.recall.is_not(None))
    if reader is not None:
        touched = touched.where(_concerns(reader))
    newest = db.execute(touched.add_columns(Hold.id).order_by(Hold.id.desc()).limit(limit * 200))
    uris = list(dict.fromkeys(str(row.recall) for row in newest))[:limit]
    return [require_recall(db, uri) for uri in uris]


def _concerns(party: str) -> Any:
    """The condition that a hold is on a lot about which a party recorded something, or was placed by it."""
    recorded = (
        select(EventLot.lot)
        .join(EventRow, EventRow.submission == EventLot.submission)
        .where(EventLot.lot == Hold.lot, EventRow.party == party)
        .correlate(Hold)
    )
    return recorded.exists()


def require_affected(db: Connection, reader: Reader, recall: str) -> None:
    """Raise NotFoundError `unknown_recall`, alike where there is none and where it touches nothing of the reader's."""
    touched = select(Hold.id).where(Hold.recall == recall)
    if reader is not None:
        touched = touched.where(_concerns(reader))
    if db.execute(touched.limit(1)).first() is None:
        raise NotFoundError(
            "unknown_recall", f"no recall {recall} is recorded", "look at the list of recalls"
        )


def affected_by(db: Connection, recall: str) -> list[str]:
    """Return the organisations that recorded something about a recalled lot, sorted."""
    recorded = (
        select(EventRow.party)
        .join(EventLot, EventLot.submission == EventRow.submission)
        .join(Hold, Hold.lot == EventLot.lot)
        .where(Hold.recall == recall, EventRow.kind.not_in(("hold", "recall", "release")))
    )
    return sorted(db.execute(recorded.distinct()).scalars())


def answer_recall(
    db: Connection, actor: Actor, recall: str, amounts: Mapping[str, Decimal], note: str, now: datetime
) -> None:
    """Say for an organisation that it knows of a recall, and what it still has of its lots (URI -> amount).

    Raises: ForbiddenError; NotFoundError `unknown_recall`, `unknown_lot` for a lot that the recall does not name.
    """
    actor.require(Permission.ANSWER_RECALL)
    require_affected(db, actor.acting_for, recall)
    known = set(lots_of_recall(db, actor.acting_for, recall))
    if strange := sorted(set(amounts) - known):
        raise NotFoundError("unknown_lot", f"{strange[0]} is no lot of this recall", "choose one of its lots")
    row = {"recall": recall, "party": actor.acting_for, "account": actor.account, "at": now, "note": note.strip(),
           "amounts": {uri: plain(amount) for uri, amount in amounts.items()}}  # fmt: skip
    db.execute(insert(RecallAnswer), row)
    note_deed(db, actor, now, "answer_recall", "recall", recall)


def lots_of_recall(db: Connection, party: str, recall: str) -> list[str]:
    """Return the lots (URIs) of a recall about which a party recorded something."""
    named = select(Lot.uri).join(Hold, Hold.lot == Lot.id).where(Hold.recall == recall, _concerns(party))
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
    """Return the recalls that hold something of an organisation and that it did not answer: (URI, since)."""
    answered = select(RecallAnswer.recall).where(RecallAnswer.party == party)
    rows = db.execute(
        select(Hold.recall, Hold.since, EventRow.party)
        .join(EventRow, EventRow.submission == Hold.submission)
        .where(Hold.recall.is_not(None), Hold.until.is_(None), Hold.recall.not_in(answered), _concerns(party))
        .order_by(Hold.id)
    )
    first: dict[str, datetime] = {}
    for row in rows:
        if row.party != party:
            first.setdefault(str(row.recall), row.since)
    return list(first.items())


def _require_seeds(db: Connection, reader: Reader, seeds: Sequence[LotId]) -> None:
    if not seeds:
        raise InvalidInputError("no_lots", "no lot is chosen", "choose the lots that are bad")
    if len(seeds) > MOST_SEEDS:
        raise InvalidInputError(
            "too_many_lots", f"there are more than {MOST_SEEDS} lots", "recall some first"
        )
    for lot in seeds:
        require_seen(db, reader, lot)


def _seen(db: Connection, reader: Reader, found: Reach) -> Lists:
    uris = [one.lot for one in found.affected]
    if reader is None:
        return Lists(lines_of(found), len(uris), 0)
    mine: set[str] = set()
    for some in in_batches(uris):
        mine.update(db.execute(select(Lot.uri).where(Lot.uri.in_(some), takes_part_in(reader))).scalars())
    lines = [line for line in lines_of(found) if line.lot in mine]
    return Lists(lines, len(uris), len(uris) - len(mine))
