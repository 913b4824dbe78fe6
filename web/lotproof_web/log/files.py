"""The log's files as C2SP tlog-tiles serves them. Tiles never change, so that every cache may keep them for ever.

- Checkpoint and hash tiles are for everybody, from every origin. Entries are for everybody where the settings say
  so, else for programs of the operator and of auditors, who may read all of them.
- Only a path that a tile can have reaches the file system.
"""

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from lotproof.kernel.errors import ForbiddenError, InvalidInputError, NotFoundError
from lotproof.ledger.publisher import CHECKPOINT
from lotproof.proof.tiles import ENTRIES, parse_tile_path
from lotproof_web.api.bearer import challenge
from lotproof_web.api.here import asker, ledger
from lotproof_web.database import moment

log_files = Blueprint("log", __name__, url_prefix="/log")
_FOR_EVER = "public, max-age=31536000, immutable"


@log_files.get("/checkpoint")
def checkpoint() -> AnyResponse:
    """The newest published checkpoint, a signed note."""
    response = Response(_read(CHECKPOINT), mimetype="text/plain")
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"
    return for_all_origins(response).make_conditional(request)


@log_files.get("/tile/<path:rest>")
def tile(rest: str) -> Response:
    """A hash tile, or a bundle of entries."""
    try:
        wanted = parse_tile_path(f"tile/{rest}")
    except InvalidInputError:
        raise _not_there() from None
    is_public = wanted.level != ENTRIES or ledger().public_entries
    if not is_public:
        _refuse_strangers()
    response = Response(_read(wanted.path), mimetype="application/octet-stream")
    if not is_public:
        response.headers["Cache-Control"] = "private, no-store"
        return response
    response.headers["Cache-Control"] = _FOR_EVER
    return for_all_origins(response)


log_files.after_request(challenge)


def _refuse_strangers() -> None:
    """Raises: ForbiddenError; UnauthorisedError where a key is given that is none."""
    if not request.authorization or asker(moment()).reader is not None:
        raise ForbiddenError(
            "entries_for_members",
            "the entries of this log are not public; its checkpoint and hash tiles are",
            "ask its operator, or, with a key, for the bundle of a lot in which you take part: "
            "GET /01/<gtin>/10/<lot>/bundle.json",
        )


def _read(path: str) -> bytes:
    folder = ledger().log.around.tiles
    try:
        if folder is not None:
            return (folder / path).read_bytes()
    except FileNotFoundError:
        pass
    raise _not_there()


def _not_there() -> NotFoundError:
    return NotFoundError(
        "no_such_file", "the log has no such file", "begin with /log/checkpoint: it says the size"
    )


def for_all_origins(response: Response) -> Response:
    """Let scripts of every page read it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
