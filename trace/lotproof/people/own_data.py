"""Everything that is kept about one account: which rows of which tables, whoever adds tables. Read only.

A row is hers where its table has a column `account`, refers to the table of accounts, or marks a column by
`info={"account": True}`. What only this program can use, such as digests and sealed secrets, is left out.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Table, or_, select

from lotproof.kernel.instants import rfc3339
from lotproof.parties.records import names_of
from lotproof.people.models import Account
from lotproof.storage.base import Hash
from lotproof.storage.every_table import every_table

_SECRET = frozenset({"password", "totp_secret"})


def own_columns(table: Table) -> list[Column[Any]]:
    """Return the columns of a table that say whose a row is."""
    by_key = [
        column
        for column in table.columns
        if any(key.column.table.name == Account.__tablename__ for key in column.foreign_keys)
    ]
    named = [
        column
        for column in table.columns
        if (column.name == "account" or column.info.get("account")) and column not in by_key
    ]
    return [*by_key, *named]


def export_account(db: Connection, account: int, now: datetime) -> dict[str, Any]:
    """Return everything as plain JSON values, table by table, whichever floor keeps it."""
    rows = {
        table.name: found
        for table in every_table().sorted_tables
        if (found := list(_rows(db, table, account)))
    }
    parties = {row["party"] for row in rows.get("membership", ())}
    return {
        "what": "everything that is kept about one account",
        "made_at": rfc3339(now),
        "account": account,
        "organisations": {party: dict(names) for party, names in names_of(db, parties).items()},
        "tables": rows,
    }


def _rows(db: Connection, table: Table, account: int) -> Iterator[dict[str, Any]]:
    owned = [table.c.id] if table.name == Account.__tablename__ else own_columns(table)
    if not owned:
        return
    shown = [column for column in table.columns if not _is_secret(column)]
    mine = select(*shown).where(or_(*(column == account for column in owned)))
    for row in db.execute(mine.order_by(*table.primary_key.columns)).mappings():
        yield {name: _plain(value) for name, value in row.items()}


def _is_secret(column: Column[Any]) -> bool:
    return isinstance(column.type, LargeBinary | Hash) or column.name in _SECRET


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    return value if value is None or isinstance(value, str | int | bool | dict | list) else str(value)
