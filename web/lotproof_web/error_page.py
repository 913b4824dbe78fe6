"""The page of an error: in the frame of whoever is signed in, else among the public pages.

Of an error of ours the public page is shown always: the frame asks the database, which may be what failed.
"""

from flask import current_app, render_template, request

from lotproof.kernel.errors import LotproofError
from lotproof_web.error_text import told
from lotproof_web.i18n import book
from lotproof_web.request_ids import request_id
from lotproof_web.words.errors import words_of

_SIGNED_IN_BY = "session"


def error_page(status: int, why: str, wait_s: int = 0) -> str:
    """Return the page. why: in the visitor's language, "" for what every error of this status says."""
    words, say = words_of(status), book().say
    told_once = why or say(words.text)
    if wait_s:
        told_once = (
            f"{told_once} {book().count('Try again in %(n)s second.', 'Try again in %(n)s seconds.', wait_s)}"
        )
    values = {"title": say(words.title), "why": told_once, "status": status}
    if status < 500 and _SIGNED_IN_BY in request.cookies and "csrf" in current_app.extensions:
        try:
            return render_template("console_error.html", **values)
        except (
            LotproofError,
            OSError,
        ) as error:  # the error that was asked about must be answered all the same
            current_app.logger.error("no frame for an error: %s (request %s)", told(error), request_id())
    return render_template("error.html", **values)
