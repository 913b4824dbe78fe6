"""A process is killed at its system calls: at every one that writes, or at a sample of them, on both databases.

Without more it is killed right after each call that makes something stand (a commit, a file's new name), and at `MOST`
others, spread evenly, the first and the last among them; `LOTPROOF_FAULTS=all` tries all.
Memory that SQLite shares between processes (`-shm`) is written without system calls, and does not count here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, text

from support.long_lived import LongLived
from support.one_act import act, check_all, check_on, document_is_kept, settled, times_recorded
from support.sampled import sampled
from support.tracing import Target, call_of
from support.world import World

MOST = 3
KILLED = -9
_STANDS = re.compile(r"fdatasync|rename|sendto.*COMMIT")


def test_nothing_acknowledged_is_lost_wherever_the_process_is_killed(
    ledger: LongLived, target: Target, database_kind: str
) -> None:
    target.run(ledger.job())  # what only the first one does
    whole = target.run(ledger.job())
    assert (whole.exit_code, len(whole.marks)) == (0, 2)

    finished = 0
    for call in calls_to_try(whole.lines):
        told = ledger.job()
        run = target.run(told, call_of(whole.lines, call))
        assert run.exit_code in (KILLED, 0), (call, run.lines[-1:])
        finished += run.exit_code == 0
        n, at = told["acts"][0], ledger.world.clock.now
        _wait_for_its_connections(ledger.world.log.engine)
        with settled(ledger.world) as fresh:
            ledger.state = check_on(fresh, ledger.state)
            stands = times_recorded(fresh, n)
            assert stands or f"acted {n}" not in run.marks, (call, run.lines[-1:])
            assert document_is_kept(fresh, n) or not stands
        _again(ledger.world, n, at)
    assert finished <= 2  # a run may do a call less than another, so that the last kill comes too late
    check_all(ledger.world)
    ledger.broken = False


def calls_to_try(lines: Sequence[str]) -> list[int]:
    """Numbers of calls, from 1. A call is not done when the process is killed at it."""
    after = {n + 1 for n, line in enumerate(lines[:-1], 1) if _STANDS.match(line)}
    return sorted(after.union(sampled(len(lines), MOST)))


def _again(world: World, n: int, at: Any) -> None:
    act(world.log, n, at)
    assert times_recorded(world, n) == 1
    world.log.publish()


def _wait_for_its_connections(engine: Engine) -> None:
    """PostgreSQL notices that a client is gone once it has done what it was told: ask until it has."""
    if engine.dialect.name != "postgresql":
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with engine.connect() as db:
        while db.execute(others).scalar_one():
            db.rollback()
