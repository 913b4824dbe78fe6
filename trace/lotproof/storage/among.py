"""Many ids as one parameter: a list of ten thousand placeholders takes longer to write and read than its rows do."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

IDS = "ids"
"""The name of the parameter."""


def among(column: Any, dialect: str) -> ColumnElement[bool]:
    """Return the condition that a column of whole numbers is one of `:ids`. dialect: its name."""
    if dialect == "postgresql":
        equal: ColumnElement[bool] = column == any_(bindparam(IDS, type_=ARRAY(BigInteger)))
        return equal
    named: Any = func.json_each(bindparam(IDS)).table_valued("value")
    inside: ColumnElement[bool] = column.in_(select(named.c.value))
    return inside


def these(db: Connection, ids: Iterable[int]) -> dict[str, Any]:
    """Return the parameter for these ids."""
    wanted = sorted(ids)
    return {IDS: wanted if db.dialect.name == "postgresql" else json.dumps(wanted)}
