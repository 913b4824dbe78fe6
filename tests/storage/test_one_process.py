"""One process at a time: who comes second is told so, and whoever dies lets go."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from lotproof.storage.engine import open_engine, writing
from lotproof.storage.one_process import one_process_at


def other_process(engine: Engine) -> Engine:
    return open_engine(engine.url.render_as_string(hide_password=False))


def test_work_is_free_for_one_and_taken_for_the_others(engine: Engine) -> None:
    other = other_process(engine)

    with (
        one_process_at(engine, "work") as first,
        one_process_at(other, "work") as second,
        one_process_at(other, "another") as apart,
    ):
        told = (first, second, apart)
    with one_process_at(other, "work") as afterwards:
        pass
    other.dispose()

    assert told == (True, False, True)
    assert afterwards


def test_work_is_free_again_when_it_failed(engine: Engine) -> None:
    try:
        with one_process_at(engine, "work"):
            raise OSError("disk full")
    except OSError:
        pass

    with one_process_at(engine, "work") as free:
        assert free


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_work_whose_process_was_cut_off_is_free_for_others(engine: Engine) -> None:
    other = other_process(engine)
    holders = text(
        "SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction' AND query ~ 'try_advisory'"
    )
    free = False

    with pytest.raises(OperationalError), one_process_at(engine, "work"), writing(other) as db:
        here = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        pids = set(db.execute(holders).scalars()) & set(db.execute(text(here)).scalars())
        for pid in pids:
            db.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})
        with one_process_at(other, "work") as free:
            pass
    other.dispose()

    assert free
