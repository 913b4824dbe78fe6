"""One's own account: what is kept, and what its owner changes of it."""

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from lotproof.kernel.errors import LotproofError
from lotproof.kernel.strict_json import dumps
from lotproof.people import accounts, addresses, consents, sessions
from lotproof.people.changing_contact import ask_new_contact, take_new_contact
from lotproof.people.deactivating import deactivate
from lotproof.people.deeds import note
from lotproof.people.own_data import export_account
from lotproof.people.own_rows import account_row
from lotproof.people.purposes import PURPOSES
from lotproof.people.resetting import change_password
from lotproof.storage.engine import writing
from lotproof_web.accounts.door import entrance, is_secure, visitor
from lotproof_web.accounts.entry import CODE, CONTACT, NEW_PASSWORD
from lotproof_web.accounts.forms import Field, FormPage, posted, text
from lotproof_web.accounts.proof import proved
from lotproof_web.api.here import ledger
from lotproof_web.i18n import COOKIE as LANGUAGE_COOKIE
from lotproof_web.languages import LANGUAGES
from lotproof_web.signed_in import COOKIE, now, reads, session_id, signed_in
from lotproof_web.words.mark import N_
from lotproof_web.words.people import AGREEMENTS, PURPOSE_NAMES

account = Blueprint("account", __name__, url_prefix="/account")
_FORM = ["GET", "POST"]
_HOME = "/account/"
_CRUMBS = [(N_("Account"), _HOME)]
ZONES = (
    "Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo",
    "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Australia/Sydney", "UTC",
)  # fmt: skip


def me() -> int:
    """The account of whoever is signed in."""
    who = signed_in()
    assert who.account is not None
    return who.account


@account.get("/")
def index() -> str:
    """Everything at a glance."""
    id = me()
    return render_template(
        "account/index.html",
        account=account_row(reads(), id),
        sessions=sessions.sessions_of(reads(), id, now()),
        here=session_id(),
        addresses=addresses.addresses_of(reads(), id),
        consents=consents.history(reads(), id),
        purposes=PURPOSES,
        purpose_names=PURPOSE_NAMES,
        agreements=AGREEMENTS,
    )


@account.route("/profile", methods=_FORM)
def profile() -> AnyResponse:
    """Name, language and time zone."""
    row = account_row(reads(), me())
    languages = [(one.code, one.name) for one in LANGUAGES.values()]
    zones = ZONES if row.zone in ZONES else (*ZONES, row.zone)
    page = FormPage(
        N_("Profile"),
        [
            Field("name", N_("Your name"), value=row.name, attrs={"autocomplete": "name", "maxlength": 100}),
            Field("language", N_("Language"), "select", row.language, options=languages),
            Field("zone", N_("Time zone"), "select", row.zone, options=[(one, one) for one in zones]),
        ],
        N_("Save"),
        _CRUMBS,
        cancel=_HOME,
    )
    if not posted():
        return page.show()
    try:
        with writing(ledger().log.engine) as db:
            accounts.change_profile(db, me(), text("name"), text("language"), text("zone"), now())
    except LotproofError as error:
        return page.show(error)
    response = redirect(_HOME, 303)
    tag = LANGUAGES[text("language")].tag
    response.set_cookie(
        LANGUAGE_COOKIE, tag, max_age=31_536_000, secure=is_secure(), httponly=True, samesite="Lax"
    )
    return response


@account.route("/password", methods=_FORM)
@proved
def password() -> AnyResponse:
    """Another password; the other browsers are signed out."""
    page = FormPage(
        N_("Change the password"),
        [NEW_PASSWORD],
        N_("Save"),
        _CRUMBS,
        points=[N_("All other browsers in which you are signed in are signed out.")],
        cancel=_HOME,
    )
    if not posted():
        return page.show()
    try:
        change_password(entrance(), me(), session_id(), text("password"))
    except LotproofError as error:
        return page.show(error)
    return redirect(_HOME, 303)


@account.route("/contact", methods=_FORM)
@proved
def contact() -> AnyResponse:
    """Another number or address: a code goes there."""
    page = FormPage(
        N_("Change number or address"),
        [CONTACT],
        N_("Send me a code"),
        _CRUMBS,
        intro=N_("A number takes the place of your number, an address the place of your address."),
        cancel=_HOME,
    )
    if not posted():
        return page.show()
    try:
        handle = ask_new_contact(entrance(), visitor(), me(), text("contact"))
    except LotproofError as error:
        return page.show(error)
    return redirect(f"/account/contact/{handle}", 303)


@account.route("/contact/<handle>", methods=_FORM)
@proved
def new_contact(handle: str) -> AnyResponse:
    """The code that went there."""
    page = FormPage(N_("Change number or address"), [CODE], N_("Save"), _CRUMBS, cancel=_HOME)
    if not posted():
        return page.show()
    try:
        take_new_contact(entrance(), me(), handle, text("code"))
    except LotproofError as error:
        return page.show(error)
    return redirect(_HOME, 303)


@account.post("/sessions/<int:id>/end")
def end_session(id: int) -> AnyResponse:
    """Sign out one other browser."""
    with writing(ledger().log.engine) as db:
        sessions.end_session(db, me(), id, now())
        note(db, signed_in(), now(), "end_sessions", "session", str(id), address=visitor().address)
    return redirect("/account/#sessions", 303)


@account.post("/sessions/end")
def end_sessions() -> AnyResponse:
    """Sign out every other browser."""
    with writing(ledger().log.engine) as db:
        count = sessions.end_all_sessions(db, me(), now(), but=session_id())
        note(
            db,
            signed_in(),
            now(),
            "end_sessions",
            "account",
            str(me()),
            address=visitor().address,
            count=count,
        )
    return redirect("/account/#sessions", 303)


@account.post("/consents/<name>")
def consent(name: str) -> AnyResponse:
    """Agree to a purpose, or take it back."""
    with writing(ledger().log.engine) as db:
        if text("give"):
            consents.give(db, me(), [name], now())
        else:
            consents.withdraw(db, me(), name, now())
    return redirect("/account/#consents", 303)


@account.get("/data.json")
@proved
def own_data() -> AnyResponse:
    """Everything that is kept about her, as one file."""
    found = export_account(reads(), me(), now())
    with writing(ledger().log.engine) as db:
        note(db, signed_in(), now(), "export_own_data", "account", str(me()), address=visitor().address)
    response = Response(dumps(found), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="lotproof-account.json"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@account.route("/deactivate", methods=_FORM)
@proved
def leave() -> AnyResponse:
    """Erase the account."""
    page = FormPage(
        N_("Deactivate my account"),
        [Field("sure", N_("I know that this cannot be undone"), "checkbox")],
        N_("Erase my account"),
        _CRUMBS,
        points=[
            N_("This cannot be undone."),
            N_("Your name, number, address, password, address book, notices and drafts are erased at once."),
            N_("What you did stays under a number that nobody can follow to you."),
            N_("What your organisation recorded stays on the log."),
            N_("Take a copy of your data before."),
        ],
        cancel=_HOME,
        danger=True,
        links=[(N_("Take a copy of my data"), "/account/data.json")],
    )
    if not posted() or not text("sure"):
        return page.show()
    try:
        with writing(ledger().log.engine) as db:
            deactivate(db, me(), now())
    except LotproofError as error:
        return page.show(error)
    response = redirect("/", 303)
    response.delete_cookie(COOKIE)
    return response
