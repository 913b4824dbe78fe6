"""Documents: the organisation's list, handing files in, looking at one, and its clean copy as a file."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, send_file
from sqlalchemy import Connection, Row
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from lotproof.documents import actions, queries
from lotproof.documents.files import Files
from lotproof.documents.formats import ACCEPT, EXTENSION_OF
from lotproof.documents.names import name_with, shown_name
from lotproof.documents.reading import is_installed
from lotproof.documents.refusals import FileTooLargeError
from lotproof.documents.states import UNDER_WAY, State
from lotproof.documents.types import TYPES
from lotproof.kernel.errors import LotproofError, NotFoundError
from lotproof.parties.records import names_of
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission as P
from lotproof.storage.engine import writing
from lotproof_web.api.here import ledger
from lotproof_web.errors import reason, status_of, wants_json
from lotproof_web.i18n import book
from lotproof_web.lists import ROWS, Filter, csv_answer, read_list, wants_csv
from lotproof_web.local_time import local
from lotproof_web.signed_in import needs, now, reads, signed_in
from lotproof_web.statuses import status_of as look_of
from lotproof_web.taking_files import TAKES_FILES
from lotproof_web.words import documents as words
from lotproof_web.words.mark import N_

documents = Blueprint("documents", __name__)
TAKES_FILES.add("documents.send")
_STATES = (State.RECEIVED, State.WAITING_FOR_SCAN, State.CLEAN, State.REFUSED)
_FILTERS = (
    Filter("state", N_("State"), [(one, look_of(one).word) for one in _STATES]),
    Filter("type", N_("Kind"), list(words.TYPES.items())),
)
_MOST_ROWS = 10_000
_SEEN_FOR = timedelta(hours=1)
"""How long after the page of a document its pictures are part of the same look at it."""
_SANDBOX = "default-src 'none'; sandbox"


@documents.get("/documents/")
@needs(P.READ_DOCUMENTS, P.UPLOAD_DOCUMENTS, P.READ_DOCUMENTS_ANY)
def index() -> AnyResponse:
    """Show what the organisation handed in, or what is about it."""
    listing = read_list(_FILTERS)
    most, after = (_MOST_ROWS, 0) if wants_csv() else (ROWS, listing.offset)
    found, count = queries.list_of(
        reads(),
        signed_in(),
        state=listing.chosen.get("state", ""),
        type=listing.chosen.get("type", ""),
        text=listing.q,
        limit=most,
        after=after,
    )
    if wants_csv():
        return _as_csv(found)
    return make_response(
        render_template(
            "documents.html",
            listing=listing,
            count=count,
            found=found,
            more=count > listing.offset + ROWS,
            look_of=look_of,
            types=words.TYPES,
        )
    )


@documents.get("/documents/upload")
@needs(P.UPLOAD_DOCUMENTS, P.APPLY_ANY)
def upload() -> AnyResponse:
    """The form for handing files in. subject, type: may be given in the address."""
    signed_in().acting_for  # noqa: B018 - raises for who acts for nobody
    return _form(request.args.get("type", ""), request.args.get("subject", ""))


@documents.post("/documents/upload")
@needs(P.UPLOAD_DOCUMENTS, P.APPLY_ANY)
def send() -> AnyResponse:
    """Take the files of the form, each for itself: what is not taken keeps no other back."""
    who = signed_in()
    try:
        type, subject = request.form.get("type", ""), request.form.get("subject", "") or who.acting_for
        given = [one for one in request.files.getlist("file") if one.filename]
    except RequestEntityTooLarge:
        raise FileTooLargeError(
            "file_too_large", "the files are larger than they may be together", ""
        ) from None
    if wants_json():
        return _sent_by_script(who, subject, type, given)
    if not given:
        return _form(type, subject, {"file": [book().say(N_("Choose a file, or take a photo."))]})
    told = [_received(who, subject, type, one) for one in given]
    if any(one["problem"] for one in told):
        return _form(type, subject, {"file": [str(one["problem"]) for one in told if one["problem"]]}, told)
    return redirect(told[0]["href"] if len(told) == 1 else "/documents/", 303)


@documents.get("/documents/<id>")
@needs()
def one(id: str) -> AnyResponse:
    """Show a document with pictures of its pages; noted as a look at it."""
    who, db = signed_in(), reads()
    row = queries.get(db, who, id)
    pages = queries.pages_of(db, id)
    read = queries.suggestions_of(db, id)
    party = _name_of(db, row.subject)
    if row.state == State.CLEAN:
        _note(who, id, actions.VIEW)
    page = render_template(
        "document.html",
        row=row,
        pages=[f"/documents/{id}/page/{page.number}.jpg" for page in pages],
        read=[(words.READ_FIELDS.get(one.field, one.field), one) for one in read],
        party=party,
        look=look_of(row.state),
        kind=words.TYPES.get(row.type, row.type),
        problem=words.FILE_PROBLEMS.get(row.problem, ""),
        under_way=row.state in UNDER_WAY,
        recognises=is_installed(),
    )
    return _private(make_response(page))


@documents.get("/documents/<id>/page/<int:number>.jpg")
@documents.get("/documents/<id>/page/<int:number>.png")
@needs()
def page(id: str, number: int) -> AnyResponse:
    """The picture of one page."""
    who, db = signed_in(), reads()
    row = queries.get(db, who, id)
    found = next((one for one in queries.pages_of(db, id) if one.number == number), None)
    if row.state != State.CLEAN or found is None:
        raise NotFoundError("unknown_page", f"there is no page {number} to be shown", "")
    if not queries.was_shown(db, who, id, now() - _SEEN_FOR):
        _note(who, id, actions.VIEW)
    path = Files.of(ledger().log).clean.path_of(found.sha256)
    response = send_file(path, mimetype="image/jpeg", etag=found.sha256, max_age=3600)
    return _private(response, keep=True)


@documents.get("/documents/<id>/file")
@needs()
def file(id: str) -> AnyResponse:
    """The clean copy, to be saved; never opened in the page."""
    who = signed_in()
    row = queries.get(reads(), who, id)
    if row.state != State.CLEAN:
        raise NotFoundError("not_to_be_shown", "this document cannot be shown", "see its page for the reason")
    _note(who, id, actions.DOWNLOAD)
    name = name_with(row.name, EXTENSION_OF[row.clean_media_type])
    path = Files.of(ledger().log).clean.path_of(row.clean_sha256)
    response = send_file(path, mimetype=row.clean_media_type, as_attachment=True, download_name=name)
    return _private(response)


def _form(
    type: str,
    subject: str,
    problems: dict[str, list[str]] | None = None,
    files: list[dict[str, Any]] | None = None,
) -> AnyResponse:
    page = render_template(
        "document_upload.html",
        types=[(code, book().say(words.TYPES[code])) for code in TYPES],
        type=type if type in TYPES else TYPES[0],
        subject=subject,
        party=_name_of(reads(), subject) if subject else "",
        problems=problems or {},
        files=files or [],
        accept=ACCEPT,
        most=ledger().document_limit,
        texts={code: book().say(text) for code, text in words.FILE_PROBLEMS.items()},
    )
    return make_response(page, 422 if problems else 200)


def _receive(who: Actor, subject: str, type: str, given: FileStorage) -> actions.Received:
    here = ledger()
    done = actions.receive(
        here.log,
        who,
        subject,
        type,
        given.stream,
        given.filename or "",
        most_bytes=here.document_limit,
        address=request.remote_addr or "",
    )
    here.documents.loop.ring()
    return done


def _received(who: Actor, subject: str, type: str, given: FileStorage) -> dict[str, Any]:
    """What became of one file, as the form tells it."""
    told = {"name": shown_name(given.filename or ""), "problem": "", "href": "", "status": None}
    try:
        done = _receive(who, subject, type, given)
    except LotproofError as error:
        return told | {"problem": reason(error), "status": look_of("refused")}
    return told | {"href": f"/documents/{done.id}", "status": look_of(done.state)}


def _sent_by_script(who: Actor, subject: str, type: str, given: list[FileStorage]) -> AnyResponse:
    if not given:
        return make_response(jsonify({"code": "empty_file", "message": reason_of("empty_file")}), 422)
    try:
        done = _receive(who, subject, type, given[0])
    except LotproofError as error:
        return make_response(jsonify({"code": error.code, "message": reason(error)}), status_of(error))
    told = {"id": done.id, "sha256": done.sha256, "state": done.state, "href": f"/documents/{done.id}"}
    return make_response(jsonify(told), 201)


def reason_of(code: str) -> str:
    """What is said of a file's problem."""
    return book().say(words.FILE_PROBLEMS[code])


def _note(who: Actor, id: str, act: str) -> None:
    with writing(ledger().log.engine) as db:
        actions.look(db, who, id, now(), act, address=request.remote_addr or "")


def _private(response: Response | AnyResponse, *, keep: bool = False) -> AnyResponse:
    """Nobody between us and the reader keeps it; a file has no rights where it is shown."""
    response.headers["Cache-Control"] = "private, max-age=3600" if keep else "private, no-store"
    if response.mimetype != "text/html":
        response.headers["Content-Security-Policy"] = _SANDBOX
        response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _name_of(db: Connection, party: str) -> str:
    names = names_of(db, [party]).get(party, {})
    return book().name(names) if names else party


def _as_csv(found: Any) -> Response:
    say = book().say
    head = [
        say(one) for one in (N_("Name"), N_("Kind"), N_("State"), N_("Problem"), N_("Handed in"), "SHA-256")
    ]
    return csv_answer("documents", head, map(_csv_row, found))


def _csv_row(row: Row[Any]) -> list[object]:
    say = book().say
    problem = words.FILE_PROBLEMS.get(row.problem, "")
    return [
        row.name,
        say(words.TYPES.get(row.type, row.type)),
        say(look_of(row.state).word),
        say(problem) if problem else "",
        local(row.received_at),
        row.sha256,
    ]
