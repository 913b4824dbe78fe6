"""Drafts: what somebody typed into a form, kept until it is sent, so that another device can go on.

- A draft is its account's own; nobody else can read it or know that there is one.
- One that nobody went on with is forgotten after 30 days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from lotproof.kernel.errors import InvalidInputError
from lotproof.people.models import Draft

KEPT_FOR = timedelta(days=30)
MOST_CHARACTERS = 50_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft. values: lists of texts by the fields' names."""

    values: Mapping[str, Sequence[str]]
    saved_at: datetime


def save_draft(
    db: Connection, account: int, form: str, values: Mapping[str, Sequence[str]], now: datetime
) -> None:
    """Keep what was typed, in place of what was kept before. db: writing.

    Raises: InvalidInputError `draft_too_large`.
    """
    if sum(len(name) + sum(map(len, texts)) for name, texts in values.items()) > MOST_CHARACTERS:
        raise InvalidInputError(
            "draft_too_large",
            f"a draft may have {MOST_CHARACTERS} characters",
            "send the form, or shorten it",
        )
    row = {"typed": {name: list(texts) for name, texts in values.items()}, "saved_at": now}
    done = db.execute(update(Draft).where(Draft.account == account, Draft.form == form).values(**row))
    if done.rowcount == 0:
        db.execute(delete(Draft).where(Draft.account == account, Draft.saved_at < now - KEPT_FOR))
        db.execute(insert(Draft), {"account": account, "form": form, **row})


def draft_of(db: Connection, account: int, form: str, now: datetime) -> Kept | None:
    """Return what was kept of a form, None where nothing was or it is too old."""
    row = db.execute(
        select(Draft.typed, Draft.saved_at).where(
            Draft.account == account, Draft.form == form, Draft.saved_at >= now - KEPT_FOR
        )
    ).one_or_none()
    return Kept(row.typed, row.saved_at) if row else None


def forget_draft(db: Connection, account: int, form: str) -> None:
    """Forget a form's draft, when the form was sent or is given up. db: writing."""
    db.execute(delete(Draft).where(Draft.account == account, Draft.form == form))
