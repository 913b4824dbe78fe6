"""Entries of clients that sign for themselves, and the proof that an entry is in the log.

- 201 means: it is durable, numbered, and under the checkpoint that the inclusion proof leads to.
- 200 means the same of an entry that stood before: a repetition is answered by it.
"""

from flask import Response, jsonify
from sqlalchemy import select

from lotproof.kernel.errors import ForbiddenError, InvalidInputError
from lotproof.ledger import tables as t
from lotproof.ledger.proofs import inclusion
from lotproof.lots.brought import Brought, enter_brought, open_brought
from lotproof_schemas.epcis_event import load_event
from lotproof_schemas.signed_payload import load_client_entry
from lotproof_web.api.bearer import party_of_request
from lotproof_web.api.body import read_json_body
from lotproof_web.api.here import ledger
from lotproof_web.database import database, moment
from lotproof_web.log.files import for_all_origins, log_files
from lotproof_web.log.placed import answer_placed

_MOST_BYTES = 4_000_000  # an entry has 64 KiB; long lists of EPCs come beside it


@log_files.post("/entries")
def add_entry() -> Response:
    """Take one event that the key's party signed itself."""
    party = party_of_request(moment(), "capture")
    database.session.remove()  # reading the body may take long, and should keep no snapshot open
    brought = _read(party)
    log = ledger().log
    with log.unit_of_work() as uow:
        entered = enter_brought(uow, log.operator, brought)
    ledger().publisher.loop.ring()
    found = [{"lot": one.lot, "code": one.code, "message": one.message} for one in entered.findings]
    return answer_placed(log, entered.submission, repeated=entered.repeated, more={"findings": found})


@log_files.get("/entries/<int(max=9223372036854775807):index>/inclusion")
def inclusion_proof(index: int) -> Response:
    """The hashes from an entry up to the root of the newest checkpoint (RFC 9162 section 2.1.3), for everybody."""
    db = moment()
    head = db.execute(select(t.head.c.size, t.head.c.checkpoint)).one()
    proof = inclusion(db, index, head.size)
    response = jsonify(
        {
            "index": index,
            "size": proof.size,
            "leafHash": proof.leaf_hash.hex(),
            "hashes": [one.hex() for one in proof.hashes],
            "checkpoint": head.checkpoint,
        }
    )
    response.headers["Cache-Control"] = "no-cache"
    return for_all_origins(response)


def _read(party: str) -> Brought:
    """Return what the request brings, in the shape that an event has. Raises: ForbiddenError, InvalidInputError."""
    sent = load_client_entry(read_json_body(_MOST_BYTES))
    if sent.signed.get("by") != party:
        raise ForbiddenError(
            "not_your_party",
            f"the bearer key speaks for {party}, and the payload was signed for another party",
            "send it with a bearer key of that party",
        )
    brought = open_brought(sent.signed, sent.proof, sent.disclosures, sent.lists)
    _event, problems = load_event(brought.event, "signed.event")
    if problems:
        said = "; ".join(f"{one.where}: {one.message}" for one in problems[:5])
        raise InvalidInputError("invalid_event", f"this is no EPCIS 2.0 event: {said}", "", problems)
    return brought
