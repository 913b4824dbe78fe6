"""Say which papers are asked for: operators do, and it is noted who did."""

from lotproof.ledger.submitting import Submission
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.parties.requirements import edition_id
from lotproof.parties.requiring import Edition, require
from lotproof.people.actor import Actor
from lotproof.people.deeds import note
from lotproof.people.permissions import Permission


def set_requirement(uow: UnitOfWork, actor: Actor, operator: str, edition: Edition) -> Submission:
    """Record an edition. Raises: ForbiddenError; InvalidInputError `invalid_record` with every problem."""
    actor.require(Permission.SET_REQUIREMENTS)
    done = require(uow, operator, edition)
    id = edition_id(edition.role, edition.category, edition.kind, edition.valid_from)
    note(uow.db, actor, uow.now, "set_requirement", "requirement", id)
    return done
