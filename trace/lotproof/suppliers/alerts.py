"""Tell suppliers what ends: 60, 30 and 7 days before, and when it has. Each once, however often it is looked for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from lotproof.ledger.log import Log
from lotproof.notices.recipients import people_with
from lotproof.notices.telling import tell
from lotproof.parties.models import Qualification
from lotproof.parties.qualified import papers_of
from lotproof.parties.validity import Held
from lotproof.storage.engine import writing
from lotproof.suppliers.naming import name_of, paper_called
from lotproof.suppliers.reviewing import APPLICANTS
from lotproof.suppliers.states import SOON, step_of
from lotproof.suppliers.summary import refresh

_LATE = timedelta(days=30)
"""For how long after its end a paper is told of, where nobody looked for it at the time."""
_AT_ONCE = 50


def tell_of_ends(log: Log, at: datetime) -> int:
    """Tell everybody whose papers end soon or have ended; returns how many notices were new. A job of the tick."""
    told, after = 0, ""
    while True:
        with writing(log.engine) as db:
            parties = _next(db, at, after)
            papers = papers_of(db, parties)
            told += sum(_tell(db, party, papers.get(party, []), at) for party in parties)
            refresh(db, parties, at)
        if not parties:
            return told
        after = parties[-1]


def _next(db: Connection, at: datetime, after: str) -> Sequence[str]:
    """The next parties, in order, of which a paper ends about now."""
    near = (Qualification.until > at - _LATE) & (Qualification.until <= at + SOON)
    found = select(Qualification.party).where(near, Qualification.party > after).distinct()
    return db.execute(found.order_by(Qualification.party).limit(_AT_ONCE)).scalars().all()


def _tell(db: Connection, party: str, papers: Sequence[Held], at: datetime) -> int:
    due = [one for one in papers if _is_near(one, at) and not _is_replaced(one, papers)]
    if not due:
        return 0
    people, name, told = people_with(db, party, APPLICANTS), name_of(db, party), 0
    for one in due:
        assert one.until is not None
        assert one.valid_to is not None
        step = step_of(one.until, at)
        values = {"document": paper_called(one.document_type), "party": name}
        if step is not None:
            days = (one.until - at).days
            values_of = values | {"days": days, "ends_on": one.valid_to}
            told += tell(
                db, people, "qualification_ends", "qualification", one.id, values_of, at,
                f"ends {one.id} {one.valid_to} {step}",
            )  # fmt: skip
        elif one.until <= at:
            values_of = values | {"ended_on": one.valid_to}
            told += tell(
                db, people, "qualification_ended", "qualification", one.id, values_of, at,
                f"ended {one.id} {one.valid_to}",
            )  # fmt: skip
    return told


def _is_near(one: Held, at: datetime) -> bool:
    return one.revoked_at is None and one.until is not None and at - _LATE < one.until <= at + SOON


def _is_replaced(one: Held, papers: Sequence[Held]) -> bool:
    """A paper of the same type that lasts longer is on record already."""
    return any(
        other.document_type == one.document_type
        and other.revoked_at is None
        and (other.until is None or (one.until is not None and other.until > one.until))
        for other in papers
        if other.id != one.id
    )
