"""For operators: what leaves the house and what does not, and who leads a role."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from lotproof.kernel.errors import InvalidInputError
from lotproof.notices import undelivered as outbox
from lotproof.notices.holidays import days, years
from lotproof.notices.leads import end_lead, leads, name_lead
from lotproof.people.permissions import Permission
from lotproof.storage.engine import writing
from lotproof_web.api.here import ledger
from lotproof_web.forms import problems_of
from lotproof_web.i18n import book
from lotproof_web.lists import ROWS, read_list
from lotproof_web.local_time import zone
from lotproof_web.signed_in import needs, now, reads, signed_in
from lotproof_web.words.notices import CHANNELS, LEAD_ROLES, STATES

running = Blueprint("running", __name__)
_RUNS = Permission.RUN_NOTICES


@running.get("/notices/running")
@needs(_RUNS, Permission.SET_HOLIDAYS)
def index() -> str:
    """Say what is set up, and what is wrong with it."""
    db, mails = reads(), ledger().mails
    counts = sorted(outbox.by_state(db).items())
    return render_template(
        "notices/running.html",
        ways=[(text, channel in mails.ways) for channel, text in CHANNELS.items()],
        states=[(STATES[state], count) for state, count in counts if state in STATES],
        leads=len(leads(db)),
        years=sorted(years(days(db))),
        next_year=now().astimezone(zone()).year + 1,
        fault=mails.loop.fault,
    )


@running.get("/notices/running/undelivered")
@needs(_RUNS)
def undelivered() -> str:
    """List what has not got through."""
    asked = read_list()
    found = outbox.undelivered(reads(), first=asked.offset, most=asked.limit)
    return render_template(
        "notices/undelivered.html",
        listing=asked,
        rows=found[:ROWS],
        more=len(found) > ROWS,
        states=STATES,
        channels=CHANNELS,
        no_way=[text for channel, text in CHANNELS.items() if channel not in ledger().mails.ways],
    )


@running.post("/notices/running/undelivered")
@needs(_RUNS)
def retry() -> Response:
    """Have some, or all, sent again."""
    chosen = [
        int(id) for id in request.form.getlist("id") if id.isascii() and id.isdecimal() and len(id) < 18
    ]
    with writing(ledger().log.engine) as db:
        outbox.retry(db, signed_in(), now(), None if "all" in request.form else chosen)
    return redirect("/notices/running/undelivered", 303)


@running.get("/notices/running/leads")
@needs(_RUNS)
def all_leads() -> str:
    """List who leads a role."""
    return _leads({})


@running.post("/notices/running/leads")
@needs(_RUNS)
def name() -> Response | tuple[str, int]:
    """Name one."""
    role, party, address = (request.form.get(one, "") for one in ("role", "party", "address"))
    try:
        with writing(ledger().log.engine) as db:
            name_lead(db, signed_in(), role, party, address, now())
    except InvalidInputError as error:
        return _leads(problems_of(error)), 422
    return redirect("/notices/running/leads", 303)


@running.post("/notices/running/leads/end")
@needs(_RUNS)
def end() -> Response:
    """Have none any more."""
    with writing(ledger().log.engine) as db:
        end_lead(db, signed_in(), request.form.get("role", ""), request.form.get("party", ""), now())
    return redirect("/notices/running/leads", 303)


def _leads(problems: dict[str, list[str]]) -> str:
    return render_template(
        "notices/leads.html",
        leads=leads(reads()),
        roles=LEAD_ROLES,
        options=[(str(role), book().say(text)) for role, text in LEAD_ROLES.items()],
        typed=request.form,
        problems=problems,
    )
