"""The first page: type or paste a code and go to its lot."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import LotId
from lotproof_web.errors import reason
from lotproof_web.pages.here import services
from lotproof_web.scan_text import read_code

home = Blueprint("home", __name__)
_MOST_CHARACTERS = 500


@home.get("/")
def index() -> AnyResponse:
    """Show the field; with ?q= go to the lot or product that the text names, or say why it cannot be read."""
    text = request.args.get("q", "")[:_MOST_CHARACTERS].strip()
    if not text:
        return _page("", "")
    try:
        named = read_code(text)
    except InvalidInputError as error:
        response = _page(text, reason(error))
        response.status_code = 422
        return response
    path = named.path if isinstance(named, LotId) else f"/01/{named}"
    return redirect(path, 303)


def _page(text: str, problem: str) -> Response:
    cards = services().demo_cards() if services().settings.demo else ()
    response = make_response(render_template("home.html", text=text, problem=problem, cards=cards))
    response.headers["Cache-Control"] = "no-cache"
    return response
