"""Fixtures of the whole suite: a database per test on both kinds of server, and a real browser.

- `engine` is an empty database, `migrated_engine` one with all tables; both come once as `sqlite` and once as
  `postgresql`. A test that needs one kind only says so:
  `@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)`.
- Without a browser the tests that need one are skipped, except where CI=true: there they fail.
- PostgreSQL is never skipped.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine

from lotproof.storage.engine import open_engine
from support.databases import Databases, Kind
from support.postgres import stop_shared
from support.world import World, begin_world, continue_world

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_RUN_FOLDER = pytest.StashKey[Path]()
_MEMORY, _ENOUGH = Path("/dev/shm"), 6 << 30  # noqa: S108 - as much as a whole run leaves behind, and the server's
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_BROWSER_ARGS = ("--no-sandbox", "--disable-background-networking", "--disable-gpu")


def pytest_configure(config: pytest.Config) -> None:
    """Give the run one folder; workers learn of it from the process that started them."""
    given = getattr(config, "workerinput", {}).get("run_folder")
    if not given:
        _work_in_memory()
    config.stash[_RUN_FOLDER] = Path(given or tempfile.mkdtemp(prefix="lotproof-run-"))


def _work_in_memory() -> None:
    """Put databases and folders of the run where syncing costs nothing, if there is room and nobody said otherwise.

    A test that cuts the power tells by which calls were made what would be left, not by a disk.
    """
    if "TMPDIR" not in os.environ and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker the folder of the run."""
    node.workerinput["run_folder"] = str(node.config.stash[_RUN_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the shared server when the whole run has ended, however it ended."""
    if not hasattr(config, "workerinput"):
        stop_shared(config.stash[_RUN_FOLDER])
        shutil.rmtree(config.stash[_RUN_FOLDER], ignore_errors=True)


@pytest.fixture(scope="session")
def run_folder(request: pytest.FixtureRequest) -> Path:
    """The folder that all workers of the run share; removed at its end."""
    return request.config.stash[_RUN_FOLDER]


@pytest.fixture(scope="session")
def databases(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The worker's source of databases, for tests that need more than one."""
    source = Databases(run_folder, tmp_path_factory.mktemp("databases"))
    yield source
    source.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> Kind:
    """Which database this run of the test uses."""
    kind: Kind = request.param
    return kind


@pytest.fixture
def database_url(databases: Databases, database_kind: Kind) -> Iterator[str]:
    """URL of a database without tables."""
    with databases.empty(database_kind) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a database without tables."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def migrated_url(databases: Databases, database_kind: Kind) -> Iterator[str]:
    """URL of a database with all tables and no rows."""
    with databases.migrated(database_kind) as url:
        yield url


@pytest.fixture
def migrated_engine(migrated_url: str) -> Iterator[Engine]:
    """An engine on a database with all tables and no rows."""
    opened = open_engine(migrated_url)
    yield opened
    opened.dispose()


@pytest.fixture
def world(databases: Databases, database_kind: Kind, tmp_path: Path) -> Iterator[World]:
    """A ledger with a few parties, places and a spray, on both kinds of database."""
    with databases.begun(database_kind, begin_world) as url:
        engine = open_engine(url)
        yield continue_world(engine, tmp_path)
        engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless browser that talks to nobody but the page it is sent to."""
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        reason = f"no browser on PATH (looked for {', '.join(_BROWSERS)}): apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_BROWSER_ARGS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of its own context; an error that no script caught fails the test at its end."""
    errors: list[str] = []
    context = chromium.new_context()
    opened = context.new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []
