"""Knowing, without a pause, that others wait for what a transaction holds. PostgreSQL alone tells."""

from sqlalchemy import Connection, text

_WAITING = text(
    "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE NOT granted AND datname = current_database()"
)
_MOST_LOOKS = 20_000


def until_waiting(db: Connection, number: int = 1) -> None:
    """Return when so many sessions of this database wait for a lock. Raises: AssertionError if they never do."""
    assert any(db.execute(_WAITING).scalar_one() >= number for _ in range(_MOST_LOOKS)), "nobody waits"
