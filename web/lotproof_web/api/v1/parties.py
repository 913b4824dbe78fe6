"""Parties that are registered here, and what they may do."""

from typing import Any

from lotproof.lots.may import Answer, may
from lotproof.people.known_parties import KnownParty, known_party, party_uri
from lotproof_schemas.api_v1 import MayIn, MayOut, PartyOut
from lotproof_web.api.v1.auth import reading_caller
from lotproof_web.api.v1.resource import Resource
from lotproof_web.database import moment
from lotproof_web.signed_in import now

parties = Resource("parties_v1", __name__, "Organisations and persons, by GLN or by URI.")


@parties.route("/parties/<path:id>")
@parties.response(200, PartyOut)
def one(id: str) -> KnownParty:
    """One party

    The names of a natural person are for herself, the operator and auditors.
    """
    return known_party(moment(), reading_caller(), party_uri(id))


@parties.route("/parties/<path:id>/may")
@parties.arguments(MayIn, location="query")
@parties.response(200, MayOut)
def may_do(asked: dict[str, Any], id: str) -> Answer:
    """May it do this?

    `allowed`, `refused` with the reason, or `not_recorded`: nobody recorded what the answer would need.
    """
    party = known_party(moment(), reading_caller(), party_uri(id)).party
    return may(moment(), party, asked["action"], None, asked.get("at") or now())
