"""The demonstration: lots, people to be, a refusal to provoke, a byte to change. Registered in demo mode only."""

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as AnyResponse

from lotproof_web.accounts.door import let_through, visitor
from lotproof_web.pages.here import services
from lotproof_web.words.demo_people import PEOPLE

demo = Blueprint("demo", __name__)


@demo.before_request
def refuse_other_sites() -> None:
    """Only our own forms may start a trial or sign somebody in."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Forbidden


@demo.get("/demo")
def cards() -> Response:
    """The cards."""
    people = [(one, *PEOPLE[one.key]) for one in services().demo_people() if one.key in PEOPLE]
    return _page("demo.html", cards=services().demo_cards(), people=people)


@demo.post("/demo/sign-in")
def sign_in() -> AnyResponse:
    """Sign in as one of the demonstration's people."""
    return let_through(services().sign_in_as(request.form.get("who", ""), visitor()))


@demo.post("/demo/early-harvest")
def early_harvest() -> Response:
    """Try the harvest that the interval forbids, and show the refusal."""
    return _page("demo_harvest.html", refusal=services().try_early_harvest())


@demo.post("/demo/lapsed-harvest")
def lapsed_harvest() -> Response:
    """Try the harvest that an expired certificate forbids, and show the refusal."""
    return _page("demo_lapsed.html", refusal=services().try_lapsed_harvest())


@demo.post("/demo/tamper")
def tamper() -> Response:
    """Change one byte in a copy, verify the copy, and show what was found."""
    return _page("demo_tamper.html", found=services().tamper_and_verify())


def _page(template: str, **values: object) -> Response:
    response = make_response(render_template(template, **values))
    response.headers["Cache-Control"] = "no-store"
    return response
