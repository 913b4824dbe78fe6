"""Forget who was erased: names of closed accounts, and what applications and notes say of erased persons.

A job of the tick: erasures happen on lower floors, which know nothing of suppliers. Done again it changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update

from lotproof.ledger.log import Log
from lotproof.notices.models import Deadline, Notice
from lotproof.parties.models import Qualification, Record
from lotproof.parties.persons import is_erased
from lotproof.people.models import Account
from lotproof.storage.engine import in_batches, reading, writing
from lotproof.suppliers.models import (
    Application,
    ApplicationDocument,
    ApplicationStep,
    ReputationNote,
    Supplier,
)
from lotproof.suppliers.naming import short
from lotproof.suppliers.summary import refresh

_NAMELESS = "–"


def forget_erased(log: Log, at: datetime) -> int:
    """Forget them; returns how many applications' reviewers and how many parties were forgotten."""
    with reading(log.engine) as db:
        parties, reviewers = _erased(db), _closed(db)
    if not parties and not reviewers:
        return 0
    with writing(log.engine) as db:
        for some in in_batches(reviewers):
            claimed, decided = Application.claimed_by.in_(some), Application.decided_by.in_(some)
            db.execute(update(Application).where(claimed).values(claimed_name=""))
            db.execute(update(Application).where(decided).values(decided_name=""))
        for persons in in_batches(parties):
            _forget(db, persons)
            refresh(db, persons, at)
    return len(parties) + len(reviewers)


def _erased(db: Connection) -> Sequence[str]:
    """Persons that were erased on the log and are still named in the list of suppliers."""
    rows = select(Record.id, Record.body, Supplier.name).join(Supplier, Supplier.party == Record.id)
    natural = Supplier.kind.in_(("sole_trader", "farm_household", ""))
    found = db.execute(rows.where(Record.type == "party", natural))
    return [row.id for row in found if is_erased(row.body) and row.name != row.id.rpartition("/")[2]]


def _closed(db: Connection) -> Sequence[int]:
    """Accounts that are closed and still named as reviewers."""
    named = or_(
        (Application.claimed_by == Account.id) & (Application.claimed_name != ""),
        (Application.decided_by == Account.id) & (Application.decided_name != ""),
    )
    gone = (
        select(Account.id)
        .join(Application, named)
        .where(Account.deactivated_at.is_not(None), Account.name == "")
    )
    return db.execute(gone.distinct()).scalars().all()


def _forget(db: Connection, parties: Sequence[str]) -> None:
    """What was typed, written and told of them goes; that they applied, and what was decided, stays."""
    theirs = select(Application.id).where(Application.party.in_(parties))
    typed = ApplicationDocument.application.in_(theirs)
    db.execute(update(ApplicationDocument).where(typed).values(number="", issuer=""))
    steps = ApplicationStep.application.in_(theirs)
    db.execute(update(ApplicationStep).where(steps).values(reason="", detail={}))
    db.execute(update(Application).where(Application.party.in_(parties)).values(reason=""))
    db.execute(delete(ReputationNote).where(ReputationNote.party.in_(parties)))
    applications = db.execute(select(Application.id).where(Application.party.in_(parties))).scalars().all()
    papers = db.execute(select(Qualification.id).where(Qualification.party.in_(parties))).scalars().all()
    for some in in_batches([short(id) for id in applications]):
        named = (Deadline.about_type == "application") & Deadline.about_id.in_(some)
        db.execute(update(Deadline).where(named).values(name=_NAMELESS))
        db.execute(delete(Notice).where(Notice.about_type == "application", Notice.about_id.in_(some)))
    for some in in_batches(papers):
        db.execute(delete(Notice).where(Notice.about_type == "qualification", Notice.about_id.in_(some)))
