"""Switch the authenticator on and off, and get new recovery codes."""

from flask import Blueprint, make_response, redirect, render_template
from werkzeug.wrappers import Response

from lotproof.kernel.errors import InvalidInputError, LotproofError, Problem
from lotproof.lots.qr import svg
from lotproof.people import authenticator, totp
from lotproof.people.own_rows import account_row
from lotproof.storage.engine import writing
from lotproof_web.accounts.account import me
from lotproof_web.accounts.door import entrance
from lotproof_web.accounts.entry import CODE
from lotproof_web.accounts.forms import FormPage, posted, text
from lotproof_web.accounts.pictures import as_picture
from lotproof_web.accounts.proof import proved
from lotproof_web.api.here import ledger
from lotproof_web.i18n import book
from lotproof_web.signed_in import reads
from lotproof_web.words.mark import N_

second_step = Blueprint("second_step", __name__, url_prefix="/account/authenticator")
_CRUMBS = [(N_("Account"), "/account/")]


@second_step.route("/on", methods=["GET", "POST"])
@proved
def begin() -> Response:
    """Make a secret."""
    page = FormPage(
        N_("Authenticator"),
        [],
        N_("Set it up"),
        _CRUMBS,
        intro=N_("An app on your phone shows a new code every half minute. Signing in then asks for it too."),
        cancel="/account/",
    )
    if not posted():
        return page.show()
    with writing(ledger().log.engine) as db:
        handle = authenticator.begin_authenticator(db, entrance(), me())
    return redirect(f"/account/authenticator/on/{handle}", 303)


@second_step.route("/on/<handle>", methods=["GET", "POST"])
@proved
def confirm(handle: str) -> Response:
    """Show the secret, and take its first code."""
    secret = authenticator.waiting_secret(reads(), entrance(), me(), handle)
    row = account_row(reads(), me())
    address = totp.address(secret, row.mail or row.phone or row.name, "Lotproof")
    page = FormPage(
        N_("Authenticator"),
        [CODE],
        N_("Switch it on"),
        _CRUMBS,
        intro=N_("Scan this with your app, or type %(secret)s into it. Then give the code that it shows."),
        said={"secret": totp.typed_secret(secret)},
        picture=as_picture(svg(address, book().say(N_("Code for your authenticator app")))),
        cancel="/account/",
    )
    if not posted():
        return page.show()
    try:
        with writing(ledger().log.engine) as db:
            codes = authenticator.confirm_authenticator(db, entrance(), me(), handle, text("code"))
        if codes is None:
            raise _wrong()
    except LotproofError as error:
        return page.show(error)
    return _recovery(codes)


@second_step.route("/recovery", methods=["GET", "POST"])
@proved
def renew() -> Response:
    """New recovery codes; the old ones are no good any more."""
    page = FormPage(
        N_("New recovery codes"),
        [],
        N_("Make new codes"),
        _CRUMBS,
        points=[N_("The codes that you have now are no good any more.")],
        cancel="/account/",
    )
    if not posted():
        return page.show()
    with writing(ledger().log.engine) as db:
        codes = authenticator.renew_recovery_codes(db, entrance(), me())
    return _recovery(codes)


@second_step.route("/off", methods=["GET", "POST"])
@proved
def off() -> Response:
    """Sign in without it."""
    page = FormPage(
        N_("Switch the authenticator off"),
        [],
        N_("Switch it off"),
        _CRUMBS,
        points=[N_("Your password or a code alone lets you in then.")],
        cancel="/account/",
        danger=True,
    )
    if not posted():
        return page.show()
    with writing(ledger().log.engine) as db:
        authenticator.switch_off_authenticator(db, entrance(), me())
    return redirect("/account/", 303)


def _recovery(codes: list[str]) -> Response:
    """Show the recovery codes, this once."""
    response = make_response(render_template("account/recovery.html", codes=codes))
    response.headers["Cache-Control"] = "no-store"
    return response


def _wrong() -> InvalidInputError:
    said = "this is no code of your authenticator that is valid now"
    return InvalidInputError("wrong_code", said, "", [Problem("code", "wrong_code", said)])
