"""Programs act by keys: what each scope of a key allows. Pure."""

from collections.abc import Mapping

from lotproof.parties.api_keys import AUDIT, DOCUMENTS, KeyHolder
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission

_P = Permission
BY_SCOPE: Mapping[str, frozenset[Permission]] = {
    "read": frozenset({_P.READ_LOTS}),
    "capture": frozenset({_P.READ_LOTS}),
    DOCUMENTS: frozenset({_P.UPLOAD_DOCUMENTS, _P.READ_DOCUMENTS}),
    AUDIT: frozenset({_P.READ_LOTS_ANY, _P.READ_PARTIES_ANY, _P.READ_AUDIT_ANY}),
}
"""What a key lets its program do; scopes that are not here work on other interfaces only."""
_OF_THE_OPERATOR = frozenset({_P.READ_LOTS_ANY, _P.READ_PARTIES_ANY})


def program_of(holder: KeyHolder, operator: str) -> Actor:
    """Return who acts by a key. operator: party URI, whose programs read all where others read their own."""
    granted = frozenset[Permission]().union(*(BY_SCOPE.get(scope, ()) for scope in holder.scopes))
    if holder.party == operator and Permission.READ_LOTS in granted:
        granted |= _OF_THE_OPERATOR
    return Actor(None, holder.party, frozenset(), belongs_to=frozenset({holder.party}), granted=granted)
