"""What the pickers of forms offer: plots, places, products and inputs that an organisation has dealt with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select

from lotproof.ledger import tables as t
from lotproof.lots.book.own import Bodies, cycles_at, places_of
from lotproof.lots.models import EventLot, EventRow, Lot
from lotproof.parties.models import Record
from lotproof.parties.records import get_records

MOST = 100
_RECENT = 400


@dataclass(frozen=True, slots=True)
class Offered:
    """One choice. key: what the form sends.  uom: of a product.  body: its record, empty where there is none."""

    key: str
    names: Mapping[str, str]
    uom: str | None
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lately:
    """What an organisation dealt with lately, the newest first. gtins, codes: of lots.  places: where it recorded.

    sent_to: places (URIs) that it sent goods to.
    """

    gtins: Sequence[str]
    codes: Sequence[str]
    places: Sequence[str]
    sent_to: Sequence[str]


@dataclass(frozen=True, slots=True)
class Growing:
    """A growing cycle to choose. earliest: first day of harvest, None where nothing was applied."""

    cycle: str
    crop: str | None
    plot: str
    place: str | None
    names: Mapping[str, str]
    zone: str
    earliest: Any


def lately(db: Connection, party: str) -> Lately:
    """Return what an organisation dealt with in its newest entries; one statement."""
    rows: Sequence[Any] = db.execute(
        select(Lot.gtin, Lot.code, EventRow.place, EventRow.to_place, EventRow.party)
        .select_from(t.entry_party)
        .join(t.entry, t.entry.c.entry_index == t.entry_party.c.entry_index)
        .join(EventRow, EventRow.submission == t.entry.c.submission)
        .join(EventLot, EventLot.submission == EventRow.submission)
        .join(Lot, Lot.id == EventLot.lot)
        .where(t.entry_party.c.party == party)
        .order_by(t.entry_party.c.entry_index.desc())
        .limit(_RECENT)
    ).all()
    own = [row for row in rows if row.party == party]
    return Lately(
        _distinct(row.gtin for row in rows), _distinct(row.code for row in rows),
        _distinct(row.place for row in own), _distinct(row.to_place for row in own),
    )  # fmt: skip


def _distinct(values: Any) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))[:MOST]


def products_of(db: Connection, party: str, gtins: Sequence[str]) -> list[Offered]:
    """Return these products and those that an organisation recorded itself, in this order; one statement."""
    own = (
        select(t.entry.c.submission)
        .join(t.entry_party, t.entry_party.c.entry_index == t.entry.c.entry_index)
        .where(t.entry_party.c.party == party, t.entry.c.kind == "record")
    )
    rows = db.execute(
        select(Record.id, Record.body)
        .where(Record.type == "product", Record.version > 0)
        .where(or_(Record.id.in_(gtins), Record.submission.in_(own)))
        .order_by(Record.id)
        .limit(MOST)
    )
    bodies = {row.id: row.body for row in rows}
    keys = dict.fromkeys([*(gtin for gtin in gtins if gtin in bodies), *bodies])
    return [Offered(key, bodies[key].get("names", {}), bodies[key].get("uom"), bodies[key]) for key in keys]


def inputs_for(db: Connection, crop: str | None) -> list[Offered]:
    """Return recorded input products, those with an interval for the crop first; one statement."""
    rows = db.execute(
        select(Record.id, Record.body).where(Record.type == "input_product", Record.version > 0).limit(2000)
    )
    found = [Offered(row.id, row.body.get("names", {}), None, row.body) for row in rows]
    found.sort(key=lambda one: (crop not in one.body.get("intervals", {}), one.key))
    return found[:MOST]


def growing_of(db: Connection, party: str) -> list[Growing]:
    """Return the growing cycles that an organisation may choose from, the newest first; three statements."""
    places = places_of(db, party)
    recorded = cycles_at(db, list(places))
    signed = (
        select(EventLot.lot)
        .join(t.entry, t.entry.c.submission == EventLot.submission)
        .join(t.entry_party, t.entry_party.c.entry_index == t.entry.c.entry_index)
        .where(t.entry_party.c.party == party, EventLot.role == "cycle")
    )
    mine = or_(Lot.uri.in_(list(recorded)), Lot.id.in_(signed)) if recorded else Lot.id.in_(signed)
    rows = db.execute(
        select(Lot.uri, Lot.crop, Lot.place, Lot.earliest_harvest)
        .where(Lot.type == "cycle", mine)
        .order_by(Lot.id.desc())
        .limit(MOST)
    ).all()
    found = {
        row.uri: _growing(row.uri, row.crop, row.place, row.earliest_harvest, places, recorded)
        for row in rows
    }
    for uri, body in recorded.items():
        found.setdefault(uri, _growing(uri, body.get("crop"), None, None, places, recorded))
    return list(found.values())


def _growing(
    uri: str, crop: str | None, place: str | None, earliest: Any, places: Bodies, recorded: Bodies
) -> Growing:
    body = recorded.get(uri, {})
    where = body.get("place") or place
    known = places.get(where or "", {})
    return Growing(
        uri, crop or body.get("crop"), str(body.get("plot", "")), where, known.get("names", {}),
        str(known.get("zone", "UTC")), earliest,
    )  # fmt: skip


def places_named(db: Connection, party: str, others: Sequence[str]) -> tuple[Bodies, Bodies]:
    """Return an organisation's own places, and these others, by URI; one statement."""
    rows = db.execute(
        select(Record.id, Record.body, Record.belongs_to)
        .where(Record.type == "place", Record.version > 0)
        .where(or_(Record.belongs_to == party, Record.id.in_(others)))
        .order_by(Record.id)
        .limit(2 * MOST)
    ).all()
    own = {row.id: row.body for row in rows if row.belongs_to == party}
    return own, {row.id: row.body for row in rows if row.id in others and row.id not in own}


def uoms_of(db: Connection, uris: Sequence[str], gtins: Sequence[str]) -> Mapping[str, str]:
    """Return the units of lots by URI and of products by GTIN-14; two statements."""
    lots = db.execute(select(Lot.uri, Lot.base_uom).where(Lot.uri.in_(uris), Lot.base_uom.is_not(None)))
    known = {row.uri: str(row.base_uom) for row in lots}
    return known | {gtin: str(body["uom"]) for gtin, body in get_records(db, "product", gtins).items()}
