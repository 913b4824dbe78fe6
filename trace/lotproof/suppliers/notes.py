"""What staff knows of a supplier beside its papers, each note with its source and its author."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.people.actor import Actor
from lotproof.people.deeds import note
from lotproof.people.permissions import Permission
from lotproof.suppliers.models import ReputationNote

LONGEST_SOURCE, LONGEST_TEXT = 200, 2000


def add_note(db: Connection, actor: Actor, party: str, source: str, text: str, now: datetime) -> None:
    """Keep a note. Raises: ForbiddenError; InvalidInputError `invalid_note` with what is missing."""
    actor.require(Permission.NOTE_REPUTATION_ANY)
    given = {"source": (source.strip(), LONGEST_SOURCE), "text": (text.strip(), LONGEST_TEXT)}
    problems = [
        Problem(name, "invalid_value", f"write 1 to {most} characters")
        for name, (value, most) in given.items()
        if not 1 <= len(value) <= most
    ]
    if problems:
        raise InvalidInputError("invalid_note", "a note needs a source and a text", "write both", problems)
    row = {
        "party": party,
        "at": now,
        "account": actor.account,
        "author": actor.name,
        "source": given["source"][0],
        "text": given["text"][0],
    }
    db.execute(insert(ReputationNote), row)
    note(db, actor, now, "note_reputation", "party", party)


def notes_of(db: Connection, actor: Actor, party: str) -> Sequence[Any]:
    """Return the notes on a party, newest first. Raises: ForbiddenError."""
    actor.require(Permission.READ_PARTIES_ANY)
    mine = select(ReputationNote.__table__).where(ReputationNote.party == party)
    return db.execute(mine.order_by(ReputationNote.id.desc())).all()
