"""Whether a recall is still owed to a party: it got, or has, lots of a recall that nobody has released."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from lotproof.lots.models import Lot
from lotproof.lots.recall import receivers_of
from lotproof.parties.records import all_records
from lotproof.storage.base import table_of
from lotproof.storage.blobs import BlobStore

_LOT = table_of(Lot)


def recalled_lots_of(db: Connection, party: str, blobs: BlobStore | None) -> Sequence[str]:
    """Return the recalled lots that were sold or sent to a party or a place of its own, or lie there; sorted."""
    rows = db.execute(select(_LOT).where(_LOT.c.recalls > 0).order_by(_LOT.c.uri)).all()
    if not rows:
        return []
    mine = {party} | {id for id, body in all_records(db, "place").items() if body.get("party") == party}
    told = {one.lot for one in receivers_of(db, rows, blobs) if one.to in mine}
    return sorted(told | {row.uri for row in rows if row.place in mine})
