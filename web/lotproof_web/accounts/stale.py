"""A page that lay open while one switched to another organisation must not act for the wrong one.

Every form of ours says whom it was shown for; what arrives for another one is refused before any view sees it. What is
about the person herself, whomever she acts for, is let through.
"""

from flask import Flask, request

from lotproof.people.acting import require_acting_for
from lotproof_web.forms import FOR_PROGRAMS, SHOWN_FOR
from lotproof_web.signed_in import actor

_OF_THE_PERSON = frozenset(
    {
        "acting_for",
        "entry",
        "proof",
        "account",
        "second_step",
        "address_book",
        "drafts",
        "saved_views",
        "demo",
    }
)
"""Blueprints."""


def refuse_stale_forms(app: Flask) -> None:
    """Refuse a form that was shown for another organisation than the one that she acts for now.

    Raises: ForbiddenError `acting_for_another`; NotFoundError `no_such_organisation`.
    """

    @app.before_request
    def refuse() -> None:
        if request.method != "POST" or request.blueprint in _OF_THE_PERSON:
            return
        # Programs send no forms, and their bodies are read by their views, up to limits of their own.
        if request.path.startswith(FOR_PROGRAMS):
            return
        shown_for = [party for party in request.form.getlist(SHOWN_FOR) if party]
        who = actor() if shown_for else None
        if who is not None:
            for party in shown_for:
                require_acting_for(who, party)
