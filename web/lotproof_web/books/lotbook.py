"""The lot book: own lots as a list, one lot, what is on its way here, forms, receipts, labels and the scanner."""

from typing import cast, get_args
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from lotproof.kernel.errors import InvalidInputError, LotproofError
from lotproof.kernel.identifiers import LotId
from lotproof.lots.book import labels, undo
from lotproof.lots.book.deliveries import deliveries_to
from lotproof.lots.book.forms import FORMS, LOTS, Form, form_named
from lotproof.lots.book.lot_detail import lot_detail
from lotproof.lots.book.own import reader_of
from lotproof.lots.book.stock import STATES, Stock, stock_of
from lotproof.lots.label import LabelSize
from lotproof.lots.label_sheet import Sheet
from lotproof.lots.problems import CODES
from lotproof.people.permissions import Permission as P
from lotproof_web.api.here import ledger
from lotproof_web.balance_bar import balance_picture
from lotproof_web.books.filling import show_form, take_form
from lotproof_web.books.lot_words import acts_for, next_of, receipt_facts, rows_of, state_mark, step_of
from lotproof_web.books.refusals import lot_href, refusals_of
from lotproof_web.headers import with_wasm
from lotproof_web.i18n import book
from lotproof_web.lists import ROWS, Filter, csv_answer, read_list, wants_csv
from lotproof_web.pages.here import services
from lotproof_web.scan_text import read_code
from lotproof_web.signed_in import needs, reads, signed_in
from lotproof_web.words.findings import FINDINGS
from lotproof_web.words.forms import FORMS as FORM_WORDS
from lotproof_web.words.mark import N_
from lotproof_web.words.states import state
from lotproof_web.words.what_to_do import WHAT_TO_DO

lotbook = Blueprint("lotbook", __name__)
_STATE = Filter("state", N_("State"), [(code, state(code).short) for code in STATES])
_SORTS = (("newest", N_("newest first")), ("code", N_("by lot code")), ("amount", N_("most there first")),
          ("state", N_("by state")))  # fmt: skip
_READ = (P.READ_LOTS, P.READ_LOTS_ANY)
MOST_IN_CSV = 2000


@lotbook.get("/lotbook/")
@needs(*_READ)
def index() -> AnyResponse:
    """The lots that the organisation takes part in."""
    who, listing = signed_in(), read_list((_STATE,), _SORTS)
    found: Stock = stock_of(
        reads(), reader_of(who), search=listing.q, state=listing.chosen.get("state", ""), sort=listing.sort
    )
    if wants_csv():
        head = ("gtin", "lot", "product", "state", "on hand", "unit", "begun", "harvested")
        rows = [(one.gtin, one.code, book().name(one.product), one.state, one.balance.on_hand, one.balance.uom or "",
                 one.begun, one.harvested_on) for one in found.lines[:MOST_IN_CSV]]  # fmt: skip
        return csv_answer("lots", head, rows)
    page = found.lines[listing.offset : listing.offset + ROWS]
    forms = [
        (form, FORM_WORDS[form.name])
        for form in FORMS.values()
        if form.room == LOTS and who.may(form.permission)
    ]
    return make_response(render_template(
        "books/lots.html", listing=listing, found=found, rows=rows_of(page, book()), forms=forms,
        more=len(found.lines) > listing.offset + ROWS, may_print=True,
        states=[(state_mark(code), listing.url(state=code), n) for code, n in found.states.items()],
    ))  # fmt: skip


@lotbook.get("/lotbook/lot/<gtin>/<path:code>")
@needs(*_READ)
def lot(gtin: str, code: str) -> str:
    """One lot: facts, what stands against it, journey, what can be done."""
    who, words = signed_in(), book()
    named = LotId.parse(f"{gtin}/{code}")
    found = lot_detail(reads(), reader_of(who), named)
    coming = deliveries_to(reads(), who.party, named.uri) if who.party else []
    return render_template(
        "books/lot.html", found=found, mark=state_mark(found.state), name=words.name(found.names.get(gtin, {})),
        journey=[step_of(line, found.names, words) for line in found.journey],
        against=[(one, FINDINGS.get(one.code)) for one in found.against],
        balance=balance_picture(found.balance, words), coming=coming, acts=acts_for(who, found, bool(coming)),
        next=next_of(who, found, bool(coming), words), key=f"{named.gtin14}/{named.code}", public=named.path,
    )  # fmt: skip


@lotbook.get("/lotbook/deliveries")
@needs(P.RECORD_RECEIVING)
def deliveries() -> str:
    """What is on its way to the organisation's places."""
    return render_template("books/deliveries.html", found=deliveries_to(reads(), signed_in().acting_for))


@lotbook.get("/lotbook/record/<name>")
def form(name: str) -> AnyResponse:
    """One form."""
    return show_form(_form(name))


@lotbook.post("/lotbook/record/<name>")
def record(name: str) -> AnyResponse:
    """What was filled in."""
    return take_form(_form(name))


def _form(name: str) -> Form:
    found = form_named(name)
    if found is None or found.room != LOTS:
        raise NotFound
    return found


@lotbook.get("/lotbook/receipt/<int:submission>")
def receipt(submission: int) -> str:
    """What was recorded, and whether it can be taken back."""
    return _receipt(submission, ())


def _receipt(submission: int, refusals: tuple[object, ...]) -> str:
    who = signed_in()
    found = undo.receipt_of(reads(), reader_of(who), submission, ledger().log.around.blobs, who.party)
    form = next((one for one in FORMS.values() if one.kind == found.kind), None)
    return render_template(
        "books/receipt.html", found=found, form=form, facts=receipt_facts(found, book()), refusals=refusals,
        lots=[(LotId.parse(uri).code, lot_href(uri)) for uri in found.lots if "/10/" in uri],
        title=FORM_WORDS[form.name].title if form else "", again=request.args.get("again"),
        may_undo=form is not None and who.may(form.permission),
    )  # fmt: skip


@lotbook.post("/lotbook/receipt/<int:submission>/undo")
def take_back(submission: int) -> AnyResponse:
    """Take it back."""
    log = ledger().log
    try:
        with log.unit_of_work() as uow:
            undo.undo(uow, log.operator, signed_in(), submission)
    except LotproofError as error:
        if not error.problems:
            raise
        return make_response(_receipt(submission, tuple(refusals_of(error, book()))), 409)
    return redirect(f"/lotbook/receipt/{submission}", 303)


@lotbook.get("/lotbook/labels.pdf")
@needs(*_READ)
def print_labels() -> Response:
    """Labels of the chosen lots; ?size= 40x30 or 60x40, ?sheet= single or a4."""
    size, sheet = request.args.get("size", "60x40"), request.args.get("sheet", "a4")
    if size not in get_args(LabelSize) or sheet not in get_args(Sheet):
        raise InvalidInputError("invalid_size", "there is no label of this size", "Use 40x30 or 60x40.")
    lots = [LotId.parse(text) for text in request.args.getlist("lot")]
    pdf = labels.labels_of(
        reads(), reader_of(signed_in()), lots, services().settings.public_url, cast(LabelSize, size),
        cast(Sheet, sheet),
    )  # fmt: skip
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="labels.pdf"'
    return response


@lotbook.get("/lotbook/scan")
@needs(*_READ, P.RECORD_RECEIVING)
def scan() -> AnyResponse:
    """The scanner; ?q= what was scanned or typed goes to the lot, or into the form that asked for it (?for=)."""
    text, wanted = request.args.get("q", "").strip()[:500], request.args.get("for", "")
    form = form_named(wanted)
    if text:
        try:
            named = read_code(text)
        except InvalidInputError:
            named = None
        if isinstance(named, LotId):
            room = f"/{form.room}/" if form and form.room != LOTS else "/lotbook/record/"
            asked = urlencode({"lot": named.uri})
            to = f"{room}{form.name}?{asked}" if form else lot_href(named.uri)
            return redirect(to, 303)
    words = FORM_WORDS[form.name] if form else None
    page = render_template("books/scan.html", text=text, wrong=bool(text), form=form, words=words)
    response = make_response(page, 422 if text else 200)
    return with_wasm(response)


@lotbook.get("/lotbook/rules")
@needs(*_READ)
def rules() -> str:
    """Every rule that refuses or holds, in words."""
    told = [
        (code, FINDINGS[code], CODES[code], WHAT_TO_DO.get(code, "")) for code in CODES if code in FINDINGS
    ]
    return render_template("books/rules.html", rules=told)
