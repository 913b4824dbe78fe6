"""Put master data on the log, and register organisations with a key of their own."""

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, insert, select

from lotproof.kernel.identifiers import Gln
from lotproof.ledger.key_acts import bind_key
from lotproof.ledger.keys import custody_of
from lotproof.ledger.submitting import Draft, Submission
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.parties.models import Record
from lotproof.parties.persons import hidden_parts
from lotproof.parties.record_types import require_record
from lotproof.proof.canonical import jcs


def write_record(uow: UnitOfWork, by: str, type_name: str, id: str, body: Mapping[str, Any]) -> Submission:
    """Record one thing of master data as a new version, signed by `by` (party URI).

    Saying again what already stands is a repetition and changes nothing.  Raises: InvalidInputError.
    """
    require_record(type_name, id, body)
    known = uow.db.execute(select(Record).where(Record.type == type_name, Record.id == id)).one_or_none()
    if known is not None and known.body == body:
        return Submission(known.submission, True)
    version = known.version + 1 if known else 1
    record = {"type": type_name, "id": id, "version": version, "body": dict(body)}
    about = sorted({by, id} if type_name == "party" else {by})
    signed = {"by": by, "role": "author", "kind": "record", "about": about, "record": record}
    done = uow.submit(
        Draft(
            "record",
            signed,
            jcs(record),
            private=hidden_parts(type_name, body),
            parties=[id] if type_name == "party" else [],
        )
    )
    keep_record(uow, record, done.id)
    return done


def keep_record(uow: UnitOfWork, record: Mapping[str, Any], submission: int) -> None:
    """Let a record that stands on the log be the newest version. A rebuild calls it too."""
    uow.db.execute(delete(Record).where(Record.type == record["type"], Record.id == record["id"]))
    uow.db.execute(insert(Record), dict(record) | {"submission": submission})
    uow.memo.clear()  # what was read of master data before may be another by now


def register_party(uow: UnitOfWork, operator: str, gln: Gln, body: Mapping[str, Any]) -> str:
    """Make an organisation known: bind a platform key to it and let it record itself. Returns its party URI.

    Repeated with the same facts it changes nothing.
    """
    party = gln.party_uri
    if custody_of(uow.db, party) is None:
        key = Ed25519PrivateKey.from_private_bytes(uow.terms.entropy(32))
        bind_key(uow, key, party, operator)
    write_record(uow, party, "party", party, body)
    return party
