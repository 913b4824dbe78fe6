"""Inserts that meet a row that is there already, on both kinds of database."""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from lotproof.storage.base import Base


def upsert(db: Connection, model: type[Base]) -> Any:
    """Return an insert that has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return sqlite.insert(model) if db.dialect.name == "sqlite" else postgresql.insert(model)
