"""A PostgreSQL server of a test's own, which it may stop and start again."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import make_url

from lotproof.storage import migrate
from lotproof.storage.engine import open_engine
from support.postgres import Server, start_again, start_new, stop


@dataclass
class OwnServer:
    """url: of a database with all tables and no rows."""

    url: str
    state: dict[str, str]

    def stop(self) -> None:
        """End it as a machine does that goes down for a restart: sessions are ended, what is committed is kept."""
        stop(self.state, "fast")

    def start(self) -> None:
        """Start it again, on what it had."""
        start_again(self.state)


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """Start one, and remove it at the end."""
    state = start_new()
    try:
        url = Server(make_url(state["url"])).create("own")
        engine = open_engine(url)
        migrate.upgrade(engine)
        engine.dispose()
        yield OwnServer(url, state)
    finally:
        with suppress(subprocess.CalledProcessError):  # a test left it stopped
            stop(state, "immediate")
        shutil.rmtree(state["folder"], ignore_errors=True)
