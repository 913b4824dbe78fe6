"""What the pickers of forms offer: products, inputs and organisations that somebody has dealt with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from lotproof.ledger import tables as t
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
    uom: str | None = None
    body: Mapping[str, Any] | None = None


def products_of(db: Connection, party: str) -> list[Offered]:
    """Return the products that an organisation recorded, or of which it had lots lately; three statements."""
    lately = _lots_lately(party).with_only_columns(Lot.gtin).where(Lot.gtin.is_not(None))
    gtins = list(dict.fromkeys(db.execute(lately).scalars()))
    own = (
        select(Record.id)
        .join(t.entry, t.entry.c.submission == Record.submission)
        .join(t.entry_party, t.entry_party.c.entry_index == t.entry.c.entry_index)
        .where(t.entry_party.c.party == party, t.entry.c.kind == "record", Record.type == "product")
    )
    gtins = list(dict.fromkeys([*gtins, *db.execute(own.limit(MOST)).scalars()]))[:MOST]
    bodies = get_records(db, "product", gtins)
    return [
        Offered(
            gtin, bodies.get(gtin, {}).get("names", {}), bodies.get(gtin, {}).get("uom"), bodies.get(gtin)
        )
        for gtin in gtins
    ]


def inputs_for(db: Connection, crop: str | None) -> list[Offered]:
    """Return recorded input products, those with an interval for the crop first; one statement."""
    rows = db.execute(
        select(Record.id, Record.body).where(Record.type == "input_product", Record.version > 0).limit(2000)
    )
    found = [Offered(row.id, row.body.get("names", {}), None, row.body) for row in rows]
    found.sort(key=lambda one: (crop not in (one.body or {}).get("intervals", {}), one.key))
    return found[:MOST]


def uoms_of(db: Connection, uris: Sequence[str], gtins: Sequence[str]) -> Mapping[str, str]:
    """Return the units of lots by URI and of products by GTIN-14; two statements."""
    lots = db.execute(select(Lot.uri, Lot.base_uom).where(Lot.uri.in_(uris), Lot.base_uom.is_not(None)))
    known = {row.uri: str(row.base_uom) for row in lots}
    return known | {gtin: str(body["uom"]) for gtin, body in get_records(db, "product", gtins).items()}


def places_sent_to(db: Connection, party: str) -> list[str]:
    """Return the places that an organisation sent goods to lately, the newest first."""
    lately = _lots_lately(party).with_only_columns(EventRow.to_place).where(EventRow.to_place.is_not(None))
    return list(dict.fromkeys(db.execute(lately.where(EventRow.party == party)).scalars()))[:MOST]


def codes_of(db: Connection, party: str) -> list[str]:
    """Return the lot codes that an organisation used lately."""
    lately = _lots_lately(party).with_only_columns(Lot.code).where(Lot.code.is_not(None))
    return list(dict.fromkeys(db.execute(lately).scalars()))


def _lots_lately(party: str) -> Any:
    return (
        select(Lot.id)
        .select_from(t.entry_party)
        .join(t.entry, t.entry.c.entry_index == t.entry_party.c.entry_index)
        .join(EventRow, EventRow.submission == t.entry.c.submission)
        .join(EventLot, EventLot.submission == EventRow.submission)
        .join(Lot, Lot.id == EventLot.lot)
        .where(t.entry_party.c.party == party)
        .order_by(t.entry_party.c.entry_index.desc())
        .limit(_RECENT)
    )
