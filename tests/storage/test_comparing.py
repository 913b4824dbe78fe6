"""Whatever is changed in a derived table is found and named: each column of each of them, once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, update

from lotproof.lots.comparing import COMPARED, Compared, compare
from lotproof.storage.base import Hash
from lotproof.storage.engine import writing
from support.lived import lived_in
from support.world import World

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def other(column: Any, value: Any) -> Any:
    """Return another value that the column can hold."""
    if isinstance(column.type, Hash):
        return bytes(32) if value != bytes(32) else b"x" * 32
    if isinstance(value, bool):
        return not value
    if isinstance(value, dict):
        return {**value, "more": "x"}
    if isinstance(value, int | Decimal):
        return value + 1_000_000
    if isinstance(value, datetime | date):
        return value + timedelta(days=1)
    if isinstance(value, str):
        return "x" + value[1:] if value[:1] != "x" else "y" + value[1:]
    empty = {
        "Exact": Decimal(1),
        "Utc": datetime.fromisoformat("2026-01-01T00:00:00Z"),
        "Date": date(2026, 1, 1),
    }
    return empty.get(type(column.type).__name__, 1 if "INT" in str(column.type) else "x")


def changed(db: Connection, how: Compared, name: str) -> None:
    """Change one column of one row, whatever points to it."""
    table = how.table
    column = table.c[name]
    row = db.execute(select(table).order_by(column.is_(None)).limit(1)).one()._mapping
    same = [table.c[one] == row[one] for one in table.primary_key.columns.keys()]  # noqa: SIM118 - a collection of columns
    if name in how.lots:
        value = db.execute(
            select(table_lot().c.id).where(table_lot().c.id != row[name]).limit(1)
        ).scalar_one()
    else:
        value = other(column, row[name])
    assert db.execute(update(table).where(*same).values({name: value})).rowcount == 1


@contextmanager
def changing(world: World) -> Iterator[Connection]:
    """Let a test change what it likes; all of it is taken back."""
    with (
        writing(world.log.engine, foreign_keys=False) as db,
        suppress(_TakenBack),
        db.begin_nested(),
    ):
        yield db
        raise _TakenBack


class _TakenBack(Exception):
    pass


def table_lot() -> Any:
    """The table of lots."""
    return next(how.table for how in COMPARED if how.table.name == "lot")


def test_each_column_of_each_table_is_compared(world: World) -> None:
    lived_in(world)
    untouched = {how.table.name: how.without for how in COMPARED}
    for how in COMPARED:
        assert set(how.columns) | set(untouched[how.table.name]) == set(how.table.c.keys())
        for name in how.columns:
            with world.read() as good, changing(world) as db:
                changed(db, how, name)
                found = {one.name: one for one in compare(db, good) if one.differences}
                assert how.table.name in found, (how.table.name, name)
                first = found[how.table.name].first
                assert first is not None
                named = first.column or "a row"
                assert named in (name, "a row"), (how.table.name, name, str(first))
                if name not in (how.first, *how.key):
                    assert first.column == name
    with world.read() as db:
        assert not [one for one in compare(db, db) if one.differences]


def test_a_row_too_much_and_a_row_too_few_are_named(world: World) -> None:
    lived_in(world)
    edge = next(how for how in COMPARED if how.table.name == "lot_edge").table
    with world.read() as good, changing(world) as db:
        count = len(db.execute(select(edge)).all())
        db.execute(delete(edge))

        missing = next(one for one in compare(db, good) if one.name == "lot_edge")
        extra = next(one for one in compare(good, db) if one.name == "lot_edge")

    assert (missing.differences, extra.differences) == (count, count)
    assert str(missing.first).endswith("the row is missing")
    assert str(extra.first).endswith("the row should not be there")


def test_a_value_that_cannot_be_read_is_a_difference(world: World) -> None:
    lived_in(world)
    with world.read() as good, changing(world) as db:
        db.exec_driver_sql("UPDATE lot SET created = 'many'")

        found = next(one for one in compare(db, good) if one.name == "lot")

    assert found.first is not None
    assert "unreadable" in str(found.first.has)
