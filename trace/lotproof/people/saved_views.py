"""Saved views: lists as somebody likes to look at them, each under a name, for herself alone."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, insert, select

from lotproof.kernel.errors import InvalidInputError, NotFoundError, RefusedError
from lotproof.people.models import SavedView

MOST_VIEWS = 50
LONGEST_NAME = 60
LONGEST_QUERY = 1000


def save_view(db: Connection, account: int, path: str, query: str, name: str, now: datetime) -> None:
    """Keep a list's filters under a name; one of the same list with that name is replaced. db: writing.

    path: of the list, within our pages.  query: without the question mark.
    Raises: InvalidInputError `invalid_view`; RefusedError `too_many_views`.
    """
    name = " ".join(name.split())
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    fits = name and len(name) <= LONGEST_NAME and len(query) <= LONGEST_QUERY and len(path) <= 200
    if not fits or not inside or not query.isprintable():
        raise InvalidInputError(
            "invalid_view",
            "this view cannot be saved",
            f"give it a name of at most {LONGEST_NAME} characters",
        )
    mine = SavedView.account == account
    db.execute(delete(SavedView).where(mine, SavedView.path == path, SavedView.name == name))
    if db.execute(select(func.count()).where(mine)).scalar_one() >= MOST_VIEWS:
        raise RefusedError("too_many_views", f"you have {MOST_VIEWS} saved views", "remove one first")
    db.execute(
        insert(SavedView), {"account": account, "path": path, "query": query, "name": name, "made_at": now}
    )


def views_of(db: Connection, account: int, path: str) -> Sequence[Row[int, str, str]]:
    """Return somebody's views of a list (id, name, query), by name. One statement."""
    found = select(SavedView.id, SavedView.name, SavedView.query)
    mine = found.where(SavedView.account == account, SavedView.path == path)
    return db.execute(mine.order_by(SavedView.name)).all()


def forget_view(db: Connection, account: int, id: int) -> str:
    """Remove a view and return the path of its list. db: writing. Raises: NotFoundError `no_such_view`."""
    mine = (SavedView.account == account) & (SavedView.id == id)
    path = db.execute(delete(SavedView).where(mine).returning(SavedView.path)).scalar()
    if path is None:
        raise NotFoundError("no_such_view", "you have no such view", "it may have been removed")
    return str(path)
