"""Keys of the organisation's programs and devices."""

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from lotproof.kernel.errors import LotproofError
from lotproof.people import keys as use_cases
from lotproof.people.permissions import Permission
from lotproof.storage.engine import writing
from lotproof_web.accounts.forms import Field, FormPage, posted, text
from lotproof_web.accounts.organisation import CRUMBS, HOME
from lotproof_web.accounts.proof import proved
from lotproof_web.api.here import ledger
from lotproof_web.signed_in import needs, now, signed_in
from lotproof_web.words.mark import N_
from lotproof_web.words.people import SCOPES

keys = Blueprint("keys", __name__, url_prefix="/organisation/keys")


@keys.route("/new", methods=["GET", "POST"])
@needs(Permission.MANAGE_KEYS)
@proved
def add() -> Response:
    """Make one; it is shown this once."""
    page = FormPage(
        N_("New key"),
        [
            Field("name", N_("Name of the program or device"), attrs={"maxlength": 60}),
            Field(
                "scopes",
                N_("What may it do?"),
                "checkboxes",
                [],
                options=[(scope, SCOPES.get(scope, scope)) for scope in use_cases.GIVEN_BY_OWNERS],
            ),
        ],
        N_("Make the key"),
        CRUMBS,
        cancel=HOME,
    )
    if not posted():
        return page.show()
    try:
        with writing(ledger().log.engine) as db:
            key = use_cases.create_key(
                db,
                signed_in(),
                text("name"),
                request.form.getlist("scopes"),
                now(),
                ledger().log.around.entropy,
            )
    except LotproofError as error:
        return page.show(error)
    response = make_response(render_template("account/new_key.html", key=key))
    response.headers["Cache-Control"] = "no-store"
    return response


@keys.post("/<id>/revoke")
@needs(Permission.MANAGE_KEYS)
def revoke(id: str) -> Response:
    """End one at once."""
    with writing(ledger().log.engine) as db:
        use_cases.revoke_key(db, signed_in(), id, now())
    return redirect(f"{HOME}#keys", 303)
