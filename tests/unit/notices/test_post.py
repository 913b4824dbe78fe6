"""How an installation says where mails and text messages go."""

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof.notices.delivery import Channel
from lotproof.notices.mail_folder import FolderSender
from lotproof.notices.post import Post, SmtpServer, address_of, gateway_of, server_of
from lotproof.notices.ways import ways_of
from lotproof_schemas.settings import read_settings


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", SmtpServer("mail.example.org", 587)),
        ("smtps://a%40b:p%2F%3A@mail.example.org", SmtpServer("mail.example.org", 465, "a@b", "p/:", True, False)),
        ("smtp://mail.example.org:25?starttls=no", SmtpServer("mail.example.org", 25, starttls=False)),
        ("smtp://a:b@127.0.0.1:25?starttls=no", SmtpServer("127.0.0.1", 25, "a", "b", starttls=False)),
    ],
)  # fmt: skip
def test_where_mails_go(url: str, server: SmtpServer) -> None:
    assert server_of(url) == server


@pytest.mark.parametrize(
    "url",
    ["", "mail.example.org", "http://x", "smtp://", "smtp://x/y", "smtp://x?tls=no", "smtp://a:b@x?starttls=no", "smtp://x:99999"],
)  # fmt: skip
def test_where_mails_cannot_go(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        server_of(url)


@pytest.mark.parametrize(
    "url", ["", "http://sms.example.org/send", "https://a:b@x/", "ftp://x", "https://x/#y"]
)
def test_where_text_messages_cannot_go(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        gateway_of(url)


def test_where_text_messages_go() -> None:
    there = gateway_of("https://sms.example.org:8443/v1/send?x=1", "secret")

    assert (there.host, there.port, there.path, there.is_tls) == (
        "sms.example.org",
        8443,
        "/v1/send?x=1",
        True,
    )
    assert "secret" not in repr(there)


@pytest.mark.parametrize("text", ["", "Lotproof", "a@", "A <a@b>\r\nBcc: c@d"])
def test_who_mails_cannot_come_from(text: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        address_of(text)


def test_without_settings_there_is_no_way_and_the_demonstration_writes_files() -> None:
    nothing = read_settings({"LOTPROOF_HOME": "/tmp/x"}).post
    demo = read_settings({"LOTPROOF_HOME": "/tmp/x", "LOTPROOF_DEMO": "true"}).post
    real = read_settings(
        {
            "LOTPROOF_SMTP_URL": "smtps://u:secret@mail.example.org",
            "LOTPROOF_SMS_URL": "https://sms.example.org/",
            "LOTPROOF_SMS_TOKEN": "secret",
            "LOTPROOF_PUBLIC_URL": "https://lot.example.org",
        }
    ).post

    assert ways_of(nothing) == {}
    assert {type(way) for way in ways_of(demo).values()} == {FolderSender}
    assert str(demo.folder) == "/tmp/x/mails"
    assert set(ways_of(real)) == set(Channel)
    assert real.mail_from == "Lotproof <lotproof@lot.example.org>"
    assert "secret" not in repr(real)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOTPROOF_SMTP_URL", "mail.example.org"),
        ("LOTPROOF_SMTP_URL", "smtp://u:secret@mail.example.org?starttls=no"),
        ("LOTPROOF_MAIL_FROM", "Lotproof"),
        ("LOTPROOF_SMS_URL", "http://sms.example.org/"),
        ("LOTPROOF_SMS_TOKEN", "sec ret"),
    ],
)
def test_a_wrong_setting_is_said_without_its_secret(name: str, value: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_settings({name: value})

    assert [problem.where for problem in refused.value.problems] == [name]
    assert "secret" not in str(refused.value)
    assert "sec ret" not in str(refused.value)


def test_there_is_no_post_at_all_by_itself() -> None:
    assert ways_of(Post()) == {}
