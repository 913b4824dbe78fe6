"""Suppliers as staff sees them: the list, one with its papers, notes and history, and what is decided over a paper."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from lotproof.kernel.errors import InvalidInputError, LotproofError, NotFoundError
from lotproof.kernel.identifiers import Gln
from lotproof.lots.qr import svg
from lotproof.parties.qualified import Register
from lotproof.parties.records import get_record
from lotproof.parties.requirements import ANY, KINDS, ROLES
from lotproof.people.organisations import Facts
from lotproof.people.permissions import Permission as P
from lotproof.storage.engine import writing
from lotproof.suppliers import applying, claims, notes, queries
from lotproof.suppliers.entering import enter_for
from lotproof.suppliers.history import history_of
from lotproof.suppliers.naming import short
from lotproof.suppliers.queries import Wish
from lotproof.suppliers.states import State, shown
from lotproof.suppliers.stopping import stop
from lotproof_web.accounts.door import gln_prefix
from lotproof_web.accounts.forms import Field, FormPage, posted, text
from lotproof_web.api.here import ledger
from lotproof_web.case_history import history_rows
from lotproof_web.forms import problems_of
from lotproof_web.i18n import book
from lotproof_web.lists import ROWS, Filter, csv_answer, read_list, wants_csv
from lotproof_web.pages.here import services
from lotproof_web.paper_rows import days_of, look_of_paper, paper_name
from lotproof_web.proof_by_form import asks_for_proof, prove_by_form
from lotproof_web.signed_in import needs, now, reads, signed_in
from lotproof_web.statuses import status_of
from lotproof_web.words import suppliers as words
from lotproof_web.words.mark import N_

suppliers = Blueprint("suppliers", __name__)
_STATES = ("approved", "expiring", "expired", "suspended", "revoked", *map(str, State), "missing")
_SORTS = (("name", N_("Name")), ("ends", N_("What ends first")), ("changed", N_("Last changed")))


def _filters() -> tuple[Filter, ...]:
    found = queries.categories(Register(reads).editions)
    states = [(one, status_of(one).word) for one in dict.fromkeys(_STATES)]
    return (
        Filter("state", N_("State"), states),
        Filter("kind", N_("Kind"), [(one, words.KINDS[one]) for one in KINDS]),
        Filter("role", N_("As what"), [(one, words.ROLES[one]) for one in ROLES]),
        Filter("category", N_("Products"), [(one, one) for one in found]),
    )


@suppliers.get("/suppliers/")
@needs(P.READ_PARTIES_ANY)
def index() -> Response:
    """The list, with what is asked for in the address."""
    listing, at = read_list(_filters(), _SORTS), now()
    state, kind, role, category = (listing.chosen.get(one.name, "") for one in listing.filters)
    wish = Wish(listing.q, state, kind, role, category, listing.sort)
    most, after = (queries.MOST_IN_FILE, 0) if wants_csv() else (ROWS, listing.offset)
    found, count = queries.suppliers(reads(), signed_in(), wish, at, most, after)
    if wants_csv():
        return _as_csv(found)
    page = render_template(
        "suppliers/list.html",
        listing=listing,
        count=count,
        found=[(one, status_of(shown(one.standing, one.ends_at, one.applying, at))) for one in found],
        more=count > listing.offset + ROWS,
        words=words,
        status_of=status_of,
        may_apply=signed_in().may(P.APPLY_ANY),
    )
    return make_response(page)


@suppliers.route("/suppliers/new", methods=["GET", "POST"])
@needs(P.APPLY_ANY)
def enter() -> Response:
    """Enter an organisation that is not registered, and its application."""
    prefix, log = gln_prefix(), ledger().log
    page = FormPage(
        N_("Enter an application for somebody"),
        [
            Field("kind", N_("Kind"), "select", options=list(words.KINDS.items())),
            Field("name", N_("Name, as on its licence"), attrs={"maxlength": 200}),
            Field(
                "credit_code",
                N_("Unified social credit code"),
                hint=N_("18 characters, as on its licence. Farm households have none."),
                optional=True,
                attrs={"maxlength": 40, "autocomplete": "off"},
            ),
            Field("gln", N_("GLN"), "integer", optional=bool(prefix), attrs={"maxlength": 20}),
            Field("role", N_("As what"), "select", options=list(words.ROLES.items())),
        ],
        N_("Begin"),
        crumbs=[(N_("Suppliers"), "/suppliers/")],
        points=[
            N_("Nobody belongs to it yet: hand the application over, and who takes it becomes the owner.")
        ],
        cancel="/suppliers/",
    )
    if not posted():
        return page.show()
    facts = Facts(text("kind"), {"zh_Hans": text("name")}, text("credit_code"), text("gln"), [text("role")])
    try:
        with log.unit_of_work() as uow:
            id = enter_for(uow, signed_in(), log.operator, facts, text("role"), prefix)
    except LotproofError as error:
        return page.show(error)
    return redirect(f"/qualification/{short(id)}", 303)


@suppliers.get("/suppliers/<gln>")
@needs(P.READ_PARTIES_ANY)
def one(gln: str) -> Response:
    """One supplier."""
    return _page(gln)


@suppliers.post("/suppliers/<gln>/notes")
@needs(P.NOTE_REPUTATION_ANY)
def note(gln: str) -> Response:
    """Add a note."""
    try:
        with writing(ledger().log.engine) as db:
            source, text = (request.form.get(name, "") for name in ("source", "text"))
            notes.add_note(db, signed_in(), _party(gln), source, text, now())
    except InvalidInputError as error:
        return _page(gln, error)
    return redirect(f"/suppliers/{gln}#notes", 303)


@suppliers.post("/suppliers/<gln>/apply")
@needs(P.APPLY_ANY)
def apply(gln: str) -> Response:
    """Enter an application for a supplier, who takes it over later."""
    log, role = ledger().log, request.form.get("role", "supplier")
    with writing(log.engine) as db:
        id = applying.start(db, signed_in(), _party(gln), role, ANY, now(), log.around.entropy)
    return redirect(f"/qualification/{short(id)}", 303)


@suppliers.post("/suppliers/hand-over/<uuid:id>")
@needs(P.APPLY_ANY)
def hand_over(id: object) -> Response:
    """Show the link once, as a code to scan."""
    log = ledger().log
    with writing(log.engine) as db:
        token, ends_at = claims.make_claim(db, signed_in(), f"urn:uuid:{id}", now(), log.around.entropy)
    link = f"{services().settings.public_url}/qualification/claim/{token}"
    code = svg(link, book().say(N_("QR code to take over the application")))
    response = make_response(
        render_template("suppliers/hand_over.html", link=link, code=code, ends_at=ends_at, id=id)
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@suppliers.route("/suppliers/papers/<any(suspend, lift, revoke):act>/<path:paper>", methods=["GET", "POST"])
@needs(P.SUSPEND_ANY)
def decide(act: str, paper: str) -> Response:
    """What follows from suspending, lifting or revoking a paper, and proof of who does it."""
    log = ledger().log
    if request.method == "GET":
        return _stopping(act, paper)
    try:
        prove_by_form()
        with log.unit_of_work() as uow:
            party = stop(uow, signed_in(), log.operator, act, paper, request.form.get("reason", ""))
    except InvalidInputError as error:
        return _stopping(act, paper, error)
    return redirect(f"/suppliers/{party.rpartition('/')[2]}", 303)


def _page(gln: str, error: LotproofError | None = None) -> Response:
    db, at, who, party = reads(), now(), signed_in(), _party(gln)
    row = queries.supplier(db, who, party)
    held = sorted(
        Register(reads).papers(party), key=lambda one: (one.document_type, one.valid_from), reverse=True
    )
    look = status_of(shown(row.standing, row.ends_at, row.applying, at))
    page = render_template(
        "suppliers/one.html",
        row=row,
        gln=gln,
        look=look,
        papers=[
            (one, paper_name(one.document_type), days_of(one), look_of_paper(one, at), _acts(one, at))
            for one in held
        ],
        applications=queries.applications_of(db, party),
        notes=notes.notes_of(db, who, party),
        steps=history_rows(history_of(db, party)),
        may_note=who.may(P.NOTE_REPUTATION_ANY),
        may_stop=who.may(P.SUSPEND_ANY) and party not in who.belongs_to,
        may_apply=who.may(P.APPLY_ANY),
        may_review=who.may(P.REVIEW_ANY),
        problems=problems_of(error) if error else {},
        typed=request.form,
        roles=[(role, book().say(words.ROLES[role])) for role in ROLES],
        words=words,
        status_of=status_of,
        short=short,
    )
    return make_response(page, 422 if error else 200)


def _acts(paper: Any, at: Any) -> tuple[str, ...]:
    state = str(paper.state(at)[0])
    if state == "revoked":
        return ()
    return ("lift", "revoke") if state == "suspended" else ("suspend", "revoke")


def _stopping(act: str, paper: str, error: LotproofError | None = None) -> Response:
    body = get_record(reads(), "qualification", paper)
    if body is None:
        raise NotFoundError("no_such_paper", "there is no such paper", "see the list of suppliers")
    say, gln = book().say, str(body["party"]).rpartition("/")[2]
    follows = {
        "suspend": [
            say(N_("From now on no lots begin or ship under this paper, until it is lifted.")),
            say(N_("What was done before stays as it was.")),
        ],
        "lift": [say(N_("From now on the paper counts again."))],
        "revoke": [
            say(N_("From now on no lots begin or ship under this paper, and it never counts again.")),
            say(N_("What was done before stays as it was.")),
        ],
    }
    page = render_template(
        "suppliers/stop.html",
        act=act,
        paper=paper,
        gln=gln,
        name=paper_name(body["document_type"]),
        ask=asks_for_proof(),
        consequences=[
            *follows[act],
            say(N_("The decision stands on the ledger for ever; the reason is hidden there.")),
        ],
        problems=problems_of(error) if error else {},
        reason=request.form.get("reason", ""),
    )
    return make_response(page, 422 if error else 200)


def _as_csv(found: Iterable[Any]) -> Response:
    at = now()
    head = ("gln", "name", "state", "kind", "roles", "ends", "application", "papers")
    rows = (
        (
            one.party.rpartition("/")[2], one.name, shown(one.standing, one.ends_at, one.applying, at), one.kind,
            one.roles, one.ends_at.isoformat() if one.ends_at else "", one.applying, one.papers,
        )
        for one in found
    )  # fmt: skip
    return csv_answer("suppliers", head, rows)


def _party(gln: str) -> str:
    try:
        return Gln(gln).party_uri
    except LotproofError:
        raise NotFoundError(
            "unknown_party", "no supplier with this number is known here", "see the list"
        ) from None
