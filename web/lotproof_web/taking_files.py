"""Which addresses take files, and how much of them: everywhere else a body has at most a megabyte.

Only somebody who is signed in, or bears a key, may send more, so that a visitor cannot fill a disk. It is set up before
the forms' token is asked for, as that reads the body.
"""

from flask import Flask, request

from lotproof.parties.api_keys import DOCUMENTS
from lotproof_web.api.here import ledger
from lotproof_web.api.v1.auth import caller
from lotproof_web.database import database
from lotproof_web.signed_in import actor

AT_ONCE = 6
"""Files in one form, for browsers without scripts; with them each file is sent by itself."""
TAKES_FILES: set[str] = set()
"""Endpoints of forms with files; each page that has one adds itself."""
_FIELDS = 1 << 20


def take_files(app: Flask) -> None:
    """Let the bodies of those endpoints be as large as their files may be."""

    @app.before_request
    def allow() -> None:
        if request.method == "POST" and request.endpoint in TAKES_FILES and _is_known():
            database.session.remove()  # to read the body may take minutes, and should keep no snapshot open
            request.max_content_length = AT_ONCE * ledger().document_limit + _FIELDS


def _is_known() -> bool:
    """Whether we know who sends it. Raises: UnauthorisedError for a key that is none."""
    if request.authorization is not None and request.authorization.type == "bearer":
        return caller(DOCUMENTS).party is not None
    return actor() is not None
