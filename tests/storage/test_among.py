"""Very many ids as one parameter, on both kinds of database."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, insert, select

from lotproof.lots.models import Lot
from lotproof.storage.among import among, these
from lotproof.storage.engine import writing
from support.statements import counted


@pytest.mark.parametrize("wanted", [[], [3], list(range(2, 41, 2)), [*range(1, 40_000)]], ids=len)
def test_rows_are_found_by_any_number_of_ids_in_one_statement(
    migrated_engine: Engine, wanted: list[int]
) -> None:
    with writing(migrated_engine, foreign_keys=True) as db:
        db.execute(insert(Lot), [{"id": n, "uri": f"urn:lot:{n}", "type": "lot"} for n in range(1, 41)])
        statement = select(Lot.id).where(among(Lot.id, db.dialect.name)).order_by(Lot.id)
        with counted(migrated_engine) as sent:
            found = list(db.execute(statement, these(db, wanted)).scalars())

    assert found == [id for id in wanted if id <= 40]
    assert len(sent) == 1
