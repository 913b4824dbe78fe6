"""Whoever numbers has its turn for a short time: who is silent in it loses it, and begins again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from lotproof.ledger import log as core
from lotproof.storage.engine import open_engine, reading, take_turn, writing
from support.world import World, check_ledger, lot

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
PID = text("SELECT pg_backend_pid()")
END = text("SELECT pg_terminate_backend(:pid, 10000)")


def test_numbering_whose_session_was_ended_begins_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, ended = core.sequence, list[int]()

    def ended_once(db: Connection, *rest: Any) -> Any:
        if not ended:
            ended.append(db.execute(PID).scalar_one())
            with world.read() as other:
                other.execute(END, {"pid": ended[0]})
        return number(db, *rest)

    monkeypatch.setattr(core, "sequence", ended_once)
    recorded = world.harvested("T1")

    assert ended
    assert recorded == lot("T1")
    with world.read() as db:
        assert db.execute(text("SELECT count(*) FROM log_inbox")).scalar_one() == 0
    check_ledger(world)


def test_a_server_that_stays_away_is_no_reason_to_try_for_ever(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = list[int]()

    def always_ended(db: Connection, *_rest: Any) -> Any:
        ended.append(db.execute(PID).scalar_one())
        with world.read() as other:
            other.execute(END, {"pid": ended[-1]})
        db.execute(PID)

    monkeypatch.setattr(core, "sequence", always_ended)

    with pytest.raises(DBAPIError):
        world.log.sequence()
    assert 1 < len(ended) < 10


def test_who_is_silent_in_its_turn_makes_room_for_others(engine: Engine) -> None:
    other = open_engine(engine.url.render_as_string(hide_password=False))

    with pytest.raises(DBAPIError) as error, writing(engine) as silent:  # it comes to its end, and has lost
        take_turn(silent, 7, most_idle_s=1)
        with other.begin() as db:
            take_turn(db, 7)  # waits for the second
    other.dispose()

    assert error.value.orig is not None
    assert getattr(error.value.orig, "sqlstate", None) in ("25P03", None)


def test_the_limit_ends_with_the_turn(engine: Engine) -> None:
    with writing(engine) as db:
        take_turn(db, 7, most_idle_s=1)

    with reading(engine) as db:
        shown = db.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one()
    assert shown == "0"
