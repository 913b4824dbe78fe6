"""A page that lay open while one switched to another organisation must not act for the wrong one."""

from flask import request

from lotproof.people.acting import require_acting_for
from lotproof_web.signed_in import signed_in

FIELD = "for_party"
"""The field by which a form says whom it was shown for."""


def require_same_organisation() -> None:
    """Raises: ForbiddenError `acting_for_another` where the form was shown for another organisation of hers."""
    shown_for = request.form.get(FIELD, "")
    if shown_for:
        require_acting_for(signed_in(), shown_for)
