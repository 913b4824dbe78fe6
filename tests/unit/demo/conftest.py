"""One season, built once for all tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection

from lotproof.storage.engine import reading
from support.built_season import TODAY, Build, Built, build_in, first_season


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """Build a season of another seed or day, once: build(seed, today)."""
    made: dict[tuple[int, date], Built] = {}

    def make(seed: int, today: date = TODAY) -> Built:
        if (seed, today) not in made:
            made[seed, today] = build_in(tmp_path_factory.mktemp("season"), seed, today)
        return made[seed, today]

    yield make
    for one in made.values():
        one.log.engine.dispose()


@pytest.fixture(scope="session")
def season(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The season of seed 1; nobody changes it."""
    built = first_season(run_folder, tmp_path_factory.mktemp("season") / "home")
    yield built
    built.log.engine.dispose()


@pytest.fixture
def db(season: Built) -> Iterator[Connection]:
    """One moment of that season."""
    with reading(season.log.engine) as connection:
        yield connection
