"""Read documents: one, its pages, and lists of them. Whoever shows what is in one notes it by `actions.look`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from lotproof.documents.access import may_see, unknown_document
from lotproof.documents.models import Document, DocumentPage, DocumentSuggestion
from lotproof.documents.states import State
from lotproof.people.actor import Actor
from lotproof.people.models import Deed
from lotproof.people.permissions import Permission
from lotproof.storage.base import table_of

_TABLE, _PAGE, _SUGGESTION = table_of(Document), table_of(DocumentPage), table_of(DocumentSuggestion)
_DEED = table_of(Deed)


def get(db: Connection, actor: Actor, id: str) -> Row[Any]:
    """Return a document's row. Raises: NotFoundError `unknown_document`, also where it is another's, or removed."""
    found = db.execute(select(_TABLE).where(_TABLE.c.id == id)).one_or_none()
    if found is None or found.state == State.REMOVED or not may_see(actor, found):
        raise unknown_document()
    return found


def pages_of(db: Connection, id: str) -> Sequence[Row[Any]]:
    """Return the pictures of a document's pages, in order."""
    return db.execute(select(_PAGE).where(_PAGE.c.document == id).order_by(_PAGE.c.number)).all()


def suggestions_of(db: Connection, id: str) -> Sequence[Row[Any]]:
    """Return what a program read in a document, by field."""
    return db.execute(
        select(_SUGGESTION).where(_SUGGESTION.c.document == id).order_by(_SUGGESTION.c.field)
    ).all()


def documents_about(db: Connection, party: str, *, until: datetime | None = None) -> list[str]:
    """Return the ids of documents about a party that are not removed yet. until: those that came by then."""
    there = select(_TABLE.c.id).where(_TABLE.c.subject == party, _TABLE.c.state != State.REMOVED)
    if until is not None:
        there = there.where(_TABLE.c.received_at <= until)
    return list(db.execute(there.order_by(_TABLE.c.id)).scalars())


def documents_before(db: Connection, limit: datetime) -> list[str]:
    """Return the ids of documents that came, and were last needed as evidence, before a time."""
    unneeded = _TABLE.c.keep_until.is_(None) | (_TABLE.c.keep_until < limit)
    old = select(_TABLE.c.id).where(_TABLE.c.received_at < limit, unneeded, _TABLE.c.state != State.REMOVED)
    return list(db.execute(old.order_by(_TABLE.c.id)).scalars())


def was_shown(db: Connection, actor: Actor, id: str, since: datetime) -> bool:
    """Whether it is noted already that she looked at it, acting for the same organisation."""
    who = (_DEED.c.account == actor.account) & _DEED.c.party.is_not_distinct_from(actor.party)
    seen = select(_DEED.c.id).where(
        _DEED.c.object_type == "document", _DEED.c.object_id == id, _DEED.c.at >= since, who,
        _DEED.c.act == "view_document",
    )  # fmt: skip
    return db.execute(seen.limit(1)).first() is not None


def list_of(
    db: Connection,
    actor: Actor,
    *,
    state: str = "",
    type: str = "",
    text: str = "",
    limit: int = 25,
    after: int = 0,
) -> tuple[Sequence[Row[Any]], int]:
    """Return documents about the organisation that she acts for, or of her own, newest first, and how many there are.

    state, type: only those.  text: part of the name.  after: how many to pass over.
    """
    mine = _narrowed(_mine(actor), state, type, text)
    count = db.execute(select(func.count()).select_from(mine.subquery())).scalar_one()
    newest = mine.order_by(_TABLE.c.received_at.desc(), _TABLE.c.id).limit(limit).offset(after)
    return db.execute(newest).all(), count


def _mine(actor: Actor) -> Select[Any]:
    """About her organisation, where her roles let her see those, and what she handed in herself for it."""
    own: ColumnElement[bool] = (_TABLE.c.account == actor.account) & (_TABLE.c.party == actor.party)
    if actor.party is not None and actor.may(Permission.READ_DOCUMENTS):
        own = or_(_TABLE.c.subject == actor.party, own)
    return select(_TABLE).where(own, _TABLE.c.state != State.REMOVED)


def _narrowed(query: Select[Any], state: str, type: str, text: str) -> Select[Any]:
    if state:
        query = query.where(_TABLE.c.state == state)
    if type:
        query = query.where(_TABLE.c.type == type)
    if text:
        query = query.where(_TABLE.c.name.icontains(text, autoescape=True))
    return query
