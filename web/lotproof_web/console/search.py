"""One search for everything: lots, organisations, documents. What only one thing can be meant by is opened at once."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from lotproof_web.lists import MOST_CHARACTERS
from lotproof_web.searching import search_all
from lotproof_web.signed_in import now, reads, signed_in

search = Blueprint("search", __name__)


@search.get("/search")
def index() -> AnyResponse | str:
    """Show what was found."""
    who = signed_in()
    text = request.args.get("q", "").replace("\x00", "").strip()[:MOST_CHARACTERS]
    hits = list(search_all(reads(), who, text, now())) if text else []
    if len(hits) == 1 and hits[0].exact:
        return redirect(hits[0].href, 303)
    return render_template("search.html", text=text, hits=hits)
