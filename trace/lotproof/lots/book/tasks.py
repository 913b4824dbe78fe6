"""What the books ask of a person: releases to approve, recalls to answer, deliveries to receive, plots to harvest."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from lotproof.ledger import tables as t
from lotproof.lots.book.deliveries import deliveries_to
from lotproof.lots.book.recalling import unanswered
from lotproof.lots.book.releases import waiting_releases
from lotproof.lots.models import EventLot, Lot
from lotproof.parties.models import Record
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission as P
from lotproof.people.tasks import Task

ANSWER_WITHIN = timedelta(days=1)
_OPENS_WITHIN, _OPENED_SINCE = timedelta(days=7), timedelta(days=2)


def tasks_of(db: Connection, actor: Actor, now: datetime) -> list[Task]:
    """Return what the books ask of somebody; one statement for each of at most five things that she may do."""
    if actor.party is None:
        return []
    return [
        *_releases(db, actor),
        *_recalls(db, actor),
        *_deliveries(db, actor),
        *_first_place(db, actor, now),
        *_harvests(db, actor, now),
    ]


def _releases(db: Connection, actor: Actor) -> Iterator[Task]:
    if not (actor.may(P.APPROVE_RELEASE) or actor.may(P.RECALL_LOTS)):
        return
    for wish in waiting_releases(db, actor.acting_for):
        needed = P.RECALL_LOTS if wish.recall else P.APPROVE_RELEASE
        if wish.first_by != actor.account and actor.may(needed):
            yield Task("approve_release", "release_wish", str(wish.id), wish.reason, None, wish.at)


def _recalls(db: Connection, actor: Actor) -> Iterator[Task]:
    if actor.may(P.ANSWER_RECALL):
        for recall, since in unanswered(db, actor.acting_for):
            key = recall.rpartition(":")[2]
            yield Task("answer_recall", "recall", key, key[:8], since + ANSWER_WITHIN, since)


def _deliveries(db: Connection, actor: Actor) -> Iterator[Task]:
    if actor.may(P.RECORD_RECEIVING):
        for one in deliveries_to(db, actor.acting_for):
            key = f"{one.gtin}/{one.code}"
            yield Task("receive_delivery", "delivery", key, key, None, one.sent_at)


def _first_place(db: Connection, actor: Actor, now: datetime) -> Iterator[Task]:
    """Whoever grows something needs a place to do it at."""
    if actor.may(P.RECORD_FIELD):
        mine = (Record.type == "place") & (Record.belongs_to == actor.acting_for)
        if db.execute(select(Record.id).where(mine).limit(1)).first() is None:
            yield Task("first_place", "party", actor.acting_for, "", None, now)


def _harvests(db: Connection, actor: Actor, now: datetime) -> Iterator[Task]:
    """Plots whose interval ends within a week, or ended the day before yesterday at the earliest."""
    if not actor.may(P.RECORD_FIELD):
        return
    signed = (
        select(EventLot.lot)
        .join(t.entry, t.entry.c.submission == EventLot.submission)
        .join(t.entry_party, t.entry_party.c.entry_index == t.entry.c.entry_index)
        .where(t.entry_party.c.party == actor.acting_for, EventLot.role == "cycle")
    )
    rows = db.execute(
        select(Lot.uri, Lot.crop, Lot.earliest_harvest, Record.body)
        .outerjoin(Record, (Record.type == "cycle") & (Record.id == Lot.uri))
        .where(Lot.type == "cycle", Lot.id.in_(signed))
        .where(Lot.earliest_harvest >= (now - _OPENED_SINCE).date())
        .where(Lot.earliest_harvest <= (now + _OPENS_WITHIN).date())
        .order_by(Lot.earliest_harvest)
    )
    for row in rows:
        plot = (row.body or {}).get("plot", "")
        name = f"{plot} {row.crop or ''}".strip() or row.uri
        opens = now + timedelta(days=(row.earliest_harvest - now.date()).days)
        yield Task("harvest_opens", "cycle", row.uri, name, opens if opens > now else None, now)
