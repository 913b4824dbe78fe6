"""Holds by hand, and releases in two steps: a first approval waits as a row, the second one by another person acts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from lotproof.kernel.errors import InvalidInputError, NotFoundError, Problem, RefusedError
from lotproof.kernel.identifiers import LotId
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.acts import record_in
from lotproof.lots.book import telling_people
from lotproof.lots.book.models import ReleaseWish
from lotproof.lots.book.own import reader_of, require_seen
from lotproof.lots.book.release_rules import refuse_others_holds
from lotproof.lots.drafting import Author
from lotproof.lots.entering import HELD_TOGETHER, Entered
from lotproof.lots.holds import RECALL
from lotproof.lots.models import EventRow, Hold, Lot
from lotproof.lots.native import Fact
from lotproof.lots.recalls import end_recall_in, require_recall
from lotproof.people.actor import Actor
from lotproof.people.deeds import note
from lotproof.people.permissions import Permission
from lotproof.people.separation import refuse_second_approval
from lotproof.storage.engine import in_batches

MOST_LOTS = 1000


def hold_lots(uow: UnitOfWork, operator: str, actor: Actor, lots: Sequence[LotId], reason: str) -> Entered:
    """Put lots on hold by hand. reason: private.

    Raises: ForbiddenError `not_allowed`; NotFoundError `unknown_lot`; InvalidInputError `missing`.
    """
    actor.require(Permission.HOLD_LOTS)
    _require_reason(reason)
    for lot in lots:
        require_seen(uow.db, reader_of(actor), lot)
    fact = Fact("hold", uow.now, lots=tuple(lots), reason=reason.strip(), code="manual")
    done = record_in(uow, operator, Author(actor.acting_for), fact)
    for lot in lots:
        note(uow.db, actor, uow.now, "hold_lot", "lot", lot.uri)
    telling_people.tell_held(uow.db, actor, lots, reason.strip(), uow.now, done.submission)
    return done


def wish_release(
    db: Connection, operator: str, actor: Actor, lots: Sequence[LotId], reason: str, now: datetime
) -> int:
    """Give the first approval to release lots; returns the wish's id. It changes nothing on the log yet.

    Raises: ForbiddenError; NotFoundError `unknown_lot`; RefusedError `not_on_hold`, `not_your_hold`, `already_waits`.
    """
    actor.require(Permission.APPROVE_RELEASE)
    _require_reason(reason)
    ids = [require_seen(db, reader_of(actor), lot).id for lot in lots]
    held = _open_holds(db, ids)
    if not held or {row.uri for row in held} != {lot.uri for lot in lots}:
        raise RefusedError("not_on_hold", "a lot of these is not on hold", "choose lots that are on hold")
    refuse_others_holds(actor.acting_for, operator, [(row.uri, row.code, row.party) for row in held])
    waiting = {uri for wish in waiting_releases(db, actor.acting_for) for uri in wish.lots}
    if both := waiting & {lot.uri for lot in lots}:
        raise RefusedError("already_waits", f"{min(both)} waits for its second approval", "give that one")
    return _wish(db, actor, [lot.uri for lot in lots], None, reason, now)


def wish_end_of_recall(
    db: Connection, operator: str, actor: Actor, recall: str, reason: str, now: datetime
) -> int:
    """Give the first approval to end a recall; returns the wish's id.

    Raises: ForbiddenError; NotFoundError `unknown_recall`; RefusedError `not_your_hold`, `recall_has_ended`.
    """
    actor.require(Permission.RECALL_LOTS)
    _require_reason(reason)
    found = require_recall(db, recall)
    refuse_others_holds(actor.acting_for, operator, [(recall, RECALL, found.by)])
    if not found.still:
        raise RefusedError("recall_has_ended", f"{recall} holds no lot any more", "nothing has to be done")
    if any(wish.recall == recall for wish in waiting_releases(db, actor.acting_for)):
        raise RefusedError("already_waits", f"{recall} waits for its second approval", "give that one")
    return _wish(db, actor, [], recall, reason, now)


def approve_release(uow: UnitOfWork, operator: str, actor: Actor, wish: int) -> None:
    """Give the second approval, which releases. Both names are on the log, hidden.

    Raises: NotFoundError `no_such_wish`; ForbiddenError `not_allowed`, `same_person`; RefusedError `already_decided`.
    """
    row = _undecided(uow.db, actor, wish)
    actor.require(Permission.RECALL_LOTS if row.recall else Permission.APPROVE_RELEASE)
    refuse_second_approval(actor, row.first_by)
    author = Author(
        row.party, approvals=(_named(row.first_name, row.first_by), _named(actor.name, actor.account))
    )
    submission = None
    if row.recall:
        end_recall_in(uow, operator, author, row.recall, row.reason)
    else:
        ids = _ids(uow.db, row.lots)
        refuse_others_holds(
            row.party, operator, [(one.uri, one.code, one.party) for one in _open_holds(uow.db, ids)]
        )
        for some in in_batches(row.lots, HELD_TOGETHER):
            lots = tuple(LotId.parse(uri) for uri in some)
            submission = record_in(uow, operator, author, Fact("release", uow.now, lots=lots, reason=row.reason,
                                                               unset=("non_sellable_other",))).submission  # fmt: skip
    _decide(uow.db, wish, "released", actor, uow.now, submission)
    note(uow.db, actor, uow.now, "approve_release", "release_wish", str(wish), recall=row.recall or "")
    telling_people.tell_released(uow.db, row.first_by, name_of(row.lots, row.recall), wish, uow.now)


def withdraw_release(db: Connection, actor: Actor, wish: int, now: datetime) -> None:
    """Take a first approval back, or refuse the second one; the lots stay on hold."""
    row = _undecided(db, actor, wish)
    actor.require(Permission.RECALL_LOTS if row.recall else Permission.APPROVE_RELEASE)
    _decide(db, wish, "withdrawn", actor, now, None)
    note(db, actor, now, "withdraw_release", "release_wish", str(wish))


def waiting_releases(db: Connection, party: str) -> list[Row[Any]]:
    """Return the releases of an organisation that wait for their second approval, the oldest first."""
    waiting = select(ReleaseWish.__table__).where(ReleaseWish.party == party, ReleaseWish.outcome.is_(None))
    return list(db.execute(waiting.order_by(ReleaseWish.id)))


def _wish(
    db: Connection, actor: Actor, lots: Sequence[str], recall: str | None, reason: str, now: datetime
) -> int:
    if len(lots) > MOST_LOTS:
        raise InvalidInputError(
            "too_many_lots", f"there are more than {MOST_LOTS} lots", "release some first"
        )
    row = {"party": actor.acting_for, "lots": list(lots), "recall": recall, "reason": reason.strip(),
           "first_by": actor.account, "first_name": actor.name, "at": now}  # fmt: skip
    made = int(db.execute(insert(ReleaseWish).returning(ReleaseWish.id), row).scalar_one())
    note(db, actor, now, "wish_release", "release_wish", str(made), recall=recall or "", lots=len(lots))
    needed = Permission.RECALL_LOTS if recall else Permission.APPROVE_RELEASE
    telling_people.tell_asked(db, actor, name_of(lots, recall), needed, made, now)
    return made


def _undecided(db: Connection, actor: Actor, wish: int) -> Row[Any]:
    row = db.execute(
        select(ReleaseWish.__table__).where(ReleaseWish.id == wish).with_for_update()
    ).one_or_none()
    if row is None or row.party != actor.party:
        raise NotFoundError("no_such_wish", f"no release {wish} waits here", "look at the list of holds")
    if row.outcome is not None:
        raise RefusedError("already_decided", "somebody decided it meanwhile", "look at the list of holds")
    return row


def _decide(
    db: Connection, wish: int, outcome: str, actor: Actor, at: datetime, submission: int | None
) -> None:
    values = {"outcome": outcome, "second_by": actor.account, "decided_at": at, "submission": submission}
    db.execute(update(ReleaseWish).where(ReleaseWish.id == wish).values(values))


def name_of(lots: Sequence[str], recall: str | None) -> str:
    """What a release is about, in short: its lots' codes, or the beginning of the recall's key."""
    if recall:
        return recall.rpartition(":")[2][:8]
    codes = ", ".join(LotId.parse(uri).code for uri in lots[:3])
    return f"{codes} …" if len(lots) > 3 else codes


def _named(name: str, account: int | None) -> str:
    """A person as approvals name her: two people of one name are two."""
    return f"{name} #{account}"


def _ids(db: Connection, uris: Sequence[str]) -> list[int]:
    return [
        id
        for some in in_batches(uris)
        for id in db.execute(select(Lot.id).where(Lot.uri.in_(some))).scalars()
    ]


def _open_holds(db: Connection, lots: Sequence[int]) -> list[Row[Any]]:
    """Open holds of these lots that a release ends, each with who placed it."""
    found: list[Row[Any]] = []
    for some in in_batches(lots):
        statement = (
            select(Lot.uri, Hold.code, EventRow.party)
            .select_from(Hold)
            .join(Lot, Lot.id == Hold.lot)
            .join(EventRow, EventRow.submission == Hold.submission)
            .where(Hold.lot.in_(some), Hold.until.is_(None), Hold.code != RECALL)
        )
        found += list(db.execute(statement))
    return found


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInputError(
            "missing", "a reason is needed", "", [Problem("reason", "missing", "is needed")]
        )
