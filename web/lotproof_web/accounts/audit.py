"""The audit page: who did or looked at what; its export carries the state of the log."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request

from lotproof.kernel.errors import InvalidInputError, LotproofError, Problem
from lotproof.kernel.identifiers import Gln
from lotproof.kernel.instants import rfc3339
from lotproof.kernel.strict_json import dumps
from lotproof.people import audit as deeds
from lotproof.people.audit_state import VerifyState, verify_state
from lotproof.people.permissions import Permission
from lotproof.storage.engine import writing
from lotproof_web.accounts.door import visitor
from lotproof_web.api.here import ledger
from lotproof_web.forms import problems_of
from lotproof_web.i18n import book
from lotproof_web.lists import Listing, csv_answer, read_list
from lotproof_web.local_time import zone
from lotproof_web.signed_in import needs, now, reads, signed_in
from lotproof_web.words.mark import N_
from lotproof_web.words.people import ACTS

audit = Blueprint("audit", __name__, url_prefix="/audit")
FIELDS = ("person", "party", "act", "object", "since", "until")
_LONGEST = 200
HEAD = ("at", "account", "name", "party", "act", "object_type", "object_id", "address", "detail")


@audit.get("")
@needs(Permission.READ_AUDIT_ANY)
def index() -> Response:
    """Show what is looked for, newest first, and note that somebody looked."""
    typed, listing = _typed(), read_list()
    found: list[Any] = []
    problems: Mapping[str, list[str]] = {}
    try:
        wanted = _wanted(typed)
        found = deeds.search(reads(), wanted, listing.limit, listing.offset)
        _note(wanted, "view_audit")
    except LotproofError as error:
        problems = problems_of(error)
    acts = [("", book().say(N_("all"))), *((act, _word(act)) for act in deeds.known_acts(reads()))]
    page = render_template(
        "account/audit.html",
        typed=typed,
        deeds=found[: listing.limit - 1],
        details=[", ".join(f"{name}: {value}" for name, value in one.detail.items()) for one in found],
        more=len(found) == listing.limit,
        listing=_listing(listing, typed),
        is_narrowed=any(typed.values()),
        acts=acts,
        words={act: _word(act) for act, _ in acts},
        problems=problems,
        export_csv=f"/audit/export.csv?{urlencode(typed)}",
        export_json=f"/audit/export.json?{urlencode(typed)}",
    )
    return make_response(page, 422 if problems else 200)


@audit.get("/export.csv")
@needs(Permission.EXPORT_AUDIT_ANY)
def export_csv() -> Response:
    """Everything that is looked for, as a table; the log's state stands in its first rows."""
    wanted = _wanted(_typed())
    state = verify_state(reads(), ledger().log)
    rows = [_cells(one) for one in deeds.every(reads(), wanted)]
    _note(wanted, "export_audit")
    about = [(f"log {name}", str(value).strip()) for name, value in asdict(state).items()]
    return csv_answer("audit", HEAD, [*about, *rows])


@audit.get("/export.json")
@needs(Permission.EXPORT_AUDIT_ANY)
def export_json() -> Response:
    """The same for programs."""
    wanted = _wanted(_typed())
    state: VerifyState = verify_state(reads(), ledger().log)
    found = [
        dict(zip(HEAD, _cells(one), strict=True)) | {"detail": one.detail}
        for one in deeds.every(reads(), wanted)
    ]
    _note(wanted, "export_audit")
    body = {"made_at": rfc3339(now()), "log": asdict(state), "asked": _typed(), "deeds": found}
    response = Response(dumps(body), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="audit.json"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _typed() -> dict[str, str]:
    return {name: request.args.get(name, "").replace("\x00", "").strip()[:_LONGEST] for name in FIELDS}


def _wanted(typed: Mapping[str, str]) -> deeds.Wanted:
    """Raises: InvalidInputError `invalid_form`."""
    problems: list[Problem] = []
    since, until = (_day(name, typed[name], problems) for name in ("since", "until"))
    party = typed["party"]
    if party.isascii() and party.isdigit():
        try:
            party = Gln(party).party_uri
        except InvalidInputError as wrong:
            problems.append(Problem("party", wrong.code, wrong.message))
    if problems:
        raise InvalidInputError("invalid_form", "something in the form is not right", "mend it", problems)
    after = until + timedelta(days=1) if until else None
    return deeds.Wanted(typed["person"], party, typed["act"], typed["object"], since, after)


def _day(name: str, text: str, problems: list[Problem]) -> datetime | None:
    """The beginning of a day in the reader's zone."""
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        problems.append(Problem(name, "invalid_date", "a date such as 2026-11-23"))
        return None


def _note(wanted: deeds.Wanted, act: str) -> None:
    with writing(ledger().log.engine) as db:
        deeds.look(db, signed_in(), wanted, now(), visitor().address, act)


def _listing(listing: Listing, typed: Mapping[str, str]) -> Listing:
    return replace(listing, extra={name: value for name, value in typed.items() if value})


def _cells(one: Any) -> tuple[Any, ...]:
    return (
        rfc3339(one.at), one.account, one.name or "", one.party or "", one.act, one.object_type, one.object_id,
        one.address, dumps(one.detail),
    )  # fmt: skip


def _word(act: str) -> str:
    return book().say(ACTS[act]) if act in ACTS else act
