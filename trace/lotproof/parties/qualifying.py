"""Let a record of type `qualification` be the row that every question about standing reads. A rebuild calls it too."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from lotproof.parties.models import Qualification
from lotproof.parties.validity import held_of

_KEY = ["id"]


def project(db: Connection, record: Mapping[str, Any], submission: int) -> None:
    """Write the row of a qualification as its newest version says; other records have none."""
    if record["type"] != "qualification":
        return
    row = _row(record["id"], record["body"], submission)
    insert = (postgresql if db.dialect.name == "postgresql" else sqlite).insert(Qualification).values(row)
    changed = {name: value for name, value in row.items() if name not in _KEY}
    db.execute(insert.on_conflict_do_update(index_elements=_KEY, set_=changed))


def _row(id: str, body: Mapping[str, Any], submission: int) -> dict[str, Any]:
    held = held_of(id, body)
    return {
        "id": id,
        "party": held.party,
        "document_type": held.document_type,
        "number": held.number,
        "issuer": held.issuer,
        "scope": sorted(held.scope),
        "stands_for": sorted(held.stands_for),
        "valid_from": held.valid_from,
        "valid_to": held.valid_to,
        "since": held.since,
        "until": held.until,
        "document": body.get("document"),
        "approved_at": held.approved_at,
        "suspended": body.get("suspended", []),
        "revoked_at": held.revoked_at,
        "submission": submission,
    }
