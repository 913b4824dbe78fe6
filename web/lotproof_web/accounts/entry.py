"""Register, sign in, set a new password, sign out."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from lotproof.kernel.errors import LotproofError
from lotproof.people import challenges
from lotproof.people.challenges import Purpose
from lotproof.people.contacts import masked
from lotproof.people.deeds import note
from lotproof.people.purposes import PURPOSES
from lotproof.people.registering import register
from lotproof.people.resetting import reset_password
from lotproof.people.sending_codes import ask_for_code
from lotproof.people.signing_in import second_step, sign_in, sign_in_by_code
from lotproof.storage.engine import writing
from lotproof_web.accounts.door import end_here, entrance, let_through, visitor, with_next
from lotproof_web.accounts.forms import Field, FormPage, posted, text
from lotproof_web.api.here import ledger
from lotproof_web.signed_in import COOKIE, actor, now, reads
from lotproof_web.words.mark import N_
from lotproof_web.words.people import AGREEMENTS

entry = Blueprint("entry", __name__)
_FORM = ["GET", "POST"]
CONTACT = Field(
    "contact",
    N_("Mobile number or mail address"),
    attrs={"autocomplete": "username", "autocapitalize": "none", "maxlength": 254, "required": True},
)
CODE = Field(
    "code",
    N_("Code of six digits"),
    "integer",
    attrs={"autocomplete": "one-time-code", "maxlength": 12, "required": True},
)
PASSWORD = Field("password", N_("Password"), "password", attrs={"autocomplete": "current-password"})
NEW_PASSWORD = Field(
    "password",
    N_("Password"),
    "password",
    hint=N_("10 characters or more, any of them."),
    attrs={"autocomplete": "new-password", "maxlength": 200},
)


@entry.route("/register", methods=_FORM)
def ask_to_register() -> Response:
    """Send a code to whoever wants to register."""
    page = FormPage(
        N_("Register"),
        [CONTACT],
        N_("Send me a code"),
        intro=N_("A code is sent to you; it shows that the number or address is yours."),
        links=[(N_("I have an account"), with_next("/sign-in"))],
    )
    return _send(page, Purpose.REGISTER, "/register")


@entry.route("/register/<handle>", methods=_FORM)
def finish_registering(handle: str) -> Response:
    """Make the account."""
    page = FormPage(
        N_("Register"),
        [
            CODE,
            Field(
                "name", N_("Your name"), attrs={"autocomplete": "name", "maxlength": 100, "required": True}
            ),
            replace(NEW_PASSWORD, optional=True),
            *(
                Field(one.name, AGREEMENTS[one.name], "checkbox", optional=not one.is_needed)
                for one in PURPOSES
            ),
        ],
        N_("Make my account"),
        intro=N_("A code is on its way to %(contact)s."),
        said=_sent_to(Purpose.REGISTER, handle),
        links=[(N_("Send another code"), with_next("/register"))],
    )
    if not posted():
        return page.show()
    try:
        agreed = [one.name for one in PURPOSES if text(one.name)]
        step = register(entrance(), visitor(), handle, text("code"), text("name"), text("password"), agreed)
    except LotproofError as error:
        return page.show(error)
    return let_through(step)


@entry.route("/sign-in", methods=_FORM)
def by_password() -> Response:
    """Sign in by password."""
    page = FormPage(
        N_("Sign in"),
        [CONTACT, PASSWORD],
        N_("Sign in"),
        links=[
            (N_("Sign in by a code"), with_next("/sign-in/code")),
            (N_("I forgot my password"), with_next("/reset")),
            (N_("Register"), with_next("/register")),
        ],
    )
    if not posted():
        return page.show()
    try:
        step = sign_in(entrance(), visitor(), text("contact"), text("password"))
    except LotproofError as error:
        return page.show(error)
    return let_through(step)


@entry.route("/sign-in/code", methods=_FORM)
def ask_for_sign_in_code() -> Response:
    """Send a code to whoever has an account; the answer is the same for everybody."""
    page = FormPage(
        N_("Sign in by a code"),
        [CONTACT],
        N_("Send me a code"),
        links=[(N_("Sign in by password"), with_next("/sign-in"))],
    )
    return _send(page, Purpose.SIGN_IN, "/sign-in/code")


@entry.route("/sign-in/code/<handle>", methods=_FORM)
def by_code(handle: str) -> Response:
    """Sign in by the code."""
    page = FormPage(
        N_("Sign in by a code"),
        [CODE],
        N_("Sign in"),
        intro=N_("If %(contact)s belongs to an account, a code is on its way."),
        said=_sent_to(Purpose.SIGN_IN, handle),
        links=[(N_("Send another code"), with_next("/sign-in/code"))],
    )
    if not posted():
        return page.show()
    try:
        step = sign_in_by_code(entrance(), visitor(), handle, text("code"))
    except LotproofError as error:
        return page.show(error)
    return let_through(step)


@entry.route("/sign-in/step/<handle>", methods=_FORM)
def by_second_step(handle: str) -> Response:
    """Finish signing in by the authenticator."""
    page = FormPage(
        N_("One more step"),
        [CODE],
        N_("Sign in"),
        intro=N_("Give the code that your authenticator shows now, or one of your recovery codes."),
        links=[(N_("Begin again"), with_next("/sign-in"))],
    )
    if not posted():
        challenges.find(reads(), Purpose.SECOND_STEP, handle, now())
        return page.show()
    try:
        step = second_step(entrance(), visitor(), handle, text("code"))
    except LotproofError as error:
        return page.show(error)
    return let_through(step)


@entry.route("/reset", methods=_FORM)
def ask_to_reset() -> Response:
    """Send a code for a new password."""
    page = FormPage(
        N_("Set a new password"),
        [CONTACT],
        N_("Send me a code"),
        links=[(N_("Sign in"), with_next("/sign-in"))],
    )
    return _send(page, Purpose.RESET, "/reset")


@entry.route("/reset/<handle>", methods=_FORM)
def finish_reset(handle: str) -> Response:
    """Set it, and sign in."""
    page = FormPage(
        N_("Set a new password"),
        [CODE, NEW_PASSWORD],
        N_("Set it and sign in"),
        intro=N_("If %(contact)s belongs to an account, a code is on its way."),
        said=_sent_to(Purpose.RESET, handle),
        points=[N_("Every browser in which you are signed in is signed out.")],
        links=[(N_("Send another code"), with_next("/reset"))],
    )
    if not posted():
        return page.show()
    try:
        step = reset_password(entrance(), visitor(), handle, text("code"), text("password"))
    except LotproofError as error:
        return page.show(error)
    return let_through(step)


@entry.post("/sign-out")
def sign_out() -> Response:
    """End this session."""
    who = actor()
    end_here()
    if who is not None:
        with writing(ledger().log.engine) as db:
            note(db, who, now(), "sign_out", "account", str(who.account), address=visitor().address)
    response = redirect("/sign-in", 303)
    response.delete_cookie(COOKIE)
    return response


def _send(page: FormPage, purpose: Purpose, path: str) -> Response:
    """Show the form that asks for a contact, or send a code and go on to where it is typed."""
    if not posted():
        return page.show()
    try:
        handle = ask_for_code(entrance(), visitor(), purpose, text("contact"))
    except LotproofError as error:
        return page.show(error)
    return redirect(with_next(f"{path}/{handle}"), 303)


def _sent_to(purpose: Purpose, handle: str) -> Mapping[str, str]:
    """Whom the code went to, as the page says it. Raises: NotFoundError `challenge_over`."""
    row = challenges.find(reads(), purpose, handle, now())
    return {"contact": masked(row.channel, row.contact)}
