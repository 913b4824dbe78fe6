"""Heads entries behind the requests: made when they are due, by one process, and never where they are not wanted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.ledger.heads import Stated, newest_stated
from lotproof.ledger.log import Log
from lotproof_web.log import heads as web
from lotproof_web.log.heads import HeadsKeeper
from support.world import World, check_ledger

EVERY = timedelta(minutes=10)


def newest(world: World) -> Stated | None:
    """The newest heads entry."""
    with world.read() as db:
        return newest_stated(db)


def test_the_first_heads_entry_is_made_at_once_and_the_next_when_the_log_has_grown(world: World) -> None:
    keeper = HeadsKeeper(world.log, EVERY)

    keeper.turn()
    first = newest(world)
    world.later(minutes=20)
    keeper.turn()
    assert newest(world) == first
    world.harvested("H1")
    keeper.turn()
    second = newest(world)

    assert first is not None
    assert second is not None
    assert second.index > first.index
    world.harvested("H2")
    keeper.turn()
    assert newest(world) == second  # one minute later
    check_ledger(world)


def test_no_heads_are_made_where_none_are_wanted(world: World) -> None:
    HeadsKeeper(world.log, None).turn()

    assert newest(world) is None


def test_another_process_that_is_at_it_is_no_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_: Log) -> None:
        raise RefusedError("heads_busy", "another process is at it")

    monkeypatch.setattr(web, "state_heads", busy)
    keeper = HeadsKeeper(world.log, EVERY)

    keeper.loop.take_turn()

    assert keeper.loop.fault == ""


def test_what_keeps_heads_from_being_made_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def without_key(_: Log) -> None:
        raise NotFoundError("no_signing_key", "the operator has no key that could sign")

    monkeypatch.setattr(web, "state_heads", without_key)
    keeper = HeadsKeeper(world.log, EVERY)

    keeper.loop.take_turn()

    assert keeper.loop.fault == "no_signing_key: the operator has no key that could sign"
