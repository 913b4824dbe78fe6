"""Who is signed in: found once a request by the session's cookie, asked for by views through `needs`.

- `actor()` is who acts, `None` for a visitor; `signed_in()` leads a visitor to the sign-in page.
- A view that changes something also needs the form's CSRF token, which the application asks of every POST.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import quote

from flask import abort, g, redirect, request
from sqlalchemy import Connection

from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission
from lotproof.people.sessions import find_actor
from lotproof_web.api.here import ledger
from lotproof_web.database import moment

COOKIE = "session"
SIGN_IN = "/sign-in"
P = ParamSpec("P")
R = TypeVar("R")


def actor() -> Actor | None:
    """Who is signed in. Costs two statements once a request, none for a visitor without a cookie."""
    if "actor" not in g:
        token = request.cookies.get(COOKIE, "")
        found = find_actor(moment(), token, now()) if token else None
        g.actor, g.session_id = found or (None, None)
    who: Actor | None = g.actor
    return who


def signed_in() -> Actor:
    """Who is signed in; a visitor is led to the sign-in page and comes back afterwards."""
    who = actor()
    if who is None:
        where = request.full_path.rstrip("?") if request.method == "GET" else "/"
        abort(redirect(f"{SIGN_IN}?next={quote(where)}", 303))
    return who


def session_id() -> int:
    """The session of this request, which has one."""
    signed_in()
    return int(g.session_id)


def needs(*permissions: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A view for people who are signed in and have one of these permissions. Raises: ForbiddenError `not_allowed`."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            who = signed_in()
            if permissions and not any(map(who.may, permissions)):
                who.require(permissions[0])
            return view(*args, **kwargs)

        return guarded

    return decorate


def now() -> datetime:
    """The instance's time."""
    return ledger().log.around.clock()


def reads() -> Connection:
    """This request's one moment of the database."""
    return moment()
