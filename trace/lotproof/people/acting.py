"""Act for the organisation that one means: whoever belongs to two is told when she acts for the wrong one. Pure."""

from lotproof.kernel.errors import ForbiddenError, NotFoundError
from lotproof.people.actor import Actor


def require_acting_for(actor: Actor, party: str) -> None:
    """Raises: ForbiddenError `acting_for_another` where it is another one of hers; NotFoundError
    `no_such_organisation` for one that she does not belong to, as for one that there is not."""
    if party == actor.party:
        return
    if party in actor.belongs_to:
        raise ForbiddenError(
            "acting_for_another",
            "this is about another organisation of yours than the one that you act for now",
            "switch to that organisation first",
        )
    raise NotFoundError(
        "no_such_organisation", "you belong to no such organisation", "ask its owner for an invitation"
    )
