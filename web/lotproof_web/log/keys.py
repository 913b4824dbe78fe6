"""Keys that parties keep themselves: brought, put in another's place, revoked; and what became of each.

It takes a bearer key with the scope `keys`, which the operator gives to those whose keys he lets in unseen.
"""

from typing import Any

from flask import Response, jsonify

from lotproof.kernel.errors import ForbiddenError
from lotproof.ledger.key_acts import enter_key_act
from lotproof.ledger.keys import KnownKey, known_keys
from lotproof.parties.api_keys import KEYS
from lotproof_schemas.signed_payload import load_key_act
from lotproof_web.api.bearer import party_of_request
from lotproof_web.api.body import read_json_body
from lotproof_web.api.here import asker, ledger
from lotproof_web.api.parameters import refuse_unknown
from lotproof_web.database import database, moment
from lotproof_web.log.files import log_files
from lotproof_web.log.placed import answer_placed

_MOST_BYTES = 65_536


@log_files.post("/keys")
def add_key() -> Response:
    """Take a bind, rotation or revocation that the key signed itself."""
    party = party_of_request(moment(), KEYS)
    database.session.remove()
    signed, proofs = load_key_act(read_json_body(_MOST_BYTES))
    if signed.get("by") != party:
        raise ForbiddenError(
            "not_your_party",
            f"the bearer key speaks for {party}, and the key act is not its own",
            "docs/keys.md",
        )
    log = ledger().log
    with log.unit_of_work() as uow:
        done = enter_key_act(uow, signed, proofs)
    ledger().publisher.loop.ring()
    more = {"act": done.act, "key": done.did, "party": done.party}
    return answer_placed(log, done.submission.id, repeated=done.submission.repeated, more=more)


@log_files.get("/keys")
def keys() -> Response:
    """The reader's own keys, oldest first; the operator's are all."""
    refuse_unknown()
    db = moment()
    response = jsonify({"keys": [_dump(one) for one in known_keys(db, asker(db).reader)]})
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _dump(one: KnownKey) -> dict[str, Any]:
    """What of a key stands on the log; what it is called and why it was revoked is not told here."""
    return {
        "key": one.did,
        "party": one.party,
        "custody": one.custody,
        "subject": one.subject,
        "boundAt": one.bound_at,
        "revokedAt": one.revoked_at,
        "replacedBy": one.replaced_by,
        "isValid": one.is_valid,
    }
