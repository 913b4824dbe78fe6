"""The loop that sends, and ticks once a minute, in one process at a time."""

from __future__ import annotations

import pytest

from lotproof.kernel.errors import LotproofError
from lotproof.notices.delivery import Channel
from lotproof.notices.ticking import Done
from lotproof.people.roles import Role
from lotproof.storage.one_process import one_process_at
from lotproof_web import mail_keeper
from lotproof_web.mail_keeper import MailKeeper
from support.notices import URL, Hand, told
from support.people import browser_of, person
from support.served import Served
from support.world import FARM, World


def test_a_turn_sends_what_waits(world: World) -> None:
    hand = Hand()
    told(world, person(world, "Ann", FARM.party_uri, Role.SUPPLIER))

    MailKeeper(world.log, {Channel.MAIL: hand}, URL).turn()

    assert [letter.title for letter in hand.taken] == ["Lot A1 is held"]


def test_it_ticks_once_a_minute(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks: list[object] = []
    monkeypatch.setattr(mail_keeper, "tick", lambda _log, at: ticks.append(at) or [])
    keeper = MailKeeper(world.log, {}, URL)

    for _ in range(13):
        keeper.turn()
        world.later(seconds=10)

    assert len(ticks) == 3


def test_mails_are_sent_although_a_job_fails_and_the_loop_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_keeper, "tick", lambda *_: [Done("digests", 0, "OSError")])
    hand = Hand()
    told(world, person(world, "Ann", FARM.party_uri, Role.SUPPLIER))

    with pytest.raises(LotproofError, match="digests"):
        MailKeeper(world.log, {Channel.MAIL: hand}, URL).turn()

    assert len(hand.taken) == 1


def test_another_process_that_is_at_it_is_left_alone(world: World) -> None:
    hand = Hand()
    told(world, person(world, "Ann", FARM.party_uri, Role.SUPPLIER))
    keeper = MailKeeper(world.log, {Channel.MAIL: hand}, URL)

    with one_process_at(world.log.engine, "mails"):
        assert keeper.loop.take_turn() is False
    assert hand.taken == []
    assert keeper.loop.take_turn() is True


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_bell_counts_what_is_unread(world: World, served: Served) -> None:
    ann = person(world, "Ann", FARM.party_uri, Role.SUPPLIER)
    client = browser_of(world, served, ann)
    assert 'class="count"' not in client.get("/tasks").text

    for once in "123":
        told(world, ann, once=once)

    assert '<b class="count">3</b>' in client.get("/tasks").text
