"""The door as a request meets it: who asks, where to go afterwards, and the cookie of a session that begins or ends."""

import re
from urllib.parse import quote, urlsplit

from flask import current_app, redirect, request
from werkzeug.wrappers import Response

from lotproof.notices.codes import send_code
from lotproof.notices.telling import tell
from lotproof.people.entrance import Entrance, Step, Visitor
from lotproof.people.sessions import LASTS, end_by_token
from lotproof.storage.engine import writing
from lotproof_web.api.here import ledger
from lotproof_web.i18n import language
from lotproof_web.signed_in import COOKIE, SIGN_IN, now

HOME = "/tasks"
GLN_PREFIX = "LOTPROOF_GLN_PREFIX"
"""In the application's configuration: the operator's GS1 company prefix, or None."""
_UNSAFE = re.compile(r"[\\\x00-\x20\x7f]")
_LONGEST = 2000


def entrance() -> Entrance:
    """The instance's door; codes leave by its outbox."""
    return Entrance(ledger().log, send_code, tell)


def gln_prefix() -> str | None:
    """The range that organisations get their numbers from, None where there is none."""
    prefix: str | None = current_app.config.get(GLN_PREFIX)
    return prefix


def is_secure() -> bool:
    """Whether cookies may travel encrypted only."""
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def visitor() -> Visitor:
    """Who asks."""
    return Visitor(request.remote_addr or "", request.user_agent.string[:200], language().code)


def safe_path(text: str) -> str:
    """Return a path of our own, "" for anything that a browser could take for another site's address."""
    if not text.startswith("/") or text.startswith("//") or _UNSAFE.search(text) or len(text) > _LONGEST:
        return ""
    parts = urlsplit(text)
    return "" if parts.scheme or parts.netloc else text


def next_path() -> str:
    """Where the visitor wanted to go, "" for nowhere."""
    return safe_path(request.values.get("next", ""))


def with_next(path: str) -> str:
    """The path with where to go afterwards."""
    wanted = next_path()
    return f"{path}?next={quote(wanted)}" if wanted else path


def let_through(step: Step) -> Response:
    """Go on to the second step, or begin: under a new token, and the session that was there before is over."""
    if step.token is None:
        return redirect(with_next(f"{SIGN_IN}/step/{step.second}"), 303)
    end_here()
    response = redirect(next_path() or HOME, 303)
    response.set_cookie(
        COOKIE,
        step.token,
        max_age=int(LASTS.total_seconds()),
        secure=is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def end_here() -> None:
    """End the session that this browser brought, if it brought one."""
    token = request.cookies.get(COOKIE)
    if token:
        with writing(ledger().log.engine) as db:
            end_by_token(db, token, now())
