"""Members: invited, given other roles, removed; and what operators alone grant."""

from dataclasses import replace

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from lotproof.kernel.errors import LotproofError, NotFoundError
from lotproof.kernel.identifiers import Gln
from lotproof.lots.qr import svg
from lotproof.notices.telling import tell
from lotproof.people import accounts, invitations, members
from lotproof.people.contacts import Contact
from lotproof.people.own_rows import party_name
from lotproof.people.permissions import Permission
from lotproof.people.roles import GRANTED_BY_OPERATORS, Role
from lotproof.people.sessions import act_for
from lotproof.storage.engine import writing
from lotproof_web.accounts.door import entrance
from lotproof_web.accounts.entry import CONTACT
from lotproof_web.accounts.forms import Field, FormPage, posted, text
from lotproof_web.accounts.organisation import CRUMBS, HOME
from lotproof_web.accounts.pictures import as_picture
from lotproof_web.accounts.proof import proved
from lotproof_web.accounts.roles_text import working_pairs
from lotproof_web.api.here import ledger
from lotproof_web.i18n import book
from lotproof_web.pages.here import services
from lotproof_web.signed_in import needs, now, reads, session_id, signed_in
from lotproof_web.words.mark import N_
from lotproof_web.words.people import ROLES

membership = Blueprint("membership", __name__)
_FORM = ["GET", "POST"]


@membership.route("/organisation/invite", methods=_FORM)
@needs(Permission.MANAGE_MEMBERS)
def invite() -> Response:
    """Invite somebody; the link and the code are shown this once."""
    page = FormPage(
        N_("Invite a member"),
        [CONTACT, Field("roles", N_("What will she do?"), "checkboxes", [], options=working_pairs())],
        N_("Invite"),
        CRUMBS,
        cancel=HOME,
    )
    if not posted():
        return page.show()
    try:
        with writing(ledger().log.engine) as db:
            made = invitations.invite(
                db, entrance(), signed_in(), text("contact"), request.form.getlist("roles")
            )
    except LotproofError as error:
        return page.show(error)
    link = f"{services().settings.public_url}/invitation/{made.token}"
    picture = as_picture(svg(link, link), book().say(N_("Code that leads to the invitation")))
    response = make_response(
        render_template("account/invited.html", link=link, code=made.code, picture=picture)
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@membership.post("/organisation/invitations/<int:id>/revoke")
@needs(Permission.MANAGE_MEMBERS)
def revoke_invitation(id: int) -> Response:
    """Take an invitation back."""
    with writing(ledger().log.engine) as db:
        invitations.revoke_invitation(db, signed_in(), id, now())
    return redirect(f"{HOME}#invitations", 303)


@membership.route("/organisation/members/<int:id>", methods=_FORM)
@needs(Permission.MANAGE_MEMBERS)
def change(id: int) -> Response:
    """Give a member other roles."""
    who = signed_in()
    row = next((one for one in members.members_of(reads(), who.acting_for) if one.id == id), None)
    if row is None:
        raise NotFoundError(
            "no_such_member", "your organisation has no such member", "look at the list again"
        )
    page = FormPage(
        N_("Roles of a member"),
        [
            Field(
                "roles", row.name or N_("(erased)"), "checkboxes", row.roles.split(), options=working_pairs()
            )
        ],
        N_("Save"),
        CRUMBS,
        cancel=HOME,
        points=[N_("Operator, reviewer and auditor are given by an operator.")],
    )
    if not posted():
        return page.show()
    try:
        with writing(ledger().log.engine) as db:
            members.change_roles(db, who, id, request.form.getlist("roles"), now(), tell)
    except LotproofError as error:
        return page.show(error)
    return redirect(f"{HOME}#members", 303)


@membership.post("/organisation/members/<int:id>/remove")
@needs(Permission.MANAGE_MEMBERS)
def remove(id: int) -> Response:
    """End a membership."""
    with writing(ledger().log.engine) as db:
        members.remove_member(db, signed_in(), id, now(), tell)
    return redirect(f"{HOME}#members", 303)


@membership.route("/organisation/grant", methods=_FORM)
@needs(Permission.GRANT_ROLES_ANY)
@proved
def grant() -> Response:
    """Give and take what operators alone give."""
    own = ledger().log.operator.rpartition("/")[2]
    page = FormPage(
        N_("Grant roles"),
        [
            CONTACT,
            Field("gln", N_("GLN of the organisation"), "integer", own),
            Field(
                "roles",
                N_("Roles from now on"),
                "checkboxes",
                [],
                options=[(role.value, ROLES[role]) for role in Role if role in GRANTED_BY_OPERATORS],
            ),
        ],
        N_("Grant"),
        CRUMBS,
        intro=N_("Of these three, she has exactly those that you mark. Her other roles stay."),
        cancel=HOME,
    )
    if not posted():
        return page.show()
    try:
        with writing(ledger().log.engine) as db:
            account = accounts.find_by_contact(db, Contact.parse(text("contact")))
            party = Gln(text("gln").strip()).party_uri
            members.grant(db, signed_in(), account, party, request.form.getlist("roles"), now())
    except LotproofError as error:
        return page.show(error)
    return redirect(HOME, 303)


@membership.route("/invitation", methods=_FORM)
def by_code() -> Response:
    """Join by the short code."""
    who = signed_in()
    page = FormPage(
        N_("Join an organisation"),
        [Field("word", N_("Code of the invitation"), attrs={"maxlength": 20, "autocomplete": "off"})],
        N_("Join"),
        cancel="/tasks",
    )
    if not posted():
        return page.show()
    try:
        party = invitations.accept_code(entrance(), who, text("word"))
    except LotproofError as error:
        return page.show(error)
    return _joined(party)


@membership.route("/invitation/own/<int:id>", methods=_FORM)
def by_contact(id: int) -> Response:
    """Join by an invitation to one's own number or address."""
    who = signed_in()
    row = next(iter(invitations.invitations_for(reads(), who.account or 0, now(), id)), None)
    if row is None:
        raise invitations.no_such_invitation()
    page = _asked(row.party, row.roles)
    if not posted():
        return page.show()
    try:
        with writing(ledger().log.engine) as db:
            party = invitations.accept_own(db, who, id, now())
    except LotproofError as error:
        return page.show(error)
    return _joined(party)


@membership.route("/invitation/<token>", methods=_FORM)
def by_link(token: str) -> Response:
    """Join by the link."""
    who = signed_in()
    row = invitations.find_invitation(reads(), token, now())
    page = _asked(row.party, row.roles)
    if not posted():
        return page.show()
    try:
        with writing(ledger().log.engine) as db:
            party = invitations.accept_link(db, who, token, now())
    except LotproofError as error:
        return page.show(error)
    return _joined(party)


def _asked(party: str, words: str) -> FormPage:
    """Who invites, and as what."""
    roles = ", ".join(book().say(ROLES[word]) for word in words.split())
    return FormPage(
        N_("Join an organisation"),
        [],
        N_("Join"),
        intro=N_("%(name)s invites you to join as: %(roles)s."),
        said={"name": book().name(party_name(reads(), party)), "roles": roles},
        cancel="/tasks",
    )


def _joined(party: str) -> Response:
    """Act for the new organisation from now on."""
    who = signed_in()
    with writing(ledger().log.engine) as db:
        act_for(db, replace(who, belongs_to=who.belongs_to | {party}), session_id(), party)
    return redirect(HOME, 303)
