"""Staff enters an organisation that is not registered, and its application: whom it is about takes both over later."""

from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.people.actor import Actor
from lotproof.people.organisations import Facts, put_on_record
from lotproof.people.permissions import Permission
from lotproof.suppliers.applying import start


def enter_for(
    uow: UnitOfWork, staff: Actor, operator: str, facts: Facts, role: str, gln_prefix: str | None
) -> str:
    """Return the id of the application. role: in which it applies.

    Raises: ForbiddenError; InvalidInputError with every problem; RefusedError `credit_code_taken`, `gln_taken`.
    """
    staff.require(Permission.APPLY_ANY)
    party, _ = put_on_record(uow, staff, operator, facts, gln_prefix)
    return start(uow.db, staff, party, role, "*", uow.now, uow.terms.entropy)
