"""What of the ledger belongs to an organisation's books: its places, and the lots that it takes part in.

Operator and auditors see all. Whoever asks for another's lot is told the same as for one that is not there; who takes
part in a lot says `lots.taking_part`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from lotproof.kernel.identifiers import LotId
from lotproof.ledger.readers import Reader
from lotproof.lots.models import Lot
from lotproof.lots.taking_part import takes_part_in
from lotproof.lots.trace import unknown_lot
from lotproof.parties.models import Record
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission

MOST_PLACES = 500
Bodies = Mapping[str, Mapping[str, Any]]


def reader_of(actor: Actor) -> Reader:
    """Return whose lots somebody sees: those of the organisation that she acts for, None for all.

    Raises: ForbiddenError `not_allowed`; RefusedError `no_organisation`.
    """
    if actor.may(Permission.READ_LOTS_ANY):
        return None
    actor.require(Permission.READ_LOTS)
    return actor.acting_for


def places_of(db: Connection, party: str) -> Bodies:
    """Return the recorded places of an organisation by URI."""
    return _belonging(db, "place", [party])


def cycles_at(db: Connection, places: Sequence[str]) -> Bodies:
    """Return the recorded growing cycles at these places by URI."""
    return _belonging(db, "cycle", places)


def _belonging(db: Connection, type_name: str, owners: Sequence[str]) -> Bodies:
    rows = (
        select(Record.id, Record.body)
        .where(Record.belongs_to.in_(owners), Record.type == type_name, Record.version > 0)
        .order_by(Record.id)
        .limit(MOST_PLACES)
    )
    return {row.id: row.body for row in db.execute(rows)}


def require_seen(db: Connection, reader: Reader, lot: LotId) -> Row[Any]:
    """Return a lot's row. Raises: NotFoundError `unknown_lot`, alike where it is not there and where it is others'."""
    mine = select(Lot.__table__).where(Lot.uri == lot.uri, takes_part_in(reader))
    row: Row[Any] | None = db.execute(mine).one_or_none()
    if row is None:
        raise unknown_lot(lot.uri)
    return row


def is_seen(db: Connection, reader: Reader, ids: Sequence[int]) -> bool:
    """Whether an organisation takes part in every one of these lots or growing cycles (ids)."""
    wanted = set(ids)
    seen = select(Lot.id).where(Lot.id.in_(wanted), takes_part_in(reader))
    return reader is None or set(db.execute(seen).scalars()) == wanted
