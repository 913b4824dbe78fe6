"""One season, built once for all tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Connection

from lotproof.storage.engine import reading
from support.built_season import TODAY, Build, Built, build_in


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """Build a season: build(seed, today)."""
    made: list[Built] = []

    def make(seed: int = 1, today: date = TODAY) -> Built:
        made.append(build_in(tmp_path_factory.mktemp("season"), seed, today))
        return made[-1]

    yield make
    for one in made:
        one.log.engine.dispose()


@pytest.fixture(scope="session")
def season(build: Build) -> Built:
    """The season of seed 1; nobody changes it."""
    return build()


@pytest.fixture
def db(season: Built) -> Iterator[Connection]:
    """One moment of that season."""
    with reading(season.log.engine) as connection:
        yield connection
