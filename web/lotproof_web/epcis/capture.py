"""The capture interface: a document comes in, and a job says what becomes of it.

- 202 means: every event was checked and is kept; the job applies them, whatever happens to this process.
- 400 means: nothing of it was kept, and these are all the problems. With `proceed` bad events are left out, and
  only what is no document at all is refused.
"""

from datetime import datetime
from typing import Any, BinaryIO, cast

from flask import Response, jsonify, request, url_for
from sqlalchemy import Row
from werkzeug.exceptions import RequestEntityTooLarge

from lotproof.kernel.errors import InvalidInputError, RefusedError
from lotproof.ledger.keys import can_sign_here
from lotproof.lots.capture import job_state, open_job, stage
from lotproof.lots.capture_jobs import find_job, list_jobs
from lotproof_schemas.document_reader import read_document
from lotproof_schemas.epcis_out import dump_job
from lotproof_web.api.bearer import party_of_request
from lotproof_web.api.here import asker, ledger
from lotproof_web.api.paging import PARAMETERS, link_next, per_page, place_of_page
from lotproof_web.api.parameters import invalid, refuse_unknown
from lotproof_web.database import database, moment
from lotproof_web.epcis.blueprint import epcis
from lotproof_web.refusals import TooLargeError, UnsupportedMediaTypeError

_MEDIA_TYPES = ("application/json", "application/ld+json")
_BEHAVIOUR = "GS1-Capture-Error-Behaviour"
_BEHAVIOURS = ("rollback", "proceed")
_MOST_JOBS = 100  # on a page: each may tell a thousand problems


@epcis.post("/capture")
def capture() -> Response:
    """Take a document: stage all of it, ring for the worker, answer with the job."""
    party = _submitter()
    job = _stage(party, _behaviour())
    ledger().worker.loop.ring()
    response = jsonify(dump_job(find_job(moment(), job, party)))
    response.status_code = 202
    response.headers["Location"] = url_for("epcis.one_job", id=job)
    return response


@epcis.get("/capture")
def jobs() -> Response:
    """The reader's own jobs, newest first; operator and auditors see all."""
    refuse_unknown(PARAMETERS)
    db = moment()
    known = asker(db)
    question = ("jobs", known.party)
    before = place_of_page(question)
    limit = per_page(_MOST_JOBS)
    found = list_jobs(db, known.reader, limit=limit + 1, before=_after(before) if before else None)
    page = found[:limit]
    place = _place(page[-1]) if len(found) > limit else None
    return link_next(jsonify([dump_job(job) for job in page]), "epcis.jobs", place, question)


@epcis.get("/capture/<id>")
def one_job(id: str) -> Response:
    """One job, for who submitted it, for the operator and for auditors."""
    refuse_unknown()
    db = moment()
    return jsonify(dump_job(find_job(db, id, asker(db).reader)))


@epcis.after_request
def say_limits(response: Response) -> Response:
    """Say how much one capture may hold, wherever documents are taken."""
    if request.endpoint in ("epcis.capture", "epcis.jobs"):
        response.headers["GS1-EPCIS-Capture-Limit"] = "*"
        response.headers["GS1-EPCIS-Capture-File-Size-Limit"] = str(ledger().capture_limit)
        response.headers[_BEHAVIOUR] = _BEHAVIOURS[0]
    return response


def _submitter() -> str:
    """The party of the key, which must be able to sign what it submits."""
    db = moment()
    party = party_of_request(db, "capture")
    can_sign = can_sign_here(db, party)
    database.session.remove()  # reading the body may take minutes, and should keep no snapshot open
    if not can_sign:
        raise RefusedError(
            "no_signing_key",
            f"{party} has no key here that could sign what it submits",
            "register the organisation first: lotproof org add; with a key of its own it sends POST /log/entries",
        )
    return party


def _behaviour() -> str:
    """What to do about bad events. Source: GS1 EPCIS 2.0 section 12.6."""
    asked = request.headers.get(_BEHAVIOUR, _BEHAVIOURS[0])
    if asked not in _BEHAVIOURS:
        raise invalid(_BEHAVIOUR, f"must be {' or '.join(_BEHAVIOURS)}")
    return asked


def _stage(party: str, behaviour: str) -> str:
    """Read the body into a job that can be applied, and return the job."""
    _refuse_other_formats()
    here = ledger()
    request.max_content_length = here.capture_limit
    try:
        with read_document(cast(BinaryIO, request.stream)) as document:
            job = open_job(here.log, party, behaviour)
            context = {"@context": document.header.context}
            if stage(here.log, job, document.events(), lambda: context):
                return job
    except RequestEntityTooLarge:
        raise TooLargeError(
            "document_too_large",
            f"a document may have {here.capture_limit} bytes",
            "send it in several documents",
        ) from None
    problems = job_state(here.log, job).errors
    raise InvalidInputError(
        "document_refused",
        f"nothing was captured: {len(problems)} problems in a document of {document.count} events",
        f"mend them and send it again, or send {_BEHAVIOUR}: proceed to keep the good events",
        problems,
    )


def _refuse_other_formats() -> None:
    coded = request.headers.get("Content-Encoding", "identity") != "identity"
    if request.mimetype not in _MEDIA_TYPES or coded:
        what = request.headers["Content-Encoding"] if coded else request.mimetype or "no stated type"
        raise UnsupportedMediaTypeError(
            "unsupported_media_type",
            f"a body of {what} is not read here",
            f"send EPCIS 2.0 in JSON, uncompressed, as {' or '.join(_MEDIA_TYPES)}",
        )


def _place(job: Row[Any]) -> str:
    return f"{job.created_at.isoformat()} {job.id}"


def _after(place: str) -> tuple[datetime, str]:
    at, _, id = place.partition(" ")
    return datetime.fromisoformat(at), id
