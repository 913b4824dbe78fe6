"""Fixtures of tests that restore: an empty place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lotproof.instance import Place
from support.databases import Databases, Kind
from support.restoring import MASTER_KEY, Restoring


@pytest.fixture(params=["same", "other"])
def target(
    request: pytest.FixtureRequest, databases: Databases, database_kind: Kind, tmp_path: Path
) -> Iterator[Restoring]:
    """An empty place, in a database of the same kind and in one of the other kind."""
    others: dict[Kind, Kind] = {"sqlite": "postgresql", "postgresql": "sqlite"}
    kind = database_kind if request.param == "same" else others[database_kind]
    with databases.empty(kind) as url:
        yield Restoring(Place(tmp_path / "restored", url, MASTER_KEY))


@pytest.fixture
def same(databases: Databases, database_kind: Kind, tmp_path: Path) -> Iterator[Restoring]:
    """An empty place, in a database of the same kind."""
    with databases.empty(database_kind) as url:
        yield Restoring(Place(tmp_path / "restored", url, MASTER_KEY))
