"""An organisation's plots: what grows on each, what was applied last, and from which day it may be harvested."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, or_, select

from lotproof.epcis.event import Event
from lotproof.ledger import tables as t
from lotproof.lots.book.own import Bodies, cycles_at, places_of
from lotproof.lots.book.waiting import Wait, wait_of
from lotproof.lots.events import full_events
from lotproof.lots.models import EventLot, EventRow, Finding, Lot
from lotproof.parties.records import get_records
from lotproof.storage.blobs import BlobStore

_MOST = 300
_UTC = ZoneInfo("UTC")
Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spray:
    """What was applied last. product: its names, empty where its registration is not recorded."""

    registration: str
    product: Names
    at: datetime


@dataclass(frozen=True, slots=True)
class Plot:
    """A growing cycle on a piece of land. place: URI, None where nobody recorded it.  plot: as people call it.

    last: the newest application.  wait: as of today, in the zone of the place.  last_at: when anything happened.
    """

    cycle: str
    lot: int
    crop: str | None
    plot: str
    place: str | None
    place_names: Names
    zone: ZoneInfo
    season: str
    last: Spray | None
    wait: Wait
    last_at: datetime | None


def plots_of(
    db: Connection, party: str, now: datetime, blobs: BlobStore, *, newest_only: bool = True
) -> list[Plot]:
    """Return the growing cycles of an organisation, the one with the newest event first; in seven statements.

    newest_only: of each piece of land the newest one.
    """
    places = places_of(db, party)
    recorded = cycles_at(db, list(places))
    lots = _cycles(db, party, recorded)
    ids = [row.id for row in lots]
    events = _events(db, ids)
    last = _last_sprays(db, events, blobs)
    doubts = _doubts(db, ids)
    plots = [_plot(row, places, recorded, events, last, doubts, now) for row in lots]
    plots.sort(
        key=lambda plot: (plot.last_at is None, plot.last_at and -plot.last_at.timestamp(), plot.cycle)
    )
    return _newest(plots) if newest_only else plots


def _newest(plots: Sequence[Plot]) -> list[Plot]:
    first: dict[Any, Plot] = {}
    for plot in plots:
        first.setdefault((plot.place, plot.plot) if plot.plot else plot.cycle, plot)
    return list(first.values())


def _cycles(db: Connection, party: str, recorded: Bodies) -> Sequence[Row[Any]]:
    signed = (
        select(EventLot.lot)
        .join(t.entry, t.entry.c.submission == EventLot.submission)
        .join(t.entry_party, t.entry_party.c.entry_index == t.entry.c.entry_index)
        .where(t.entry_party.c.party == party, EventLot.role == "cycle")
    )
    mine = or_(Lot.uri.in_(list(recorded)), Lot.id.in_(signed)) if recorded else Lot.id.in_(signed)
    columns = (Lot.id, Lot.uri, Lot.place, Lot.crop, Lot.earliest_harvest)
    newest = select(*columns).where(Lot.type == "cycle", mine).order_by(Lot.id.desc()).limit(_MOST)
    return list(db.execute(newest))


def _events(db: Connection, cycles: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Standing events of each growing cycle, in the order in which they happened."""
    rows: Iterable[Row[Any]] = db.execute(
        select(EventLot.lot, EventRow.submission, EventRow.kind, EventRow.event_time)
        .join(EventRow, EventRow.submission == EventLot.submission)
        .where(EventLot.lot.in_(cycles), EventLot.role == "cycle")
        .where(EventRow.voided_by.is_(None), EventRow.corrects.is_(None))
        .order_by(EventRow.event_time, EventRow.submission)
    )
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.lot].append(row)
    return found


def _last_sprays(
    db: Connection, events: Mapping[int, Sequence[Row[Any]]], blobs: BlobStore
) -> dict[int, Spray]:
    newest = {lot: row for lot, rows in events.items() for row in rows if row.kind == "input_applied"}
    told = full_events(db, [row.submission for row in newest.values()], blobs)
    registrations = {
        lot: str(Event(told[row.submission]).extension("registration") or "") for lot, row in newest.items()
    }
    products = get_records(db, "input_product", set(registrations.values()))
    return {
        lot: Spray(name, products.get(name, {}).get("names", {}), newest[lot].event_time)
        for lot, name in registrations.items()
    }


def _doubts(db: Connection, cycles: Sequence[int]) -> dict[int, set[str]]:
    rows = select(Finding.lot, Finding.code).where(
        Finding.lot.in_(cycles),
        Finding.closed_by.is_(None),
        Finding.code.in_(("input_not_allowed", "interval_not_recorded")),
    )
    found: dict[int, set[str]] = defaultdict(set)
    for row in db.execute(rows):
        found[row.lot or 0].add(row.code)
    return found


def _plot(
    row: Row[Any],
    places: Bodies,
    recorded: Bodies,
    events: Mapping[int, Sequence[Row[Any]]],
    last: Mapping[int, Spray],
    doubts: Mapping[int, set[str]],
    now: datetime,
) -> Plot:
    body = recorded.get(row.uri, {})
    place = body.get("place") or row.place
    where = places.get(place or "", {})
    zone = ZoneInfo(where["zone"]) if where else _UTC
    today: date = now.astimezone(zone).date()
    codes = doubts.get(row.id, set())
    wait = wait_of(
        row.earliest_harvest,
        today,
        spoiled="input_not_allowed" in codes,
        unknown="interval_not_recorded" in codes,
    )
    mine = events.get(row.id, ())
    return Plot(
        row.uri, row.id, row.crop or body.get("crop"), str(body.get("plot", "")), place, where.get("names", {}), zone,
        str(body.get("season", "")), last.get(row.id), wait, mine[-1].event_time if mine else None,
    )  # fmt: skip
