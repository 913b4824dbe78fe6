"""The applicant's pages: what is asked for and how it stands, an application with its papers, submitting it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from lotproof.documents import actions as documents
from lotproof.documents.formats import ACCEPT
from lotproof.documents.queries import suggestions_of
from lotproof.kernel.errors import InvalidInputError, LotproofError, NotFoundError, Problem
from lotproof.parties.document_types import DOCUMENT_TYPES
from lotproof.parties.qualified import Register
from lotproof.parties.requirements import ANY, ROLES
from lotproof.parties.standing import checklist
from lotproof.people.drafts import forget_draft
from lotproof.people.permissions import Permission as P
from lotproof.storage.engine import writing
from lotproof.suppliers import applying, claims, queries
from lotproof.suppliers.applying import Said, handed
from lotproof.suppliers.history import steps_of
from lotproof.suppliers.lacking import problems_of as wrong_with
from lotproof.suppliers.naming import short
from lotproof.suppliers.states import WITH_APPLICANT
from lotproof_web.api.here import ledger
from lotproof_web.case_history import history_rows
from lotproof_web.drafting import resumed
from lotproof_web.forms import problems_of
from lotproof_web.i18n import book
from lotproof_web.paper_rows import checklist_rows, days_of, look_of_paper, paper_name, said
from lotproof_web.signed_in import needs, now, reads, signed_in
from lotproof_web.statuses import status_of
from lotproof_web.taking_files import TAKES_FILES
from lotproof_web.words import suppliers as words
from lotproof_web.words.documents import FILE_PROBLEMS
from lotproof_web.words.mark import N_
from lotproof_web.words.papers import PAPERS

qualification = Blueprint("qualification", __name__)
TAKES_FILES.update(("qualification.add", "qualification.change"))
_HERE = "/qualification/"


@qualification.get("/qualification/")
@needs(P.APPLY)
def index() -> str:
    """What is asked for and how it stands, papers on record, and applications."""
    who, at, db = signed_in(), now(), reads()
    party, register = who.acting_for, Register(reads)
    body, held = register.party(party), register.papers(party)
    roles = [role for role in ROLES if role in body.get("roles", ())] or ["supplier"]
    asked = [
        (role, checklist_rows(found, at))
        for role in roles
        if (found := checklist(register.editions, held, role, None, body.get("kind"), at)) is not None
    ]
    on_record = [
        (paper_name(one.document_type), one.number or "", days_of(one), look_of_paper(one, at), one.id)
        for one in sorted(held, key=lambda one: (one.document_type, one.valid_from), reverse=True)
    ]
    return render_template(
        "qualification/index.html",
        asked=asked,
        on_record=on_record,
        applications=queries.applications_of(db, party),
        roles=[(role, book().say(words.ROLES[role])) for role in ROLES],
        chosen=roles[0],
        categories=[
            (ANY, book().say(N_("All products"))),
            *((c, c) for c in queries.categories(register.editions)),
        ],
        words=words,
        status_of=status_of,
        short=short,
    )


@qualification.post("/qualification/start")
@needs(P.APPLY)
def start() -> Response:
    """Begin an application."""
    who, here = signed_in(), ledger().log
    role, category = request.form.get("role", ""), request.form.get("category", "") or ANY
    with writing(here.engine) as db:
        id = applying.start(db, who, who.acting_for, role, category, now(), here.around.entropy)
    return redirect(_HERE + short(id), 303)


@qualification.post("/qualification/renew/<path:paper>")
@needs(P.APPLY)
def renew(paper: str) -> Response:
    """Begin an application for the next edition of a paper on record."""
    who, here = signed_in(), ledger().log
    held = next((one for one in Register(reads).papers(who.acting_for) if one.id == paper), None)
    if held is None:
        raise NotFoundError("no_such_paper", "there is no such paper", "see the list of yours")
    role = next((role for role in ROLES if role in who.roles), "supplier")
    with writing(here.engine) as db:
        id = applying.renew(db, who, held, role, now(), here.around.entropy)
    return redirect(_HERE + short(id), 303)


@qualification.get("/qualification/<uuid:id>")
@needs(P.APPLY, P.APPLY_ANY)
def one(id: object) -> Response:
    """An application."""
    return _page(_urn(id))


@qualification.route("/qualification/<uuid:id>/add", methods=["GET", "POST"])
@needs(P.APPLY, P.APPLY_ANY)
def add(id: object) -> Response:
    """Hand a paper in, with what it says."""
    urn, who = _urn(id), signed_in()
    case = queries.case_of(reads(), who, urn, now())
    if request.method == "GET":
        return _paper_form(
            case, f"{_HERE}{id}/add", f"paper-of-{id}", {"document_type": request.args.get("type", "")}
        )
    try:
        typed, document_type = _said(), request.form.get("document_type", "")
        if document_type not in DOCUMENT_TYPES:
            raise _wrong("document_type", N_("Choose what kind of paper it is."))
        document = _received(case.row.party, document_type)
        with writing(ledger().log.engine) as db:
            applying.add_paper(db, who, urn, document_type, document, typed, now())
            if who.account is not None:
                forget_draft(db, who.account, f"paper-of-{id}")
    except LotproofError as error:
        return _paper_form(case, f"{_HERE}{id}/add", f"paper-of-{id}", request.form, error)
    return redirect(f"{_HERE}{id}", 303)


@qualification.route("/qualification/<uuid:id>/papers/<int:paper>", methods=["GET", "POST"])
@needs(P.APPLY, P.APPLY_ANY)
def change(id: object, paper: int) -> Response:
    """Change what a paper says, or send it again."""
    urn, who = _urn(id), signed_in()
    case = queries.case_of(reads(), who, urn, now())
    row = next((one for one in case.papers if one.id == paper), None)
    if row is None:
        raise NotFoundError("no_such_paper", "this application has no such paper", "look at it again")
    action, key = f"{_HERE}{id}/papers/{paper}", f"paper-{paper}"
    if request.method == "GET":
        kept = {
            name: getattr(row, name)
            for name in ("document_type", "number", "issuer", "valid_from", "valid_to")
        }
        values = {name: "" if value is None else str(value) for name, value in kept.items()}
        return _paper_form(case, action, key, values | {"scope": ", ".join(row.scope)}, row=row)
    try:
        typed, document = _said(), _received(case.row.party, row.document_type)
        with writing(ledger().log.engine) as db:
            applying.say(db, who, urn, paper, typed)
            if document is not None:
                applying.replace_document(db, who, urn, paper, document, now())
            if who.account is not None:
                forget_draft(db, who.account, key)
    except LotproofError as error:
        return _paper_form(case, action, key, request.form, error, row)
    return redirect(f"{_HERE}{id}", 303)


@qualification.post("/qualification/<uuid:id>/papers/<int:paper>/remove")
@needs(P.APPLY, P.APPLY_ANY)
def remove(id: object, paper: int) -> Response:
    """Take a paper out."""
    with writing(ledger().log.engine) as db:
        applying.remove_paper(db, signed_in(), _urn(id), paper, now())
    return redirect(f"{_HERE}{id}", 303)


@qualification.post("/qualification/<uuid:id>/submit")
@needs(P.APPLY, P.APPLY_ANY)
def submit(id: object) -> Response:
    """Hand it to the reviewers, or show everything that is lacking."""
    log = ledger().log
    try:
        with log.unit_of_work() as uow:
            applying.submit(uow, signed_in(), log.operator, _urn(id))
    except InvalidInputError:
        return _page(_urn(id), refused=True)
    return redirect(f"{_HERE}{id}", 303)


@qualification.post("/qualification/<uuid:id>/withdraw")
@needs(P.APPLY, P.APPLY_ANY)
def withdraw(id: object) -> Response:
    """Take it back."""
    with writing(ledger().log.engine) as db:
        applying.withdraw(db, signed_in(), _urn(id), now())
    return redirect(f"{_HERE}{id}", 303)


@qualification.route("/qualification/claim/<token>", methods=["GET", "POST"])
@needs()
def claim(token: str) -> Response:
    """Take over what staff entered; whoever is signed in becomes the owner."""
    who = signed_in()
    found = claims.find_claim(reads(), token, now())
    if request.method == "GET":
        name = Register(reads).party(found.party).get("names", {})
        page = render_template("qualification/claim.html", name=book().name(name), token=token)
        return _private(make_response(page))
    with writing(ledger().log.engine) as db:
        id = claims.take_claim(db, who, token, now())
    return redirect(_HERE + short(id), 303)


def _page(urn: str, *, refused: bool = False) -> Response:
    who, at, db = signed_in(), now(), reads()
    case = queries.case_of(db, who, urn, at)
    papers = [
        {
            "row": one,
            "name": paper_name(one.document_type),
            "problems": said(wrong_with(handed(case.row.party, one))),
        }
        for one in case.papers
    ]
    rows = checklist_rows(case.wanted, at)
    lacking = [one for one in rows if one.add]
    page = render_template(
        "qualification/application.html",
        case=case,
        id=short(urn),
        papers=papers,
        rows=rows,
        lacking=lacking,
        is_ready=bool(papers) and not lacking and not any(one["problems"] for one in papers),
        refused=refused,
        may_change=case.row.state in WITH_APPLICANT,
        is_staff=case.row.party != who.party,
        look=status_of(case.row.state),
        steps=history_rows(steps_of(db, urn), for_applicant=case.row.party == who.party),
        words=words,
        types=list(PAPERS.items()),
    )
    return make_response(page, 422 if refused else 200)


def _paper_form(
    case: queries.Case,
    action: str,
    key: str,
    values: Mapping[str, str],
    error: LotproofError | None = None,
    row: Any = None,
) -> Response:
    kept = resumed(key) if request.method == "GET" else None
    if kept and values.get("document_type") not in ("", None, *kept.values.get("document_type", ())):
        kept = None  # it was of another paper
    names = ("document_type", "number", "issuer", "scope", "valid_from", "valid_to")
    typed = {name: texts[0] for name, texts in kept.values.items() if texts} if kept else {}
    shown = {name: typed.get(name) or values.get(name, "") for name in names}
    document = row.document if row is not None else None
    page = render_template(
        "qualification/paper.html",
        case=case,
        id=short(case.row.id),
        action=action,
        key=key,
        kept=kept,
        values=shown,
        problems=problems_of(error) if error else {},
        row=row,
        read=suggestions_of(reads(), document) if document else (),
        types=[(code, book().say(text)) for code, text in PAPERS.items()],
        name=paper_name(shown["document_type"]),
        accept=ACCEPT,
        most=ledger().document_limit // 1_000_000,
        words=words,
    )
    return make_response(page, 422 if error else 200)


def _said() -> Said:
    form = request.form
    scope = form.get("scope", "").replace("，", ",").split(",")
    return Said(form.get("number", ""), form.get("issuer", ""), scope, _day("valid_from"), _day("valid_to"))


def _day(name: str) -> date | None:
    text = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _wrong(name, N_("Write the day as 2026-09-01.")) from None


def _received(party: str, document_type: str) -> str | None:
    """Keep the file of the form, if it has one; returns the document's id."""
    given = next((one for one in request.files.getlist("file") if one.filename), None)
    if given is None:
        return None
    here = ledger()
    try:
        done = documents.receive(
            here.log, signed_in(), party, document_type, given.stream, given.filename or "",
            most_bytes=here.document_limit, address=request.remote_addr or "",
        )  # fmt: skip
    except LotproofError as error:
        raise _wrong("file", FILE_PROBLEMS.get(error.code, error.message)) from error
    here.documents.loop.ring()
    return done.id


def _wrong(field: str, message: str) -> InvalidInputError:
    return InvalidInputError("invalid_form", message, "", [Problem(field, "invalid_value", message)])


def _urn(id: object) -> str:
    return f"urn:uuid:{id}"


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
