"""Acts that cannot be undone: whether she proved a moment ago who she is, and proof by the form that is sent."""

from flask import request

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.people.proving import is_proved, prove, require_proved
from lotproof.storage.engine import reading
from lotproof_web.accounts.door import entrance, visitor
from lotproof_web.api.here import ledger
from lotproof_web.signed_in import now, reads, session_id, signed_in


def asks_for_proof() -> str:
    """What a form has to ask: "password" (a code of the authenticator does too), "" where she proved it lately."""
    return "" if is_proved(reads(), session_id(), now()) else "password"


def prove_by_form() -> None:
    """Prove it by the form's password, where that is needed. Raises: InvalidInputError, TooManyTriesError."""
    who, session = signed_in(), session_id()
    answer = request.form.get("password", "")
    if answer and who.account is not None:
        try:
            prove(entrance(), visitor(), who.account, session, answer)
        except InvalidInputError as error:
            wrong = [Problem("password", one.code, one.message) for one in error.problems]
            raise InvalidInputError(error.code, error.message, error.hint, wrong) from None
    with reading(ledger().log.engine) as db:
        require_proved(db, session, now())
