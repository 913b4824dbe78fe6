"""Roles as forms offer them."""

from lotproof.people.roles import WORKING
from lotproof_web.words.mark import N_
from lotproof_web.words.people import ROLES

ROLE_HINT = N_("Mark what you do yourself. Others get their roles when you invite them.")


def working_pairs() -> list[tuple[str, str]]:
    """The roles that an owner gives, with their words."""
    return [(role.value, ROLES[role]) for role in WORKING]
