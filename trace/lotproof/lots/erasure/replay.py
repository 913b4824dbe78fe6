"""Do again what `erase` entries on the log did, where a restored or imported copy still holds it.

Called before anything is served, and after anything is restored. What was erased comes back with an older copy of the
private tables, or is there for the first time with newer entries of an imported log.
"""

import json
from datetime import datetime

from sqlalchemy import Connection, select

from lotproof.documents.queries import documents_about
from lotproof.ledger import tables as t
from lotproof.ledger.erasing import (
    back_again,
    entries_after,
    erased_parties,
    mark,
    remember,
    set_mark,
    size,
    values_of,
)
from lotproof.ledger.submitting import Entropy
from lotproof.lots.capture_models import CaptureJob
from lotproof.lots.erasure.act import destroy_parts, forget_party, project_again
from lotproof.lots.erasure.books import in_books_of
from lotproof.lots.erasure.plan import Plan, blobs_of
from lotproof.parties.models import ApiKey, Record
from lotproof.storage.base import table_of
from lotproof.storage.engine import in_batches
from lotproof.storage.going import Going

_JOBS, _KEYS = table_of(CaptureJob), table_of(ApiKey)


def needs_replay(db: Connection) -> bool:
    """Whether `replay_erasures` would destroy anything, or read entries that it has not read yet."""
    return bool(entries_after(db, mark(db)) or back_again(db) or _stale_records(db))


def replay_erasures(db: Connection, entropy: Entropy, going: Going) -> int:
    """Erase again what the log says is erased; return how many things came back and are gone now.

    db: inside a writing transaction.  entropy: n random bytes.  going: around that transaction, of the documents.
    Safe to repeat.
    """
    gone = 0
    for row in entries_after(db, mark(db)):
        what = json.loads(row.leaf)["signed"]["erase"]
        remember(db, what["digests"], what.get("party"))
        if party := what.get("party"):
            plan = _beside_the_log(db, party, row.record_time)
            forget_party(db, plan, row.record_time)
            gone += len(plan.jobs) + len(plan.api_keys) + len(plan.papers) + len(plan.books)
    digests = back_again(db)
    going.note(blobs_of(db, values_of(db, digests), set(digests)))
    destroy_parts(db, digests, entropy)
    stale = _stale_records(db)
    for submission in stale:
        project_again(db, submission)
    set_mark(db, size(db))
    return gone + len(digests) + len(stale)


def _beside_the_log(db: Connection, party: str, at: datetime) -> Plan:
    """What a party had beside the log when it was erased; what came later is another story."""
    jobs = select(_JOBS.c.id).where(_JOBS.c.party == party, _JOBS.c.created_at <= at)
    keys = select(_KEYS.c.id).where(_KEYS.c.party == party, _KEYS.c.created_at <= at)
    return Plan(
        party,
        jobs=list(db.execute(jobs).scalars()),
        api_keys=list(db.execute(keys).scalars()),
        papers=documents_about(db, party, until=at),
        books=in_books_of(db, party, until=at),
    )


def _stale_records(db: Connection) -> list[int]:
    """Records of erased parties that say a name or telephone which nothing beside the log discloses any more."""
    stale = []
    for some in in_batches(erased_parties(db)):
        records = select(Record.submission, Record.body).where(Record.type == "party", Record.id.in_(some))
        for row in db.execute(records).all():
            known = select(t.disclosure.c.name).where(t.disclosure.c.submission == row.submission)
            open_parts = {name.rpartition("/")[2] for name in db.execute(known).scalars()}
            if row.body.get("person") and {"names", "phone"} & row.body.keys() - open_parts:
                stale.append(row.submission)
    return stale
