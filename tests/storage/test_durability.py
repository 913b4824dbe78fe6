"""A connection on which a commit could be lost is refused, and closed."""

import sqlite3
from typing import Any

import pytest
from sqlalchemy import Engine

from lotproof.kernel.errors import RefusedError
from lotproof.storage import durability
from lotproof.storage.engine import open_engine, reading

POSTGRESQL_ONLY = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
SQLITE_ONLY = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


class Settled:
    """A driver's connection to a server with given settings."""

    def __init__(self, fsync: str, synchronous_commit: str) -> None:
        self.row = (fsync, synchronous_commit, "UTC", "1000ms")
        self.closed = False

    def execute(self, *_: Any) -> "Settled":
        return self

    def fetchone(self) -> tuple[str, ...]:
        return self.row

    def commit(self) -> None:
        """Nothing was written."""

    def close(self) -> None:
        self.closed = True


@SQLITE_ONLY
def test_every_sqlite_connection_syncs_its_log_at_each_commit(engine: Engine) -> None:
    with reading(engine) as db:
        found = {
            name: db.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_sqlite_that_cannot_keep_a_write_ahead_log_is_refused() -> None:
    connection = sqlite3.connect(":memory:")

    with pytest.raises(RefusedError) as caught:
        durability.settle_sqlite(connection, None, wait_s=1)

    assert caught.value.code == "not_durable"
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


@POSTGRESQL_ONLY
def test_a_postgresql_connection_that_does_not_wait_for_its_commits_is_refused(database_url: str) -> None:
    hasty = open_engine(f"{database_url}&options=-csynchronous_commit%3Doff")

    with pytest.raises(RefusedError) as caught, reading(hasty):
        pass

    assert caught.value.code == "not_durable"
    assert "synchronous_commit=off" in caught.value.message


@pytest.mark.parametrize(("fsync", "synchronous_commit"), [("off", "on"), ("on", "off"), ("off", "off")])
def test_a_server_that_does_not_sync_is_refused_and_left(fsync: str, synchronous_commit: str) -> None:
    connection = Settled(fsync, synchronous_commit)

    with pytest.raises(RefusedError) as caught:
        durability.settle_postgresql(connection, None, wait_s=1)  # type: ignore[arg-type]

    assert caught.value.code == "not_durable"
    assert connection.closed


@pytest.mark.parametrize("synchronous_commit", ["on", "local", "remote_write", "remote_apply"])
def test_a_server_that_syncs_at_least_its_own_disk_is_welcome(synchronous_commit: str) -> None:
    connection = Settled("on", synchronous_commit)

    durability.settle_postgresql(connection, None, wait_s=1)  # type: ignore[arg-type]

    assert not connection.closed


@POSTGRESQL_ONLY
def test_a_postgresql_connection_speaks_of_time_in_utc(engine: Engine) -> None:
    with reading(engine) as db:
        assert db.exec_driver_sql("SHOW timezone").scalar() == "UTC"


@POSTGRESQL_ONLY
def test_a_server_whose_machine_is_gone_is_noticed_within_half_a_minute(engine: Engine) -> None:
    with engine.connect() as db:
        told = db.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]

    asked = {name: int(told[name]) for name in durability.KEEPALIVES}
    assert asked == durability.KEEPALIVES
    assert asked["keepalives_idle"] + asked["keepalives_interval"] * asked["keepalives_count"] <= 30
