"""Forms: the token that every form of ours carries, what was wrong by field, and what to do where a token is missing.

- Every POST, PUT, PATCH and DELETE needs the token, but for requests that bear a key: no other site can make a
  browser send one. The interfaces for programs know callers by their key alone.
- The token is bound to a signed cookie of its own and lasts as long as it, as a form may lie open for days.
- A form whose token is no longer good is shown again with what was typed, where it came from one of our own pages.
"""

from collections.abc import Iterator

from flask import Flask, Response, g, make_response, render_template, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from werkzeug.exceptions import Forbidden
from wtforms import Form

from lotproof.kernel.errors import LotproofError
from lotproof_web.i18n import book

TOKEN = "csrf_token"  # noqa: S105 - the name of a field
COOKIE = "forms"
SHOWN_FOR = "for_party"
"""The field by which every form says whom she acted for who was shown it."""
FOR_PROGRAMS = ("/epcis/", "/log/", "/api/")
NEVER_KEPT = frozenset({TOKEN, "password", "new_password", "old_password", "password_again", "code", "totp"})
"""Fields that are neither drafted nor shown again."""
_LASTS_S = 30 * 24 * 3600
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_csrf = CSRFProtect()


def protect_forms(app: Flask, secret: bytes) -> None:
    """Ask for the token from now on. secret: the same in every process that serves the instance."""
    app.config.update(
        SECRET_KEY=secret,
        SESSION_COOKIE_NAME=COOKIE,
        PERMANENT_SESSION_LIFETIME=_LASTS_S,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_SSL_STRICT=False,  # a proxy may hide the host; `Sec-Fetch-Site` is asked instead
        WTF_CSRF_HEADERS=["X-CSRFToken"],
        SESSION_REFRESH_EACH_REQUEST=False,  # pages without a form set no cookie
    )
    _csrf.init_app(app)
    app.jinja_env.globals.update(csrf_token=token, shown_for=shown_for)

    @app.before_request
    def ask() -> None:
        if request.method in _CHANGING and not _is_of_a_program():
            if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
                raise Forbidden
            _csrf.protect()

    app.register_error_handler(CSRFError, _again)


def token() -> str:
    """Return the token for this page's forms."""
    session.permanent = True
    made: str = generate_csrf()
    return made


def shown_for() -> str:
    """Whom she acts for who is shown this page, "" for a visitor, and where no view asked who it is."""
    who = g.get("actor")
    return who.party or "" if who is not None else ""


def _is_of_a_program() -> bool:
    given = request.authorization
    return request.path.startswith(FOR_PROGRAMS) or (given is not None and given.type == "bearer")


def _again(error: CSRFError) -> Response:
    """Show what was typed once more, with a token that is good. Files have to be chosen again."""
    del error
    from_us = request.headers.get("Sec-Fetch-Site") == "same-origin" or (
        request.headers.get("Origin", "") == request.host_url.rstrip("/")
    )
    typed = list(_typed()) if from_us else []
    page = render_template(
        "form_again.html", typed=typed, action=request.full_path.rstrip("?"), files=bool(request.files)
    )
    response = make_response(page, 400)
    response.headers["Cache-Control"] = "no-store"
    return response


def _typed() -> Iterator[tuple[str, str]]:
    for name, value in request.form.items(multi=True):
        if name not in NEVER_KEPT:
            yield name, value


def checked(form: Form) -> dict[str, list[str]]:
    """Return what is wrong with a form, by field, in the visitor's language; empty where nothing is."""
    if form.validate():
        return {}
    return {name: [book().say(str(one)) for one in wrong] for name, wrong in form.errors.items() if name}


def problems_of(error: LotproofError) -> dict[str, list[str]]:
    """Return what an action found wrong, by field; what belongs to no field stands under ""."""
    if not error.problems:
        return {"": [f"{book().say(error.message)} {book().say(error.hint)}".strip()]}
    found: dict[str, list[str]] = {}
    for problem in error.problems:
        found.setdefault(problem.where, []).append(book().say(problem.message))
    return found
