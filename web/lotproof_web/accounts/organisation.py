"""The organisation that one acts for: its facts, registering one, leaving and closing it."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from lotproof.kernel.errors import LotproofError
from lotproof.parties.records import get_record
from lotproof.people import deactivating, invitations, keys, members
from lotproof.people.actor import Actor
from lotproof.people.organisations import Facts, register
from lotproof.people.own_rows import organisation_row
from lotproof.people.permissions import Permission
from lotproof.people.roles import WORKING, OrganisationKind, Role
from lotproof.storage.engine import writing
from lotproof_web.accounts.door import gln_prefix
from lotproof_web.accounts.forms import Field, FormPage, posted, text
from lotproof_web.accounts.proof import proved
from lotproof_web.accounts.roles_text import ROLE_HINT
from lotproof_web.api.here import ledger
from lotproof_web.signed_in import now, reads, signed_in
from lotproof_web.words.mark import N_
from lotproof_web.words.people import KINDS, ROLES, SCOPES

organisation = Blueprint("organisation", __name__, url_prefix="/organisation")
HOME = "/organisation/"
CRUMBS = [(N_("Organisation"), HOME)]
_LANGUAGES = {"name": "zh_Hans", "name_en": "en"}


@organisation.get("/")
def index() -> Response | str:
    """Facts, members, invitations and keys. Whoever belongs to none registers one, or types a code."""
    who = signed_in()
    if who.party is None:
        return redirect("/organisation/register", 303)
    is_owner = who.may(Permission.MANAGE_MEMBERS)
    return render_template(
        "account/organisation.html",
        who=who,
        is_owner=is_owner,
        grants=who.may(Permission.GRANT_ROLES_ANY),
        facts_of=organisation_row(reads(), who.party),
        names=(get_record(reads(), "party", who.party) or {}).get("names", {}),
        gln=who.party.rpartition("/")[2],
        members=members.members_of(reads(), who.party),
        invitations=invitations.open_invitations(reads(), who.party, now()) if is_owner else [],
        keys=keys.keys_of(reads(), who.party) if is_owner else [],
        roles=ROLES,
        kinds=KINDS,
        scopes=SCOPES,
    )


@organisation.route("/register", methods=["GET", "POST"])
def add() -> Response:
    """Register an organisation."""
    who, prefix = signed_in(), gln_prefix()
    page = FormPage(
        N_("Register your organisation"),
        _fields(gives_numbers=bool(prefix)),
        N_("Register it"),
        points=[
            N_("You become its owner, and can invite others."),
            N_("Names of sole traders and farm households can be erased later."),
            N_("Names of all others stand on the log for ever."),
        ],
        cancel="/tasks",
        links=[(N_("I was invited: type the code"), "/invitation")],
    )
    if not posted():
        return page.show()
    try:
        with ledger().log.unit_of_work() as uow:
            register(uow, who, ledger().log.operator, _facts(), prefix)
    except LotproofError as error:
        return page.show(error)
    return redirect(HOME, 303)


def _fields(*, gives_numbers: bool) -> list[Field]:
    given = N_("Leave it empty, and it gets one.")
    asked = N_("13 digits, from GS1. This instance gives out none.")
    work = [(role.value, ROLES[role]) for role in WORKING if role is not Role.OWNER]
    return [
        Field("kind", N_("Kind"), "select", options=[(kind.value, KINDS[kind]) for kind in OrganisationKind]),
        Field(
            "name",
            N_("Name, as on its licence"),
            attrs={"maxlength": 200, "autocomplete": "organization"},
        ),
        Field("name_en", N_("Name in English"), optional=True, attrs={"maxlength": 200}),
        Field(
            "credit_code",
            N_("Unified social credit code"),
            hint=N_("18 characters, as on its licence. Farm households have none."),
            optional=True,
            attrs={"maxlength": 40, "autocapitalize": "characters", "autocomplete": "off"},
        ),
        Field(
            "gln",
            N_("GLN"),
            "integer",
            hint=given if gives_numbers else asked,
            optional=gives_numbers,
            attrs={"maxlength": 20},
        ),
        Field("work", N_("What does it do?"), "checkboxes", [Role.SUPPLIER], hint=ROLE_HINT, options=work),
    ]


def _facts() -> Facts:
    names = {
        code: text(field) for field, code in _LANGUAGES.items() if field == "name" or text(field).strip()
    }
    if names["zh_Hans"].isascii() and "en" not in names:
        names = {"en": names["zh_Hans"]}
    return Facts(
        text("kind"),
        names,
        text("credit_code"),
        text("gln"),
        [one for one in request.form.getlist("work") if one],
    )


@organisation.route("/leave", methods=["GET", "POST"])
@proved
def leave() -> Response:
    """End one's own membership."""
    page = FormPage(
        N_("Leave the organisation"),
        [],
        N_("Leave it"),
        CRUMBS,
        points=[N_("You cannot act for it any more. An owner may invite you again.")],
        cancel=HOME,
        danger=True,
    )
    return _ended(page, members.leave)


@organisation.route("/close", methods=["GET", "POST"])
@proved
def close() -> Response:
    """Let nobody act for it any more."""
    page = FormPage(
        N_("Close the organisation"),
        [],
        N_("Close it"),
        CRUMBS,
        points=[
            N_("This cannot be undone."),
            N_("Nobody can act for it any more, and its keys are revoked."),
            N_("Its lots and what it recorded stay on the log."),
        ],
        cancel=HOME,
        danger=True,
    )
    return _ended(page, deactivating.close_organisation)


def _ended(page: FormPage, end: Callable[[Connection, Actor, datetime], None]) -> Response:
    """Ask once more, then end it and go to one's tasks."""
    if not posted():
        return page.show()
    try:
        with writing(ledger().log.engine) as db:
            end(db, signed_in(), now())
    except LotproofError as error:
        return page.show(error)
    return redirect("/tasks", 303)
