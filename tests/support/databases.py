"""A database for every test, empty, migrated or begun, on SQLite and on PostgreSQL; one `Databases` serves a worker.

What a test begins from is made once per worker and kind, into a template; a test gets a copy (SQLite about 1 ms,
PostgreSQL about 50 ms where the run's folder is in memory, and several times that on a disk).
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Literal

from lotproof.storage import migrate
from lotproof.storage.engine import open_engine
from support.postgres import Server, shared_server

Kind = Literal["sqlite", "postgresql"]
_numbers = itertools.count()  # of the process: several may take databases from one server


class Databases:
    """run_folder: shared by all workers of the run.  worker_folder: this worker's own."""

    def __init__(self, run_folder: Path, worker_folder: Path) -> None:
        self._run_folder = run_folder
        self._folder = worker_folder
        self._templates: dict[tuple[Kind, Callable[[str], None]], str] = {}

    @contextmanager
    def empty(self, kind: Kind) -> Iterator[str]:
        """Give the URL of a database without tables, and remove it afterwards."""
        with self._sqlite() if kind == "sqlite" else self._postgresql("template1") as url:
            yield url

    @contextmanager
    def migrated(self, kind: Kind) -> Iterator[str]:
        """Give the URL of a database with all tables and no rows, and remove it afterwards."""
        with self.begun(kind, migrate_to_now) as url:
            yield url

    @contextmanager
    def begun(self, kind: Kind, begin: Callable[[str], None]) -> Iterator[str]:
        """Give the URL of a copy of what `begin` made in an empty database, once; and remove it afterwards."""
        template = self._templates.get((kind, begin)) or self._made_by(kind, begin)
        with self._sqlite(Path(template)) if kind == "sqlite" else self._postgresql(template) as url:
            yield url

    @property
    def server_url(self) -> str:
        """The URL of a PostgreSQL database that always exists, of a role that may make others."""
        return self._server.admin.render_as_string(hide_password=False)

    def close(self) -> None:
        """Remove the templates; the server itself is stopped by the run."""
        for (kind, _), template in self._templates.items():
            if kind == "postgresql":
                self._server.drop(template)

    def _made_by(self, kind: Kind, begin: Callable[[str], None]) -> str:
        name = self._name()
        if kind == "sqlite":
            template = str(self._folder / f"{name}.template")
            begin(f"sqlite:///{template}")
        else:
            template = name
            begin(self._server.create(name))
        self._templates[kind, begin] = template
        return template

    @contextmanager
    def _sqlite(self, template: Path | None = None) -> Iterator[str]:
        path = self._folder / f"{next(_numbers)}.sqlite"
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

    def _name(self) -> str:
        return f"lotproof_{os.getpid()}_{next(_numbers)}"


def migrate_to_now(url: str) -> None:
    """Make all tables in an empty database."""
    engine = open_engine(url)
    migrate.upgrade(engine)
    engine.dispose()  # the last connection to leave folds SQLite's write-ahead log into the file
