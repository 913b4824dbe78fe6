"""Who asks: the program whose bearer key the request bears."""

from lotproof.ledger.readers import Reader
from lotproof.parties.api_keys import AUDIT, holder_of
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission
from lotproof.people.programs import program_of
from lotproof_web.api.bearer import key_of_request, used
from lotproof_web.api.here import ledger
from lotproof_web.database import moment


def caller(*scopes: str) -> Actor:
    """Return who asks, whose key has one of these scopes. One statement, and a write each quarter of an hour.

    Raises: UnauthorisedError `not_authorised`, for every reason alike.
    """
    return program_of(used(holder_of(moment(), key_of_request(), *scopes)), ledger().log.operator)


def reading_caller() -> Actor:
    """Return who asks to read."""
    return caller("capture", AUDIT, "read")


def reader_of(actor: Actor) -> Reader:
    """Whose entries the actor may read, None for all."""
    return None if actor.may(Permission.READ_LOTS_ANY) else actor.party
