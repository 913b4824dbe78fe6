"""The reviewers' pages: the queue, an application beside its papers, and the decision."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from lotproof.documents import queries as documents
from lotproof.documents.states import State
from lotproof.kernel.errors import InvalidInputError, LotproofError, Problem, RefusedError
from lotproof.parties.deciding import check_paper
from lotproof.people.permissions import Permission as P
from lotproof.storage.engine import writing
from lotproof.suppliers import queries, reviewing
from lotproof.suppliers.history import steps_of
from lotproof.suppliers.naming import short
from lotproof.suppliers.states import WITH_REVIEWERS
from lotproof_web.api.here import ledger
from lotproof_web.case_history import history_rows
from lotproof_web.database import database
from lotproof_web.forms import problems_of
from lotproof_web.i18n import book
from lotproof_web.lists import ROWS, Filter, csv_answer, read_list, wants_csv
from lotproof_web.paper_rows import checklist_rows, paper_name, said
from lotproof_web.plain_requests import MOST_ROWS
from lotproof_web.proof_by_form import asks_for_proof, prove_by_form
from lotproof_web.signed_in import needs, now, reads, signed_in
from lotproof_web.statuses import status_of
from lotproof_web.words import suppliers as words
from lotproof_web.words.documents import READ_FIELDS
from lotproof_web.words.mark import N_

review = Blueprint("review", __name__)
_FILTERS = (Filter("whose", N_("Whose"), [("free", N_("Not taken yet")), ("mine", N_("Taken by me"))]),)


@review.get("/review/")
@needs(P.REVIEW_ANY)
def index() -> Response:
    """The queue: the application that is due first stands at the top."""
    listing = read_list(_FILTERS)
    most, after = (queries.MOST_IN_FILE, 0) if wants_csv() else (listing.limit, listing.offset)
    found, count = queries.queue(
        reads(), signed_in(), listing.q, listing.chosen.get("whose", ""), most, after
    )
    if wants_csv():
        head = ("party", "name", "role", "category", "state", "submitted", "due", "reviewer")
        rows = (
            (
                one.party,
                one.name,
                one.role,
                one.category,
                one.state,
                one.submitted_at,
                one.due_at,
                one.claimed_name,
            )
            for one in found
        )
        return csv_answer("review", head, rows)
    page = render_template(
        "review/queue.html",
        listing=listing,
        found=found[:ROWS],
        count=count,
        more=len(found) > ROWS,
        words=words,
        status_of=status_of,
        short=short,
        at=now(),
    )
    return make_response(page)


@review.get("/review/<uuid:id>")
@needs(P.REVIEW_ANY)
def one(id: object) -> Response:
    """An application: the document at the left, what was typed at the right."""
    return _page(id)


@review.get("/review/<uuid:id>/next")
@needs(P.REVIEW_ANY)
def onward(id: object) -> Response:
    """Go to the next one in the queue."""
    return _onward(id)


@review.post("/review/<uuid:id>/claim")
@needs(P.REVIEW_ANY)
def claim(id: object) -> Response:
    """Take it."""
    try:
        with writing(ledger().log.engine) as db:
            reviewing.claim(db, signed_in(), _urn(id), _version(), now())
    except RefusedError as error:
        return _late(id, error)
    return redirect(f"/review/{id}", 303)


@review.post("/review/<uuid:id>/papers/<int:paper>")
@needs(P.REVIEW_ANY)
def correct(id: object, paper: int) -> Response:
    """Correct what a paper says, as the document shows it."""
    try:
        with writing(ledger().log.engine) as db:
            for field in reviewing.FIELDS:
                reviewing.correct(db, signed_in(), _urn(id), paper, field, request.form.get(field, ""), now())
    except InvalidInputError as error:
        return _page(id, paper, error)
    return redirect(f"/review/{id}?paper={paper}", 303)


@review.post("/review/<uuid:id>/more")
@needs(P.REVIEW_ANY)
def more(id: object) -> Response:
    """Ask the applicant for more."""
    log = ledger().log
    try:
        with log.unit_of_work() as uow:
            reason = request.form.get("reason", "")
            reviewing.ask_for_more(uow, signed_in(), log.operator, _urn(id), _version(), reason)
    except InvalidInputError as error:
        return _page(id, error=error)
    except RefusedError as error:
        return _late(id, error)
    return _onward(id)


@review.route("/review/<uuid:id>/<any(approve, reject):act>", methods=["GET", "POST"])
@needs(P.REVIEW_ANY)
def decide(id: object, act: str) -> Response:
    """What follows from the decision, and proof of who decides."""
    urn, log = _urn(id), ledger().log
    if request.method == "GET":
        return _decision(id, act)
    try:
        prove_by_form()
        with log.unit_of_work() as uow:
            if act == "approve":
                reviewing.approve(uow, signed_in(), log.operator, urn, _version())
            else:
                reason = request.form.get("reason", "")
                reviewing.reject(uow, signed_in(), log.operator, urn, _version(), reason)
    except InvalidInputError as error:
        return _decision(id, act, error)
    except RefusedError as error:
        return _late(id, error)
    return _onward(id)


def _late(id: object, error: RefusedError) -> Response:
    """Say what became of it to whoever came second; what else is refused is said as everywhere."""
    if error.code != "decided_meanwhile":
        raise error
    database.session.remove()  # the page shows what is so now
    return _page(id, is_late=True)


def _page(
    id: object, chosen: int | None = None, error: LotproofError | None = None, *, is_late: bool = False
) -> Response:
    who, at, db, urn = signed_in(), now(), reads(), _urn(id)
    case = queries.case_of(db, who, urn, at)
    wanted = chosen or request.args.get("paper", type=int)
    paper = next((one for one in case.papers if one.id == wanted), case.papers[0] if case.papers else None)
    pages: list[str] = []
    read: Sequence[Any] = ()
    if paper is not None and paper.document_state == State.CLEAN:
        pages = [
            f"/documents/{paper.document}/page/{page.number}.jpg"
            for page in documents.pages_of(db, paper.document)
        ]
        read = documents.suggestions_of(db, paper.document)
    page = render_template(
        "review/case.html",
        case=case,
        id=id,
        paper=paper,
        pages=pages,
        read=[(READ_FIELDS.get(one.field, one.field), one) for one in read],
        rows=checklist_rows(case.wanted, at),
        papers=[(one, paper_name(one.document_type), said(_wrong_with(one))) for one in case.papers],
        typed=request.form if error else None,
        problems=problems_of(error) if error else {},
        is_open=case.row.state in WITH_REVIEWERS,
        is_late=is_late,
        is_own=case.row.party in who.belongs_to,
        look=status_of(case.row.state),
        steps=history_rows(steps_of(db, urn)),
        words=words,
        name_of=paper_name,
    )
    return make_response(page, 409 if is_late else 422 if error else 200)


def _decision(id: object, act: str, error: LotproofError | None = None) -> Response:
    case = queries.case_of(reads(), signed_in(), _urn(id), now())
    page = render_template(
        "review/decide.html",
        case=case,
        id=id,
        act=act,
        ask=asks_for_proof(),
        consequences=_consequences(case, act),
        problems=problems_of(error) if error else {},
        reason=request.form.get("reason", ""),
        version=request.form.get("version") or case.row.version,
        words=words,
    )
    return make_response(page, 422 if error else 200)


def _consequences(case: queries.Case, act: str) -> list[str]:
    say = book().say
    if act == "reject":
        return [
            say(N_("%(party)s is told the reason, and may apply again."), party=case.name),
            say(
                N_(
                    "That a decision was made stands on the ledger for ever; what it was and why is hidden there."
                )
            ),
        ]
    papers = ", ".join(paper_name(one.document_type) for one in case.papers)
    missing = [row.name for row in checklist_rows(case.wanted, now()) if row.add]
    told = [
        say(N_("These papers count from now on: %(papers)s."), papers=papers),
        say(
            N_("Their kind, issuer and days stand on the ledger for ever, on the chain of %(party)s."),
            party=case.name,
        ),
        say(N_("A paper can be suspended or revoked later; what is done until then stays valid.")),
    ]
    if missing:
        told.append(
            say(N_("Still missing, so that lots cannot begin: %(papers)s."), papers=", ".join(missing))
        )
    return told


def _wrong_with(one: Any) -> list[Problem]:
    return check_paper(one.document_type, one.number or None, one.valid_from, one.valid_to)


def _onward(id: object) -> Response:
    """To the next one in the queue, else back to it."""
    after = queries.next_in_queue(reads(), signed_in(), _urn(id))
    return redirect(f"/review/{short(after)}" if after else "/review/", 303)


def _version() -> int:
    version = request.form.get("version", 0, type=int)
    return version if abs(version) <= MOST_ROWS else 0


def _urn(id: object) -> str:
    return f"urn:uuid:{id}"
