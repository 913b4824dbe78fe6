"""Bring a database's tables to a revision, whole or not at all.

- Revisions live in `migrations/versions`. A migration works with the release before it; dropping a column
  takes two releases.
- One transaction carries all revisions of a call, on both databases: an error leaves the tables as they were.
- The tables that exist are compared with the models by the caller, who knows the models: this floor does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, MetaData, text

from lotproof.kernel.errors import LogFaultError
from lotproof.storage import base
from lotproof.storage.engine import reading, writing


def _render(kind: str, value: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types as `base.Utc()`: their arguments are their own business."""
    if kind == "type" and type(value).__module__ == base.__name__:
        return f"base.{type(value).__name__}()"
    return False


OPTIONS: dict[str, Any] = {
    "render_as_batch": True,
    "compare_type": True,
    "transactional_ddl": True,
    "render_item": _render,
}
"""How Alembic looks at a database, here and in `migrations/env.py`."""

SCRIPTS = "lotproof.storage:migrations"
"""Where the environment and the revisions are, as Alembic writes it: a package and a folder in it."""

_UPGRADE_LOCK = 0x4C4F5455
"""Advisory lock on PostgreSQL, so that two starting processes do not both create the tables."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables up to `revision`; does nothing where they are there already."""
    with _migrating(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the tables back to `revision`; "base" removes them all, with what they hold."""
    with _migrating(engine) as connection:
        command.downgrade(_config(connection), revision)


def current(engine: Engine) -> str | None:
    """Return the revision of the database, None where it has no tables yet."""
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """Return the revision that this release brings a database to."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def knows(revision: str) -> bool:
    """Whether this release has a revision."""
    try:
        return ScriptDirectory.from_config(_config(None)).get_revision(revision) is not None
    except CommandError:
        return False


def differences(engine: Engine, metadata: MetaData) -> list[Any]:
    """Return what the database has otherwise than `metadata`, as Alembic names it; empty where they agree."""
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts=OPTIONS)
        return list(compare_metadata(context, metadata))


def new_revision(engine: Engine, message: str, metadata: MetaData) -> None:
    """Write a revision that takes the database (at the newest revision) to `metadata`; for developers."""
    with _migrating(engine) as connection:
        config = _config(connection)
        config.attributes["metadata"] = metadata
        number = 1 + len(list(ScriptDirectory.from_config(config).walk_revisions()))
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    with writing(engine, foreign_keys=False) as connection:
        if engine.dialect.name == "sqlite":
            yield connection
            _refuse_orphans(connection)
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
            yield connection


def _refuse_orphans(connection: Connection) -> None:
    """Foreign keys were off while tables were rebuilt: check them before anything is committed."""
    orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
    if orphans:
        raise LogFaultError(
            "orphaned_rows",
            f"the migration left {len(orphans)} rows whose parents are gone, the first in {orphans[0][0]}",
            "nothing was changed; report it",
        )
