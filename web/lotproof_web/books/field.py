"""The field book: plots as cards, forms for what is done in the field, master data of one's own, seasons from files."""

from datetime import timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from lotproof.kernel.errors import LotproofError
from lotproof.lots.book.forms import FIELD, FORMS, Form, form_named
from lotproof.lots.book.plots import plots_of
from lotproof.people.permissions import Permission
from lotproof_web.api.here import ledger
from lotproof_web.books import own_things, seasons
from lotproof_web.books.filling import show_form, take_form, wait_for
from lotproof_web.books.offers import plot_name, read_offers
from lotproof_web.books.refusals import at_fields
from lotproof_web.i18n import book
from lotproof_web.signed_in import needs, now, reads, signed_in
from lotproof_web.words.forms import FORMS as FORM_WORDS

field = Blueprint("field", __name__)
field_forms = tuple(form for form in FORMS.values() if form.room == FIELD)
LONG_AGO = timedelta(days=400)


@field.get("/field/")
@needs(Permission.RECORD_FIELD)
def index() -> str:
    """Every plot: what grows there, from which day it may be harvested, what to do."""
    who, at = signed_in(), now()
    plots = plots_of(reads(), who.acting_for, at, ledger().log.around.blobs)
    lately = [plot for plot in plots if plot.last_at is None or at - plot.last_at < LONG_AGO]
    shown = plots if request.args.get("all") else lately
    return render_template(
        "books/field.html", plots=[(plot, plot_name(plot, book())) for plot in shown],
        older=len(plots) - len(shown), forms=[(form, FORM_WORDS[form.name]) for form in field_forms],
    )  # fmt: skip


@field.get("/field/wait")
@needs(Permission.RECORD_FIELD)
def wait() -> str:
    """From which day a plot may be harvested, while a form is filled in."""
    form = form_named(request.args.get("form", ""))
    if form is None or form.kind not in ("input_applied", "harvest"):
        raise NotFound
    who = signed_in()
    texts = {name: request.args.get(name, "") for name in form.fields}
    offers = read_offers(reads(), who.acting_for, form, texts, ledger().log.around.blobs, remember=False)
    return render_template("books/wait.html", wait=wait_for(form, texts, offers, who))


@field.get("/field/<name>")
def form(name: str) -> AnyResponse:
    """One form."""
    return show_form(_form(name))


@field.post("/field/<name>")
def record(name: str) -> AnyResponse:
    """What was filled in."""
    return take_form(_form(name))


def _form(name: str) -> Form:
    found = form_named(name)
    if found is None or found.room != FIELD:
        raise NotFound
    return found


@field.get("/field/own/<kind>")
def own(kind: str) -> AnyResponse:
    """A place, product or device of one's own."""
    return _own_page(kind, dict(request.args), {}, 200)


@field.post("/field/own/<kind>")
def record_own(kind: str) -> AnyResponse:
    """Record it, and go where it is used."""
    texts = {name: value.strip() for name, value in request.form.items()}
    who, log = signed_in(), ledger().log
    type_name, id, body, problems = own_things.read(kind, texts, book())
    if problems:
        return _own_page(kind, texts, problems, 422)
    try:
        with log.unit_of_work() as uow:
            own_things.write(uow, log.operator, who, type_name, id, body)
    except LotproofError as error:
        if not error.problems:
            raise
        return _own_page(kind, texts, at_fields(error.problems, book()), 422)
    return redirect("/field/" if who.may(Permission.RECORD_FIELD) else "/lotbook/", 303)


def _own_page(kind: str, texts: dict[str, str], problems: dict[str, list[str]], status: int) -> Response:
    who = signed_in()
    fields = own_things.fields_of(kind, texts, book(), who.zone)
    html = render_template("books/own.html", kind=kind, fields=fields, problems=problems,
                           title=own_things.TITLES[kind])  # fmt: skip
    return make_response(html, status)


@field.get("/field/season")
@needs(Permission.RECORD_FIELD, Permission.RECORD_PACKING)
def season() -> str:
    """Take a season file."""
    return render_template("books/season.html", problems=[], refused=[], trial=None)


@field.post("/field/season")
@needs(Permission.RECORD_FIELD, Permission.RECORD_PACKING)
def try_season() -> AnyResponse:
    """Read a file and try its rows; nothing is recorded yet."""
    trial = seasons.try_file(request.files.get("file"), signed_in())
    status = 422 if trial.problems else 200
    return make_response(render_template("books/season.html", trial=trial, problems=trial.problems), status)


@field.post("/field/season/<int:upload>")
@needs(Permission.RECORD_FIELD, Permission.RECORD_PACKING)
def record_season(upload: int) -> AnyResponse:
    """Record what was tried."""
    done = seasons.record_upload(upload, signed_in())
    if done.problems:
        return make_response(render_template("books/season.html", trial=done, problems=done.problems), 409)
    return make_response(render_template("books/season.html", trial=done, problems=[], recorded=True))


@field.get("/field/season/template.xlsx")
@needs(Permission.RECORD_FIELD, Permission.RECORD_PACKING)
def template() -> Response:
    """An empty season to fill in."""
    return seasons.template_answer()
