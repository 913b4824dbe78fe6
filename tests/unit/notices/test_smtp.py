"""Mail by real SMTP on this machine: what a server answers, and what it does not."""

from __future__ import annotations

import ssl
from dataclasses import replace
from email.headerregistry import Address
from pathlib import Path

import pytest

from lotproof.notices.post import SmtpServer
from lotproof.notices.senders import RefusedByReceiverError, TryLaterError, UnreachableError
from lotproof.notices.smtp import SmtpSender
from support.mail_servers import HOST, certificate, closed_port, silent_server, smtp_server
from support.notices import LETTER, SENDER


def sender_to(port: int, context: ssl.SSLContext | None = None, **changes: object) -> SmtpSender:
    server = replace(SmtpServer(HOST, port, starttls=False), **changes)  # type: ignore[arg-type]
    return SmtpSender(server, SENDER, timeout_s=5, context=context)


def test_several_mails_are_handed_in_by_one_connection() -> None:
    with smtp_server() as inbox:
        sender = sender_to(inbox.port)
        for id in range(3):
            sender.send(replace(LETTER, id=id))
        sender.close()

    assert [to for to, _ in inbox.mails] == [["wang.fang@example.org"]] * 3
    assert b"Message-ID: <lotproof-2-" in inbox.mails[2][1]


@pytest.mark.parametrize("at", ["to_rcpt", "to_data"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [("450 busy", TryLaterError), ("452 full", TryLaterError), ("550 no such user", RefusedByReceiverError)],
)
def test_4xx_is_for_later_and_5xx_for_good(at: str, answer: str, error: type[Exception]) -> None:
    with smtp_server() as inbox:
        getattr(inbox, at).append(answer)
        sender = sender_to(inbox.port)
        with pytest.raises(error) as raised:
            sender.send(LETTER)
        sender.send(LETTER)  # the next one gets through
        sender.close()

    assert type(raised.value) is error
    assert len(inbox.mails) == 1


def test_what_a_server_says_is_kept_without_the_address() -> None:
    with smtp_server() as inbox:
        inbox.to_rcpt.append("550 <wang.fang@example.org>: no such mailbox")
        sender = sender_to(inbox.port)
        with pytest.raises(RefusedByReceiverError) as refused:
            sender.send(LETTER)
        sender.close()

    assert refused.value.message == "550 … no such mailbox"


def test_login_and_mail_are_said_by_tls_alone(tmp_path: Path) -> None:
    server, client = certificate(tmp_path)
    with smtp_server(login=("lot", "secret"), tls=server) as inbox:
        sender = sender_to(inbox.port, client, starttls=True, user="lot", password="secret")
        sender.send(LETTER)
        sender.close()
        with pytest.raises(UnreachableError) as wrong:
            sender_to(inbox.port, client, starttls=True, user="lot", password="wrong").send(LETTER)
        with pytest.raises(UnreachableError):  # nobody has signed this certificate
            sender_to(inbox.port, starttls=True, user="lot", password="secret").send(LETTER)

    assert len(inbox.mails) == 1
    assert "535" in wrong.value.message
    assert "wrong" not in wrong.value.message


def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    server, client = certificate(tmp_path)
    with smtp_server(tls=server, implicit=True) as inbox:
        sender = sender_to(inbox.port, client, is_tls=True)
        sender.send(LETTER)
        sender.close()

    assert len(inbox.mails) == 1


def test_nothing_is_sent_where_a_server_has_no_starttls() -> None:
    with smtp_server() as inbox, pytest.raises(UnreachableError):
        sender_to(inbox.port, starttls=True).send(LETTER)

    assert inbox.mails == []


def test_a_server_that_is_not_there_or_says_nothing_is_waited_for_in_vain_for_a_bounded_time() -> None:
    with pytest.raises(UnreachableError):
        sender_to(closed_port()).send(LETTER)
    with silent_server() as port, pytest.raises(UnreachableError):
        SmtpSender(SmtpServer(HOST, port, starttls=False), SENDER, timeout_s=0.2).send(LETTER)


def test_an_address_that_the_server_cannot_write_is_refused() -> None:
    with smtp_server() as inbox:
        sender = sender_to(inbox.port)
        sender.send(replace(LETTER, to="王芳@example.org"))  # this one speaks SMTPUTF8
        sender.close()

    assert inbox.mails[0][0] == ["王芳@example.org"]


def test_a_sender_in_chinese_is_fine() -> None:
    with smtp_server() as inbox:
        sender = SmtpSender(
            SmtpServer(HOST, inbox.port, starttls=False), Address("农场", "a", "x.org"), timeout_s=5
        )
        sender.send(LETTER)
        sender.close()

    assert b"From: =?utf-8?" in inbox.mails[0][1]
