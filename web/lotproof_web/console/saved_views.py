"""Save a list's filters under a name, and remove them."""

from flask import Blueprint, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from lotproof.people.saved_views import forget_view, save_view
from lotproof.storage.engine import writing
from lotproof_web.api.here import ledger
from lotproof_web.signed_in import now, signed_in

saved_views = Blueprint("saved_views", __name__)


@saved_views.post("/views")
def save() -> Response:
    """Save, and show the list as it was saved."""
    path, query = request.form.get("path", ""), request.form.get("query", "")
    with writing(ledger().log.engine) as db:
        save_view(db, _account(), path, query, request.form.get("name", ""), now())
    return redirect(f"{path}?{query}", 303)


@saved_views.post("/views/<int:id>/forget")
def forget(id: int) -> Response:
    """Remove, and show the whole list."""
    with writing(ledger().log.engine) as db:
        path = forget_view(db, _account(), id)
    return redirect(path, 303)


def _account() -> int:
    who = signed_in()
    if who.account is None:
        raise NotFound
    return who.account
