"""The page of a lot, at the path of its Digital Link, and what hangs under it: bundle, trace, label, QR code.

A lot code may hold a slash, written %2F: the lot is read from the address as it was sent, before decoding.
"""

from hashlib import sha256
from typing import cast, get_args
from urllib.parse import quote, unquote

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from lotproof.kernel.errors import InvalidInputError, NotFoundError
from lotproof.kernel.identifiers import Gtin, LotId
from lotproof.lots import qr
from lotproof_web.api.bearer import challenge, key_of_request
from lotproof_web.api.parameters import invalid, only_one, refuse_unknown
from lotproof_web.errors import reason, wants_json
from lotproof_web.i18n import book, language
from lotproof_web.lot_page import absent_words, lot_page
from lotproof_web.page_cache import CachedPage
from lotproof_web.pages.here import page_cache, services
from lotproof_web.phrases import minute
from lotproof_web.services import Direction, LabelSize

lots = Blueprint("lots", __name__)
lots.after_request(challenge)
_FRESH = "no-cache"  # may be kept, must be asked about again: the entity tag answers


def _raw_path() -> str:
    """The path of the request as it was sent, percent-encoded."""
    sent = request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or ""
    path = str(sent).partition("?")[0]
    return path if path.startswith("/") else quote(request.path)


def _lot(suffix: str = "") -> LotId:
    return LotId.parse(_raw_path().removesuffix(suffix).rstrip("/"))


@lots.get("/01/<gtin>/10/<path:code>")
def lot(gtin: str, code: str) -> AnyResponse:
    """The lot's page; any other way to write the lot is led to the canonical one."""
    del gtin, code
    found = _lot()
    if unquote(_raw_path()) != unquote(found.path):
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        return redirect(found.path + query, 301)
    try:
        key = services().page_key(found)
        page = page_cache().get(found.uri, language().code, key) or _render(found, key)
    except NotFoundError:
        if wants_json():
            raise
        return _unknown(found)
    response = Response(page.body, mimetype="text/html")
    response.set_etag(page.etag)
    response.headers["Cache-Control"] = _FRESH
    return response.make_conditional(request)


def _render(found: LotId, key: object) -> CachedPage:
    page = lot_page(services().story(found), book())
    now = services().now()
    html = render_template(
        "lot.html",
        page=page,
        public_proof=services().public_proofs,
        link=_link(found),
        made_at=f"{minute(now)} UTC",
    )
    body = html.encode()
    cached = CachedPage(key, body, sha256(body).hexdigest()[:32])
    page_cache().put(found.uri, language().code, cached)
    return cached


def _unknown(found: LotId) -> Response:
    absent = absent_words(services().absent_as_of(found), book())
    response = make_response(render_template("unknown.html", lot=found, absent=absent), 404)
    response.headers["Cache-Control"] = "no-store"
    return response


def _link(found: LotId) -> str:
    return services().settings.public_url.rstrip("/") + found.path


@lots.get("/01/<gtin>")
@lots.get("/01/<gtin>/")
def product(gtin: str) -> AnyResponse:
    """A product number alone: say that a lot is needed, and take one."""
    known = Gtin.parse(gtin)
    code = request.args.get("lot", "").strip()
    if code:
        try:
            return redirect(LotId(known.digits14, code).path, 303)
        except InvalidInputError as error:
            return make_response(
                render_template("product.html", gtin=known, code=code, problem=reason(error)), 422
            )
    return make_response(render_template("product.html", gtin=known, code="", problem=""))


@lots.get("/01/<gtin>/10/<path:code>/bundle.json")
def bundle(gtin: str, code: str) -> Response:
    """The lot's proof bundle, to be checked anywhere. Under `members` whoever asks needs a key."""
    del gtin, code
    found = _lot("/bundle.json")
    data = services().bundle(found, key_of_request())
    response = _file(data, "application/json", f"lot-{found.gtin14}-{_plain(found.code)}.json")
    if not services().public_proofs:
        response.headers["Cache-Control"] = "private, no-store"
    return response


@lots.get("/01/<gtin>/10/<path:code>/trace.json")
def trace(gtin: str, code: str) -> Response:
    """Where the lot came from (?direction=up) or went (down), for programs. Under `members` it needs a key."""
    del gtin, code
    refuse_unknown({"direction"})
    direction = only_one("direction")
    if direction not in get_args(Direction):
        raise invalid("direction", "must be up (where from) or down (where to)")
    data = services().trace(_lot("/trace.json"), cast(Direction, direction), key_of_request())
    response = Response(data, mimetype="application/json")
    response.headers["Cache-Control"] = _FRESH if services().public_proofs else "private, no-store"
    return response


@lots.get("/01/<gtin>/10/<path:code>/label.pdf")
def label(gtin: str, code: str) -> Response:
    """The lot's label; ?size= is one of 40x30 and 60x40 mm."""
    del gtin, code
    size = request.args.get("size", "60x40")
    if size not in get_args(LabelSize):
        raise InvalidInputError("invalid_size", f"there is no label of size {size!r}", "Use 40x30 or 60x40.")
    found = _lot("/label.pdf")
    pdf = services().label(found, cast(LabelSize, size))
    return _file(pdf, "application/pdf", f"label-{found.gtin14}-{_plain(found.code)}-{size}.pdf")


@lots.get("/01/<gtin>/10/<path:code>/qr.svg")
def code_picture(gtin: str, code: str) -> Response:
    """The QR code of the lot's page. It depends on the lot's key alone, so it may be kept."""
    del gtin, code
    found = _lot("/qr.svg")
    response = Response(qr.svg(_link(found), str(found)), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _file(content: bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = _FRESH
    return response


def _plain(code: str) -> str:
    """A lot code as part of a file name."""
    return "".join(character if character.isalnum() or character in "-_." else "_" for character in code)
