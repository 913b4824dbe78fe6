"""What the books keep beside the log of whoever is erased: reasons of releases, notes on recalls, season files.

That somebody approved or answered stays, as others rely on it; what was written in her words goes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update

from lotproof.lots.book.models import RecallAnswer, ReleaseWish, SeasonUpload
from lotproof.lots.erasure.mentions import Wanted
from lotproof.storage.engine import in_batches

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class InBooks:
    """Ids of rows: first approvals, answers to recalls, season files that wait for a yes."""

    wishes: tuple[int, ...] = ()
    answers: tuple[int, ...] = ()
    uploads: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.wishes) + len(self.answers) + len(self.uploads)

    def __or__(self, other: "InBooks") -> "InBooks":
        pairs = zip(
            (self.wishes, self.answers, self.uploads),
            (other.wishes, other.answers, other.uploads),
            strict=True,
        )
        return InBooks(*(tuple(sorted({*mine, *others})) for mine, others in pairs))


def in_books_of(db: Connection, party: str, *, until: datetime | None = None) -> InBooks:
    """Return what a party's people wrote, as far as it is not forgotten. until: what they had written by then."""
    wishes = select(ReleaseWish.id).where(ReleaseWish.party == party, _still_says())
    answers = select(RecallAnswer.id).where(RecallAnswer.party == party, RecallAnswer.note != "")
    uploads = select(SeasonUpload.id).where(SeasonUpload.party == party)
    if until is not None:
        wishes, answers = wishes.where(ReleaseWish.at <= until), answers.where(RecallAnswer.at <= until)
        uploads = uploads.where(SeasonUpload.at <= until)
    return InBooks(*(tuple(db.execute(one).scalars()) for one in (wishes, answers, uploads)))


def in_books_about(db: Connection, wanted: Wanted) -> InBooks:
    """Return what anybody wrote that speaks of somebody. A season file is read by nobody, and is gone in a day."""
    wishes = (id for id, *texts in _rows(db, ReleaseWish, "reason", "first_name") if wanted.among(texts))
    answers = (id for id, *texts in _rows(db, RecallAnswer, "note") if wanted.among(texts))
    return InBooks(tuple(wishes), tuple(answers))


def forget_in_books(db: Connection, found: InBooks) -> None:
    """Empty what was written; season files go."""
    for some in in_batches(found.wishes):
        blank = {"reason": "", "first_name": ""}
        db.execute(update(ReleaseWish).where(ReleaseWish.id.in_(some)).values(blank))
    for some in in_batches(found.answers):
        db.execute(update(RecallAnswer).where(RecallAnswer.id.in_(some)).values(note=""))
    for some in in_batches(found.uploads):
        db.execute(delete(SeasonUpload).where(SeasonUpload.id.in_(some)))


def _still_says() -> ColumnElement[bool]:
    return or_(ReleaseWish.reason != "", ReleaseWish.first_name != "")


def _rows(db: Connection, model: type[ReleaseWish | RecallAnswer], *texts: str) -> Iterator[Sequence[Any]]:
    """Id and texts of every row, a piece at a time: of recalls there may be many answers."""
    after = 0
    columns = [getattr(model, name) for name in texts]
    statement = select(model.id, *columns).order_by(model.id).limit(_AT_ONCE)
    while rows := db.execute(statement.where(model.id > after)).all():
        yield from rows
        after = rows[-1].id
