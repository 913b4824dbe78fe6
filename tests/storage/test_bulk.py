"""Several changes with one call are the same on both kinds of database."""

from __future__ import annotations

from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, select

from lotproof.ledger.bulk import Deleted, Inserted, Updated, insert_all, write_all
from lotproof.storage.engine import reading, writing
from support.statements import counted

THINGS = Table("things", MetaData(), Column("id", Integer, primary_key=True), Column("name", String(10)))
OTHERS = Table("others", THINGS.metadata, Column("id", Integer, primary_key=True))


def rows(engine: Engine, table: Table) -> list[tuple[object, ...]]:
    with reading(engine) as db:
        return [tuple(row) for row in db.execute(select(table).order_by(table.c.id))]


def test_changes_of_several_tables_are_made_together(engine: Engine) -> None:
    with writing(engine) as db:
        THINGS.metadata.create_all(db)
        insert_all(db, THINGS, [{"id": id, "name": "old"} for id in range(1, 5)])
        insert_all(db, OTHERS, [{"id": id} for id in range(1, 1_200)])

    with writing(engine) as db:
        write_all(
            db,
            [
                Inserted(THINGS, [{"id": 9, "name": "九"}]),
                Updated(
                    THINGS, [{"id": 2, "name": "new"}, {"id": 3, "name": None}, {"id": 77, "name": "no"}]
                ),
                Deleted(OTHERS, range(2, 1_200)),
            ],
        )

    assert rows(engine, THINGS) == [(1, "old"), (2, "new"), (3, None), (4, "old"), (9, "九")]
    assert rows(engine, OTHERS) == [(1,)]


def test_changes_of_nothing_are_no_statement(engine: Engine) -> None:
    with writing(engine) as db, counted(engine) as statements:
        write_all(db, [Inserted(THINGS, []), Updated(THINGS, []), Deleted(THINGS, [])])
        insert_all(db, THINGS, [])

    assert statements == []
