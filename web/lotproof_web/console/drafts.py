"""Keep what is typed into a form, while it is typed."""

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from lotproof.people.drafts import forget_draft, save_draft
from lotproof.storage.engine import writing
from lotproof_web.api.here import ledger
from lotproof_web.drafting import KEY
from lotproof_web.forms import NEVER_KEPT
from lotproof_web.local_time import local
from lotproof_web.signed_in import now, signed_in

drafts = Blueprint("drafts", __name__)


@drafts.post("/drafts/<key>")
def keep(key: str) -> AnyResponse:
    """Keep the fields of a form; answers what the form shows: "saved 14:05"."""
    who, at = signed_in(), now()
    if who.account is None or not KEY.fullmatch(key):
        raise NotFound
    typed = {
        name: texts for name, texts in request.form.lists() if name not in NEVER_KEPT and len(name) <= 100
    }
    with writing(ledger().log.engine) as db:
        save_draft(db, who.account, key, typed, at)
    return make_response(render_template("draft_saved.html", at=local(at)[-5:]))


@drafts.post("/drafts/<key>/forget")
def forget(key: str) -> AnyResponse:
    """Give a draft up."""
    who = signed_in()
    if who.account is not None:
        with writing(ledger().log.engine) as db:
            forget_draft(db, who.account, key)
    return Response(status=204)
