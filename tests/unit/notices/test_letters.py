"""What leaves the house: whole, the same at every try, and never a header line that somebody wrote."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from lotproof.notices.delivery import Channel
from lotproof.notices.letters import Letter, mail, text_message
from lotproof.notices.senders import RefusedByReceiverError
from support.notices import LETTER, SENDER


def read_back(letter: Letter) -> EmailMessage:
    parsed = message_from_bytes(mail(letter, SENDER).as_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert parsed.defects == []
    return parsed


def test_a_mail_says_the_same_in_text_and_html() -> None:
    read = read_back(LETTER)
    plain, html = (read.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))  # type: ignore[union-attr]

    assert read["Subject"] == LETTER.title
    assert read["To"].addresses[0].display_name == "王芳"
    assert read["To"].addresses[0].addr_spec == "wang.fang@example.org"
    assert read["From"].addresses[0].addr_spec == "notices@lot.example.org"
    assert read["Auto-Submitted"] == "auto-generated"
    assert "第一行\n<b>second</b> & third" in plain
    assert "https://lot.example.org/notices/7" in plain
    assert "&lt;b&gt;second&lt;/b&gt; &amp; third" in html
    assert '<a href="https://lot.example.org/notices/7">查看</a>' in html
    assert '<html lang="zh-Hans">' in html


def test_every_line_of_a_mail_is_ascii_and_short_enough() -> None:
    lines = mail(replace(LETTER, title="很长" * 200, text="x" * 5000), SENDER).as_bytes().split(b"\r\n")

    assert all(line.isascii() and len(line) <= 998 for line in lines)
    assert len(read_back(replace(LETTER, title="很长" * 200))["Subject"]) == 150


def test_a_second_try_is_the_same_mail_to_the_byte() -> None:
    first, again = (mail(LETTER, SENDER).as_bytes() for _ in range(2))

    assert first == again
    assert read_back(LETTER)["Message-ID"] == "<lotproof-7-1780300800000@lot.example.org>"
    assert read_back(replace(LETTER, id=8))["Message-ID"] != read_back(LETTER)["Message-ID"]


@pytest.mark.parametrize(
    "evil", ["\r\nBcc: eve@example.org", "\nBcc: eve@example.org", "\x00\r\n\r\nBody", "\u2028Bcc: x"]
)
def test_nobody_can_write_a_header_line(evil: str) -> None:
    read = read_back(replace(LETTER, title=f"Lot{evil}", name=f"Ann{evil}"))

    assert read["Bcc"] is None
    assert read["Subject"].startswith("Lot ")
    assert len(read["To"].addresses) == 1


@pytest.mark.parametrize(
    "address",
    ["", "ann", "ann@", "@x.org", "a@b@c.org", "ann@example.org\r\nBcc: eve@x.org", "ann@example.org, eve@x.org",
     "Ann <ann@example.org>", "ann @example.org", "a" * 70 + "@example.org", "ann@" + "x" * 70 + ".org", 'a"b@x.org'],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(RefusedByReceiverError):
        mail(replace(LETTER, to=address), SENDER)


def test_a_domain_in_chinese_is_written_as_dns_has_it() -> None:
    assert (
        read_back(replace(LETTER, to="ann@例子.中国"))["To"].addresses[0].domain == "xn--fsqu00a.xn--fiqs8s"
    )


def test_a_text_message_is_short_and_keeps_its_link() -> None:
    to, text = text_message(replace(LETTER, channel=Channel.SMS, to="+8613800138000", text="x" * 2000))

    assert (to, len(text)) == ("+8613800138000", 500)
    assert text.startswith("有机证书将在60天后到期\nx")
    assert text.endswith("…\nhttps://lot.example.org/notices/7")


@pytest.mark.parametrize("number", ["", "13800138000", "+86 138", "+0123456789", "+8613800138000\nX"])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(RefusedByReceiverError):
        text_message(replace(LETTER, to=number))
