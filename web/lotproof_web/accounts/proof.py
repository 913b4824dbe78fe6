"""Before what cannot be undone: whoever gave no password or code within a quarter of an hour is asked for one first."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from urllib.parse import quote

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from lotproof.kernel.errors import LotproofError
from lotproof.people.proving import is_proved, prove, send_proof
from lotproof_web.accounts.door import HOME, entrance, next_path, visitor
from lotproof_web.accounts.forms import Field, FormPage, posted, text
from lotproof_web.signed_in import now, reads, session_id, signed_in
from lotproof_web.words.mark import N_

proof = Blueprint("proof", __name__)
P = ParamSpec("P")
PATH = "/account/prove"
_WHY = N_("What comes next cannot be undone, so this asks again.")


def proved(view: Callable[P, Response]) -> Callable[P, Response]:
    """A view for whoever proved lately who she is; others are led there, and come back to the same address."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        signed_in()
        if not is_proved(reads(), session_id(), now()):
            return redirect(f"{PATH}?next={quote(request.full_path.rstrip('?'))}", 303)
        return view(*args, **kwargs)

    return guarded


@proof.route(PATH, methods=["GET", "POST"])
def ask() -> Response:
    """Ask for the password, a code of the authenticator, or the code that was sent."""
    who = signed_in()
    handle = request.values.get("sent", "")
    page = FormPage(
        N_("Is it you?"),
        [
            Field(
                "password",
                N_("Password, or a code"),
                "password",
                hint=N_("Your password, a code of your authenticator, or the code that was sent to you."),
                attrs={"autocomplete": "current-password", "required": True, "maxlength": 200},
            )
        ],
        N_("Go on"),
        intro=N_("A code is on its way to you.") if handle else _WHY,
        links=[(N_("Send me a code"), f"{PATH}/code?next={quote(next_path())}")],
    )
    if not posted():
        return page.show()
    try:
        prove(entrance(), visitor(), who.account or 0, session_id(), text("password"), handle)
    except LotproofError as error:
        return page.show(error)
    return redirect(next_path() or HOME, 303)


@proof.route(f"{PATH}/code", methods=["GET", "POST"])
def send() -> Response:
    """Send a code to whoever has no password at hand."""
    who = signed_in()
    page = FormPage(N_("Is it you?"), [], N_("Send me a code"), cancel=f"{PATH}?next={quote(next_path())}")
    if not posted():
        return page.show()
    try:
        handle = send_proof(entrance(), visitor(), who.account or 0)
    except LotproofError as error:
        return page.show(error)
    return redirect(f"{PATH}?sent={quote(handle)}&next={quote(next_path())}", 303)
