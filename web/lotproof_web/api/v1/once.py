"""`Idempotency-Key`: a request that is sent again is answered again, and done once."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, make_response, request

from lotproof.kernel.errors import LotproofError, Problem, RefusedError
from lotproof.parties import asking_once
from lotproof.parties.asking_once import MOST_CHARACTERS, Answered
from lotproof.storage.engine import writing
from lotproof_web.api.here import ledger
from lotproof_web.api.v1.auth import caller
from lotproof_web.refusals import ShapeError

HEADER = "Idempotency-Key"
P = ParamSpec("P")
_CHUNK = 1 << 16


def once(*scopes: str) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """A view that is done once for each key of its caller; requests without a key are done as often as they come.

    scopes: of the view itself.  Raises: ShapeError for a key that cannot be one, or that was used for something else
    (422); RefusedError `idempotency_key_in_use` (409).
    """

    def decorate(view: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(view)
        def kept(*args: P.args, **kwargs: P.kwargs) -> Any:
            key = request.headers.get(HEADER)
            if key is None:
                return view(*args, **kwargs)
            return _once(_checked(key), caller(*scopes).acting_for, lambda: view(*args, **kwargs))

        return kept

    return decorate


def _once(key: str, party: str, work: Callable[[], Any]) -> Response:
    log = ledger().log
    try:
        with writing(log.engine) as db:
            before = asking_once.take(db, party, key, _digest(), log.around.clock())
    except RefusedError as error:
        if error.code == "idempotency_key_reused":
            raise _wrong(error.code, error.message) from None
        raise
    if before is not None:
        return _again(before)
    try:
        response = make_response(work())
    except BaseException:
        with writing(log.engine) as db:
            asking_once.let_go(db, party, key)
        raise
    answered = Answered(response.status_code, response.get_data(), response.headers.get("Location"))
    with writing(log.engine) as db:
        asking_once.keep(db, party, key, answered)
    return response


def _again(before: Answered) -> Response:
    response = Response(before.answer, before.status, mimetype="application/json")
    response.headers["Idempotent-Replayed"] = "true"
    if before.location:
        response.headers["Location"] = before.location
    return response


def _checked(key: str) -> str:
    if not (0 < len(key) <= MOST_CHARACTERS and key.isascii() and key.isprintable()):
        raise _wrong("invalid_field", f"must be 1 to {MOST_CHARACTERS} printable ASCII characters")
    return key


def _wrong(code: str, message: str) -> LotproofError:
    return ShapeError(code, f"{HEADER}: {message}", "use a new key", [Problem(HEADER, code, message)])


def _digest() -> bytes:
    """What was asked: address, fields and files. The boundary of a multipart body says nothing and may differ."""
    found = hashlib.sha256(f"{request.method} {request.full_path} {request.mimetype}\n".encode())
    if request.mimetype != "multipart/form-data":
        found.update(request.get_data())
        return found.digest()
    for name, value in sorted(request.form.items(multi=True)):
        found.update(f"{len(name)}:{name}{len(value)}:{value}\n".encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda pair: pair[0]):
        content = hashlib.sha256()
        while chunk := file.stream.read(_CHUNK):
            content.update(chunk)
        file.stream.seek(0)
        found.update(f"{name}:{file.filename}:{content.hexdigest()}\n".encode())
    return found.digest()
