"""What waits is sent: at least once, under the same id, by any number of processes, whatever goes wrong."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import update

from lotproof.notices.codes import send_code
from lotproof.notices.delivery import Channel
from lotproof.notices.letters import Letter
from lotproof.notices.mail_folder import FolderSender
from lotproof.notices.outbox import CLAIM, MOST_TRIES, Run, pause, send_due, try_again
from lotproof.notices.post import SmtpServer, address_of
from lotproof.notices.senders import RefusedByReceiverError, Sender, TryLaterError, UnreachableError
from lotproof.notices.smtp import SmtpSender
from lotproof.people.models import Account
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from support.mail_servers import HOST, closed_port, smtp_server
from support.notices import URL, Hand, leaving, told
from support.people import person
from support.statements import counted
from support.world import FARM, World


def send(world: World, sender: Sender, channel: Channel = Channel.MAIL) -> Run:
    return send_due(world.log.engine, {channel: sender}, world.clock, URL)


def reader(world: World, name: str = "Ann", language: str = "en") -> int:
    return person(world, name, FARM.party_uri, Role.SUPPLIER, language=language)


def test_a_notice_is_sent_in_the_readers_words_and_then_its_row_is_empty(world: World) -> None:
    ann = reader(world, language="zh_Hans")
    told(world, ann)
    hand = Hand()

    assert send(world, hand) == Run(sent=1)
    assert send(world, hand) == Run()

    (letter,) = hand.taken
    assert (letter.to, letter.name, letter.title) == ("ann@example.org", "Ann", "批次A1已冻结")
    assert letter.links[0][1].startswith(f"{URL}/notices/")
    (row,) = leaving(world)
    assert (row.state, row.address, row.detail, row.sent_at) == ("sent", None, {}, world.clock.now)


def test_real_smtp_is_tried_again_with_the_same_message_id(world: World) -> None:
    told(world, reader(world))
    with smtp_server() as inbox:
        inbox.to_data += ["451 later", "lost", "250 OK"]
        sender = SmtpSender(SmtpServer(HOST, inbox.port, starttls=False), address_of("a@x.org"), timeout_s=5)
        runs = []
        for _ in range(3):
            runs.append(send(world, sender))
            world.later(hours=1)

    ids = {message_from_bytes(data, policy=policy.default)["Message-ID"] for _, data in inbox.mails}
    assert runs == [Run(later=1), Run(later=1), Run(sent=1)]
    assert (len(inbox.mails), len(ids)) == (2, 1)  # the lost one was taken: at least once, one id
    assert leaving(world)[0].tries == 3


def test_the_pause_doubles_and_ends_and_codes_have_shorter_ones() -> None:
    assert [pause(tries, 1).total_seconds() / 60 for tries in (1, 2, 3, 4, 9, 10, 12)] == [
        1,
        2,
        4,
        8,
        256,
        360,
        360,
    ]
    assert [pause(tries, 0).total_seconds() for tries in (1, 2, 3)] == [10, 20, 40]


def test_before_its_pause_is_over_nothing_is_tried(world: World) -> None:
    told(world, reader(world))
    hand = Hand(fails=[TryLaterError("busy")])

    assert send(world, hand) == Run(later=1)
    world.later(seconds=59)
    assert send(world, hand) == Run()
    world.later(seconds=1)
    assert send(world, hand) == Run(sent=1)


def test_what_never_gets_through_is_given_up_and_an_operator_can_try_again(world: World) -> None:
    told(world, reader(world))
    hand = Hand(fails=[TryLaterError("busy") for _ in range(MOST_TRIES)])
    runs = []
    for _ in range(MOST_TRIES):
        runs.append(send(world, hand))
        world.later(hours=6)

    assert runs == [Run(later=1)] * (MOST_TRIES - 1) + [Run(failed=1)]
    assert send(world, hand) == Run()
    assert (leaving(world)[0].state, leaving(world)[0].last_error) == ("failed", "busy")
    with writing(world.log.engine) as db:
        assert try_again(db, world.clock.now) == 1
    assert send(world, hand) == Run(sent=1)


def test_what_is_refused_for_good_is_not_tried_again(world: World) -> None:
    told(world, reader(world))
    hand = Hand(fails=[RefusedByReceiverError("550 no such user")])

    assert send(world, hand) == Run(failed=1)
    world.later(days=1)
    assert send(world, hand) == Run()
    assert leaving(world)[0].last_error == "550 no such user"


def test_a_server_that_is_away_costs_one_row_a_try_and_not_each(world: World) -> None:
    told(world, *(reader(world, f"P{n}") for n in range(20)))
    sender = SmtpSender(SmtpServer(HOST, closed_port(), starttls=False), address_of("a@x.org"), timeout_s=1)

    assert send(world, sender) == Run(later=1)
    assert sorted(row.tries for row in leaving(world)) == [0] * 19 + [1]
    hand = Hand()
    world.later(minutes=2)
    assert send(world, hand) == Run(sent=20)


def test_a_worker_that_dies_leaves_a_row_that_comes_up_again(world: World) -> None:
    told(world, reader(world))
    hand = Hand(fails=[KeyboardInterrupt()])

    with pytest.raises(KeyboardInterrupt):
        send(world, hand)
    assert send(world, hand) == Run()  # it may still be at it
    world.later(seconds=CLAIM.total_seconds())
    assert send(world, hand) == Run(sent=1)
    assert leaving(world)[0].tries == 2


def test_a_worker_that_comes_back_after_its_claim_does_not_undo_what_another_did(world: World) -> None:
    told(world, reader(world))
    other = Hand()

    class Slow(Hand):
        def send(self, letter: Letter) -> None:
            world.later(seconds=CLAIM.total_seconds())
            assert send_due(world.log.engine, {Channel.MAIL: other}, world.clock, URL) == Run(sent=1)
            raise TryLaterError("too slow")

    assert send(world, Slow()) == Run(later=1)
    assert (leaving(world)[0].state, len(other.taken)) == ("sent", 1)


def test_several_workers_at_once_send_each_once(world: World) -> None:
    told(world, *(reader(world, f"P{n}") for n in range(25)))
    hand = Hand()

    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: send(world, hand), range(4)))

    assert sum(run.sent for run in runs) == 25
    assert len({letter.id for letter in hand.taken}) == len(hand.taken) == 25


def test_a_code_goes_before_everything_and_is_nowhere_afterwards(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told(world, reader(world))
    with writing(world.log.engine) as db:
        send_code(db, "mail", "new@example.org", "123456", "zh_Hant", world.clock.now)
    hand = Hand(fails=[TryLaterError("busy")])

    assert send(world, hand) == Run(sent=1, later=1)
    world.later(seconds=10)
    assert send(world, hand) == Run(sent=1)

    assert hand.taken[-1].to == "new@example.org"
    assert "123456" in hand.taken[-1].text
    assert not any(row.address or row.detail for row in leaving(world))
    assert "123456" not in caplog.text
    assert "example.org" not in caplog.text


def test_a_code_that_has_run_out_is_not_sent_and_not_kept(world: World) -> None:
    with writing(world.log.engine) as db:
        send_code(db, "mail", "new@example.org", "123456", "en", world.clock.now)
    world.later(minutes=10)
    hand = Hand()

    assert send(world, hand) == Run()
    assert hand.taken == []
    (row,) = leaving(world)
    assert (row.state, row.address, row.detail) == ("failed", None, {})
    with writing(world.log.engine) as db:
        assert try_again(db, world.clock.now) == 0


def test_without_a_way_notices_stay_in_the_app_and_codes_are_emptied(world: World) -> None:
    told(world, reader(world))
    with writing(world.log.engine) as db:
        send_code(db, "sms", "+8613800138000", "123456", "en", world.clock.now)

    assert send_due(world.log.engine, {}, world.clock, URL) == Run(no_way=2)
    assert [(row.state, row.address, row.detail) for row in leaving(world)] == [("no_way", None, {})] * 2
    with writing(world.log.engine) as db:
        assert try_again(db, world.clock.now) == 1  # the notice; the code is gone
    assert send(world, Hand()) == Run(sent=1)


def test_an_account_that_was_closed_meanwhile_gets_nothing(world: World) -> None:
    told(world, reader(world))
    with writing(world.log.engine) as db:
        db.execute(update(Account).values(deactivated_at=world.clock.now, mail=None))
    hand = Hand()

    assert send(world, hand) == Run(failed=1)
    assert hand.taken == []


def test_looking_for_nothing_is_one_small_read(world: World) -> None:
    with counted(world.log.engine) as statements:
        send(world, Hand())

    assert len(statements) <= 2  # PostgreSQL also says what kind of transaction it is


def test_the_folder_has_one_file_a_letter_for_its_owner_alone(world: World, tmp_path: Path) -> None:
    told(world, reader(world, language="zh_Hans"))
    with writing(world.log.engine) as db:
        send_code(db, "sms", "+8613800138000", "123456", "en", world.clock.now)
    folder = tmp_path / "mails"
    sender = FolderSender(folder, address_of("Lotproof <a@x.org>"))

    run = send_due(world.log.engine, {Channel.MAIL: sender, Channel.SMS: sender}, world.clock, URL)

    mail, message = sorted(folder.iterdir())
    assert run == Run(sent=2)
    assert message_from_bytes(mail.read_bytes(), policy=policy.default)["Subject"] == "批次A1已冻结"
    assert message.read_text().startswith("+8613800138000\n")
    assert "123456" in message.read_text()
    assert [oct(path.stat().st_mode & 0o777) for path in (folder, mail, message)] == [
        "0o700",
        "0o600",
        "0o600",
    ]


def test_a_folder_that_cannot_be_written_is_tried_again(world: World, tmp_path: Path) -> None:
    told(world, reader(world))
    (tmp_path / "mails").write_text("in the way")

    assert send(world, FolderSender(tmp_path / "mails", address_of("a@x.org"))) == Run(later=1)
    assert leaving(world)[0].next_try_at == world.clock.now + timedelta(minutes=1)


def test_a_server_against_which_nothing_can_be_said_is_unreachable(world: World) -> None:
    told(world, *(reader(world, f"P{n}") for n in range(3)))
    hand = Hand(fails=[UnreachableError("away")])

    assert send(world, hand) == Run(later=1)
    assert hand.taken == []
