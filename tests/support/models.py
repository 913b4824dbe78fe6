"""All tables of the core, for migrations and their tests."""

from __future__ import annotations

from sqlalchemy import MetaData

from lotproof.storage.every_table import every_table


def all_tables() -> MetaData:
    """Import every module of tables there is, and return what they define."""
    return every_table()
