"""Which papers are asked for: the editions, and a new one that holds from a day on."""

from datetime import date

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from lotproof.kernel.errors import InvalidInputError, LotproofError, Problem
from lotproof.parties.document_types import DOCUMENT_TYPES
from lotproof.parties.qualified import requirements as editions
from lotproof.parties.requirements import ANY, KINDS, ROLES
from lotproof.parties.requiring import Edition
from lotproof.people.permissions import Permission as P
from lotproof.suppliers.setting import set_requirement
from lotproof_web.api.here import ledger
from lotproof_web.forms import problems_of
from lotproof_web.i18n import book
from lotproof_web.paper_rows import paper_name
from lotproof_web.signed_in import needs, now, reads, signed_in
from lotproof_web.words import suppliers as words
from lotproof_web.words.mark import N_

requirements = Blueprint("requirements", __name__)


@requirements.get("/requirements/")
@needs(P.SET_REQUIREMENTS, P.READ_PARTIES_ANY)
def index() -> Response:
    """The editions, newest first, and the form of a new one."""
    return _page()


@requirements.post("/requirements/")
@needs(P.SET_REQUIREMENTS)
def add() -> Response:
    """Record a new edition."""
    log, form = ledger().log, request.form
    try:
        try:
            first = date.fromisoformat(form.get("valid_from", ""))
        except ValueError:
            wrong = Problem("valid_from", "invalid_value", N_("Write the day as 2026-09-01."))
            raise InvalidInputError("invalid_form", wrong.message, "", [wrong]) from None
        papers = [one.split("|") for one in form.getlist("papers") if one]
        edition = Edition(
            form.get("role", ""),
            form.get("category", "").strip() or ANY,
            form.get("kind", ANY),
            first,
            papers,
        )
        with log.unit_of_work() as uow:
            set_requirement(uow, signed_in(), log.operator, edition)
    except InvalidInputError as error:
        return _page(error)
    return redirect("/requirements/", 303)


def _page(error: LotproofError | None = None) -> Response:
    say = book().say
    any_of = [("business_licence", "household_proof"), ("organic_certificate", "green_food_certificate"),
              ("laboratory_cma", "laboratory_cnas")]  # fmt: skip
    papers = [(name, paper_name(name)) for name in DOCUMENT_TYPES]
    papers += [("|".join(some), say(N_(" or ")).join(map(paper_name, some))) for some in any_of]
    found = sorted(
        editions(reads()), key=lambda one: (one.role, one.category, one.kind, one.since), reverse=True
    )
    page = render_template(
        "suppliers/requirements.html",
        found=[
            (one, [say(N_(" or ")).join(map(paper_name, some)) for some in one.papers], one.since <= now())
            for one in found
        ],
        may_set=signed_in().may(P.SET_REQUIREMENTS),
        roles=[(one, say(words.ROLES[one])) for one in ROLES],
        kinds=[(ANY, say(N_("All kinds"))), *((one, say(words.KINDS[one])) for one in KINDS)],
        papers=papers,
        problems=problems_of(error) if error else {},
        typed=request.form,
        words=words,
    )
    return make_response(page, 422 if error else 200)
