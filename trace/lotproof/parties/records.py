"""Read master data: the newest version of each record."""

from collections.abc import Collection, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from lotproof.kernel.identifiers import Gln
from lotproof.parties.models import Record
from lotproof.parties.persons import is_erased
from lotproof.storage.engine import in_batches

_ONE = select(Record.body).where(Record.type == bindparam("type"), Record.id == bindparam("id"))
_SOME = select(Record.id, Record.body).where(
    Record.type == bindparam("type"), Record.id.in_(bindparam("ids", expanding=True))
)
ERASED: Mapping[str, str] = {"en": "(erased)"}
"""What lists show in place of the names of a person who was erased."""


def get_record(db: Connection, type_name: str, id: str) -> Mapping[str, Any] | None:
    """Return the newest body, or None where nothing was recorded."""
    return db.execute(_ONE, {"type": type_name, "id": id}).scalar()


def get_records(db: Connection, type_name: str, ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """Return the newest bodies by id, those that exist."""
    found: dict[str, Mapping[str, Any]] = {}
    for some in in_batches(sorted(ids)):
        rows = db.execute(_SOME, {"type": type_name, "ids": some})
        found.update({row.id: row.body for row in rows})
    return found


def all_records(db: Connection, type_name: str) -> dict[str, Mapping[str, Any]]:
    """Return every record of a type by id, sorted."""
    rows = db.execute(select(Record.id, Record.body).where(Record.type == type_name).order_by(Record.id))
    return {row.id: row.body for row in rows}


def zone_of(db: Connection, place: Gln) -> ZoneInfo | None:
    """Return the place's time zone, None where the place was not recorded."""
    body = get_record(db, "place", place.place_uri)
    return ZoneInfo(body["zone"]) if body else None


def names_at_once(db: Connection, uris: Collection[str]) -> dict[str, Mapping[str, str]]:
    """As `names_of`, in one statement for up to a few hundred."""
    found: dict[str, Mapping[str, str]] = {}
    for some in in_batches(sorted(uris)):
        rows = select(Record.id, Record.body).where(Record.type.in_(("party", "place")), Record.id.in_(some))
        for row in db.execute(rows):
            names = ERASED if is_erased(row.body) else row.body.get("names")
            if names:
                found[row.id] = names
    return found


def names_of(db: Connection, uris: Collection[str]) -> dict[str, Mapping[str, str]]:
    """Return the recorded names of parties and places by their URI, those that have one, or had: see ERASED."""
    bodies = get_records(db, "party", uris) | get_records(db, "place", uris)
    found = {uri: ERASED if is_erased(body) else body.get("names") for uri, body in bodies.items()}
    return {uri: names for uri, names in found.items() if names}
