"""Put master data on the log, and register organisations with a key of their own."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lotproof.kernel.identifiers import Gln
from lotproof.ledger.key_acts import bind_first_key
from lotproof.ledger.keys import can_sign_here
from lotproof.ledger.submitting import Draft, Submission
from lotproof.ledger.unit_of_work import ONLY_TO_LOCK, UnitOfWork
from lotproof.parties import turns
from lotproof.parties.models import Record
from lotproof.parties.persons import hidden_parts
from lotproof.parties.qualifying import project
from lotproof.parties.record_types import belongs_to, require_record
from lotproof.proof.canonical import jcs
from lotproof.proof.entry import record_about, whom_it_is_about

NEVER_JUDGED_BY = frozenset({"device", "document", "application"})
"""Types of records that no check of an event reads."""


def write_record(uow: UnitOfWork, by: str, type_name: str, id: str, body: Mapping[str, Any]) -> Submission:
    """Record one thing of master data as a new version, signed by `by` (party URI).

    Saying again what already stands is a repetition and changes nothing. Who records another version at the same
    time waits, and makes the next one.  Raises: InvalidInputError.
    """
    require_record(type_name, id, body)
    if type_name not in NEVER_JUDGED_BY:
        turns.change_master_data(uow)
    known = _locked(uow.db, type_name, id)
    if known.version and known.body == body:
        return Submission(known.submission, True)
    version = known.version + 1
    record = {"type": type_name, "id": id, "version": version, "body": dict(body)}
    whom = whom_it_is_about(record)
    signed = {
        "by": by,
        "role": "author",
        "kind": "record",
        "about": record_about(by, record),
        "record": record,
    }
    done = uow.submit(
        Draft(
            "record",
            signed,
            jcs(record),
            private=hidden_parts(type_name, body),
            parties=[whom] if whom else [],
        )
    )
    keep_record(uow, record, done.id)
    return done


def keep_record(uow: UnitOfWork, record: Mapping[str, Any], submission: int) -> None:
    """Let a record that stands on the log be the newest version. A rebuild calls it too."""
    _locked(uow.db, record["type"], record["id"])
    body = record["body"]
    newest = {"version": record["version"], "body": body, "submission": submission,
              "belongs_to": belongs_to(record["type"], body)}  # fmt: skip
    same = (Record.type == record["type"]) & (Record.id == record["id"])
    uow.db.execute(update(Record).where(same).values(newest))
    project(uow.db, record, submission)
    uow.memo.clear()  # what was read of master data before may be another by now


def _locked(db: Connection, type_name: str, id: str) -> Any:
    """Return the record's row, locked; version 0 where there was none, as the transaction will make it the first."""
    row = select(Record.__table__).where(Record.type == type_name, Record.id == id).with_for_update()
    known = db.execute(row).one_or_none()
    if known is None:
        insert = (postgresql if db.dialect.name == "postgresql" else sqlite).insert(Record)
        # Another transaction may make the same one now: whoever comes second waits here, and then reads it.
        blank = {"type": type_name, "id": id, "version": 0, "body": {}, "submission": 0}
        made = insert.values(blank).on_conflict_do_nothing(index_elements=["type", "id"])
        db.execute(made.execution_options(**{ONLY_TO_LOCK: True}))
        known = db.execute(row).one()
    return known


def register_party(uow: UnitOfWork, operator: str, gln: Gln, body: Mapping[str, Any]) -> str:
    """Make an organisation known: bind a platform key to it and let it record itself. Returns its party URI.

    Repeated with the same facts it changes nothing.  One that keeps its own key is recorded by the operator.
    """
    party = gln.party_uri
    bind_first_key(uow, party, operator)
    write_record(uow, party if can_sign_here(uow.db, party) else operator, "party", party, body)
    return party
