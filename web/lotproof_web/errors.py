"""Errors as answers: one table from the core's errors to HTTP, a page for people, one JSON shape for programs."""

from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError

from lotproof.documents.refusals import BadFileError, FileTooLargeError, WrongFileError
from lotproof.kernel.errors import (
    ForbiddenError,
    InvalidInputError,
    LogFaultError,
    LotproofError,
    NotFoundError,
    RefusedError,
    UnauthorisedError,
)
from lotproof.people.throttle import TooManyTriesError
from lotproof_web.error_page import error_page
from lotproof_web.error_text import told
from lotproof_web.i18n import book
from lotproof_web.rate_limits import wait_of_limit
from lotproof_web.refusals import ShapeError, TooLargeError, UnsupportedMediaTypeError
from lotproof_web.request_ids import request_id
from lotproof_web.words.documents import FILE_PROBLEMS
from lotproof_web.words.errors import REASONS

STATUS: dict[type[LotproofError], int] = {
    TooManyTriesError: 429,
    InvalidInputError: 400,
    UnauthorisedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    RefusedError: 409,
    LogFaultError: 503,
    TooLargeError: 413,
    UnsupportedMediaTypeError: 415,
    FileTooLargeError: 413,
    WrongFileError: 415,
    BadFileError: 422,
    ShapeError: 422,
}
_DATABASE_FAILED = LotproofError(
    "database_failed", "the database did not do it", "nothing acknowledged is lost: try again in a moment"
)
_BUSY, _BEING_REBUILT = "database_busy", "being_rebuilt"
_AGAIN_S = {_BUSY: 1, _DATABASE_FAILED.code: 5, _BEING_REBUILT: 30}
"""Of what passes by itself: after how many seconds it is worth another try."""
ERROR_CODE = "error_code"
"""In `flask.g`: the code of the error that a request was answered by."""
_FOR_PROGRAMS = ("/epcis/", "/log/", "/api/v1/", "/api/openapi.json")  # nobody reads these as pages


def reason(error: LotproofError) -> str:
    """Why an error happened, in the visitor's language where it is one that visitors cause."""
    known = REASONS.get(error.code) or FILE_PROBLEMS.get(error.code)
    return book().say(known) if known else f"{error.message} {error.hint}".strip()


def wants_json() -> bool:
    """Whether the client asks for JSON rather than for a page."""
    if request.path.startswith(_FOR_PROGRAMS):
        return True
    best = request.accept_mimetypes.best_match(("text/html", "application/json"), default="text/html")
    return best == "application/json"


def status_of(error: LotproofError) -> int:
    """The HTTP status of an error of the core."""
    if error.code in (_BUSY, _BEING_REBUILT):
        return 503  # nothing is wrong with what was asked
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def answer_errors(app: Flask) -> None:
    """Answer every error by page or JSON. The body never tells more than code, message, hint and problems."""

    @app.errorhandler(LotproofError)
    def expected(error: LotproofError) -> Response:
        status = status_of(error)
        if status >= 500 and error.code != _BEING_REBUILT:
            current_app.logger.error("%s (request %s)", error, request_id())
        why = reason(error) if status < 500 or error.code == _BEING_REBUILT else ""
        wait_s = error.wait_s if isinstance(error, TooManyTriesError) else 0
        return _answer(status, error.as_dict(), why, wait_s)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        status = error.code or 500
        if error.response is not None or status < 400:  # a redirect, or an answer that a view made itself
            return make_response(error.get_response())
        name = error.name.lower().replace(" ", "_")
        wait_s = wait_of_limit() if status == 429 else 0
        hint = f"try again in {wait_s} seconds" if wait_s else ""
        response = _answer(
            status, {"code": name, "message": error.name, "hint": hint, "problems": []}, "", wait_s
        )
        for header, value in error.get_headers():
            if header.lower() not in ("content-type", "content-length"):
                response.headers[header] = value  # a 405 keeps its Allow
        return response

    @app.errorhandler(OperationalError)
    @app.errorhandler(InterfaceError)
    @app.errorhandler(PoolTimeout)
    def database_failed(error: Exception) -> Response:
        current_app.logger.error("database failed: %s (request %s)", told(error), request_id())
        return _answer(503, _DATABASE_FAILED.as_dict(), "")

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        current_app.logger.error("unexpected error (request %s)", request_id(), exc_info=error)
        return refused(InternalServerError())


def _answer(status: int, shape: dict[str, Any], why: str, wait_s: int = 0) -> Response:
    """wait_s: after how many seconds it may be tried again, 0 where nobody knows."""
    g.error_code = shape["code"]
    if wants_json():
        # What is our fault has to be found again in the log.
        response = jsonify({**shape, "request_id": request_id()} if status >= 500 else shape)
    else:
        response = make_response(error_page(status, why, wait_s))
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        wait_s = _AGAIN_S.get(shape["code"], 0)
    if wait_s:
        response.headers["Retry-After"] = str(wait_s)
    return response
