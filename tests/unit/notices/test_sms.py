"""Text messages by an HTTP gateway on this machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lotproof.notices.delivery import Channel
from lotproof.notices.post import gateway_of
from lotproof.notices.senders import RefusedByReceiverError, TryLaterError, UnreachableError
from lotproof.notices.sms import HttpSmsSender
from support.mail_servers import HOST, closed_port, silent_server, sms_gateway
from support.notices import LETTER

MESSAGE = replace(
    LETTER, channel=Channel.SMS, to="+8613800138000", text="您的验证码是123456", title="您的验证码", links=()
)


def sender_to(port: int, timeout_s: float = 5) -> HttpSmsSender:
    return HttpSmsSender(gateway_of(f"http://{HOST}:{port}/send", "secret"), timeout_s=timeout_s)


def test_a_message_is_one_json_object_with_a_key_that_stays_the_same() -> None:
    with sms_gateway() as gateway:
        sender_to(gateway.port).send(MESSAGE)
        sender_to(gateway.port).send(MESSAGE)

    sent = {"id": "lotproof-7-1780300800000", "to": "+8613800138000", "text": "您的验证码是123456"}
    assert gateway.messages == [sent, sent]
    assert gateway.headers[0]["Authorization"] == "Bearer secret"
    assert gateway.headers[0]["Idempotency-Key"] == sent["id"]


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, TryLaterError), (500, TryLaterError), (503, TryLaterError), (400, RefusedByReceiverError),
     (422, RefusedByReceiverError), (401, UnreachableError), (403, UnreachableError), (302, UnreachableError)],
)  # fmt: skip
def test_what_the_gateway_answers(status: int, error: type[Exception]) -> None:
    with sms_gateway() as gateway, pytest.raises(error) as raised:
        gateway.answers.append(status)
        sender_to(gateway.port).send(MESSAGE)

    assert type(raised.value) is error
    assert "123456" not in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_gateway_that_is_not_there_or_says_nothing() -> None:
    with pytest.raises(UnreachableError):
        sender_to(closed_port()).send(MESSAGE)
    with silent_server() as port, pytest.raises(UnreachableError):
        sender_to(port, timeout_s=0.2).send(MESSAGE)
