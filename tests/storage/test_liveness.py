"""A connection whose server has gone is replaced before anybody is given it, without asking at every turn."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text

from lotproof.storage import liveness
from lotproof.storage.engine import open_engine, reading, writing

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def backend(engine: Engine) -> int:
    with reading(engine) as db:
        return int(db.execute(text("SELECT pg_backend_pid()")).scalar_one())


def end(engine: Engine, pid: int) -> None:
    """End a session from another one, and wait until it is gone."""
    other = open_engine(engine.url.render_as_string(hide_password=False))
    with writing(other) as db:
        db.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})
    other.dispose()


def test_a_session_that_the_server_ended_is_replaced_before_it_is_used(engine: Engine) -> None:
    before = backend(engine)

    end(engine, before)

    assert backend(engine) != before


def test_the_server_is_not_asked_at_every_turn(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = backend(engine)

    def asked(_driver: Any) -> bool:
        raise AssertionError("asked")

    monkeypatch.setattr(engine.dialect, "do_ping", asked)

    assert backend(engine) == before


def test_the_server_is_asked_about_a_connection_that_lay_unused(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, asked = backend(engine), list[Any]()
    monkeypatch.setattr(liveness, "UNASKED_S", -1.0)
    monkeypatch.setattr(engine.dialect, "do_ping", asked.append)

    assert backend(engine) == before
    assert len(asked) == 1
