"""A database for every test, empty or migrated, on SQLite and on PostgreSQL; one `Databases` serves a worker.

Migrations run once per worker and kind, into a template; a test gets a copy (SQLite about 1 ms, PostgreSQL
about 40 ms).
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Literal

from lotproof.storage import migrate
from lotproof.storage.engine import open_engine
from support.postgres import Server, shared_server

Kind = Literal["sqlite", "postgresql"]


class Databases:
    """run_folder: shared by all workers of the run.  worker_folder: this worker's own."""

    def __init__(self, run_folder: Path, worker_folder: Path) -> None:
        self._run_folder = run_folder
        self._folder = worker_folder
        self._numbers = itertools.count()

    @contextmanager
    def empty(self, kind: Kind) -> Iterator[str]:
        """Give the URL of a database without tables, and remove it afterwards."""
        with self._sqlite() if kind == "sqlite" else self._postgresql("template1") as url:
            yield url

    @contextmanager
    def migrated(self, kind: Kind) -> Iterator[str]:
        """Give the URL of a database with all tables and no rows, and remove it afterwards."""
        if kind == "postgresql":
            with self._postgresql(self._postgresql_template) as url:
                yield url
        else:
            with self._sqlite(self._sqlite_template) as url:
                yield url

    def close(self) -> None:
        """Remove the template; the server itself is stopped by the run."""
        if "_postgresql_template" in self.__dict__:
            self._server.drop(self._postgresql_template)

    @contextmanager
    def _sqlite(self, template: Path | None = None) -> Iterator[str]:
        path = self._folder / f"{next(self._numbers)}.sqlite"
        if template:
            shutil.copyfile(template, path)
        yield f"sqlite:///{path}"
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()

    @contextmanager
    def _postgresql(self, template: str) -> Iterator[str]:
        name = self._name()
        try:
            yield self._server.create(name, template)
        finally:
            self._server.drop(name)

    @cached_property
    def _server(self) -> Server:
        return shared_server(self._run_folder)

    @cached_property
    def _sqlite_template(self) -> Path:
        path = self._folder / "template.sqlite"
        _migrate(f"sqlite:///{path}")
        return path

    @cached_property
    def _postgresql_template(self) -> str:
        name = self._name()
        _migrate(self._server.create(name))
        return name

    def _name(self) -> str:
        return f"lotproof_{os.getpid()}_{next(self._numbers)}"


def _migrate(url: str) -> None:
    engine = open_engine(url)
    migrate.upgrade(engine)
    engine.dispose()  # the last connection to leave folds SQLite's write-ahead log into the file
