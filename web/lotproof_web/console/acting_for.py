"""Act for another organisation of one's own."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from lotproof.people import deeds
from lotproof.people.sessions import act_for
from lotproof.storage.engine import writing
from lotproof_web.api.here import ledger
from lotproof_web.signed_in import now, session_id, signed_in

acting_for = Blueprint("acting_for", __name__)


@acting_for.post("/acting-for")
def switch() -> Response:
    """Change whom the session acts for, and show the tasks there."""
    who, party = signed_in(), request.form.get("party", "")
    with writing(ledger().log.engine) as db:
        act_for(db, who, session_id(), party)
        deeds.note(db, who, now(), "act_for", "party", party)
    return redirect("/tasks", 303)
