"""What leaves the house, put together: a mail with a plain and a simple HTML part, or the text of a message. Pure.

- The same row gives the same bytes at every try, message id and boundary included, so that a receiver can tell a
  repetition from a second mail.
- Nothing that people wrote can begin a header line: control characters become spaces, and a wrong address is refused.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from lotproof.notices.delivery import Channel
from lotproof.notices.senders import RefusedByReceiverError

LONGEST_SUBJECT, LONGEST_TEXT_MESSAGE = 150, 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_ADDRESS = re.compile(r"[^\s@<>,;:\"\\()\[\]\x00-\x1f\x7f]{1,64}@[^\s@<>,;:\"\\()\[\]\x00-\x1f\x7f]{1,253}")
_NUMBER = re.compile(r"\+[1-9]\d{5,14}")
_TAGS = {"en": "en", "zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant"}


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail or text message. name: the receiver's.  links: (what it is called, address), below the text.

    id: of its row, the same at every try.  made_at: when the row was written.
    """

    channel: Channel
    to: str
    name: str
    title: str
    text: str
    language: str
    id: int
    made_at: datetime
    links: tuple[tuple[str, str], ...] = ()
    foot: str = ""


def mail(letter: Letter, sender: Address) -> EmailMessage:
    """Return the mail. Raises: RefusedByReceiverError where the address is none."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = _receiver(letter)
    message["Subject"] = one_line(letter.title, LONGEST_SUBJECT)
    message["Date"] = letter.made_at
    message["Message-ID"] = f"<{letter_id(letter)}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = _TAGS.get(letter.language, "en")
    message.set_content(_plain(letter), cte="base64")
    message.add_alternative(_html(letter), subtype="html", cte="base64")
    message.set_boundary(f"=_{letter_id(letter)}")
    return message


def text_message(letter: Letter) -> tuple[str, str]:
    """Return the number and the text. Raises: RefusedByReceiverError where the number is none."""
    if not _NUMBER.fullmatch(letter.to):
        raise RefusedByReceiverError("this is no telephone number such as +8613800138000")
    text = letter.text if letter.title in letter.text else f"{letter.title}\n{letter.text}"
    link = f"\n{letter.links[0][1]}" if letter.links else ""
    return letter.to, shortened(text, LONGEST_TEXT_MESSAGE - len(link)) + link


def letter_id(letter: Letter) -> str:
    """Return what names a letter at every try."""
    return f"lotproof-{letter.id}-{int(letter.made_at.timestamp() * 1000)}"


def one_line(text: str, longest: int) -> str:
    """Return a text that fits a header."""
    return shortened(_CONTROL.sub(" ", text).strip(), longest)


def shortened(text: str, longest: int) -> str:
    """Cut a text that is too long, and show that it was."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _receiver(letter: Letter) -> Address:
    if not _ADDRESS.fullmatch(letter.to):
        raise RefusedByReceiverError("this is no mail address")
    local, _, domain = letter.to.rpartition("@")
    try:
        return Address(one_line(letter.name, 60), local, domain.encode("idna").decode())
    except (ValueError, UnicodeError) as error:
        raise RefusedByReceiverError("this is no mail address") from error


def _plain(letter: Letter) -> str:
    links = "".join(f"{name}: {address}\n" for name, address in letter.links)
    foot = f"\n-- \n{letter.foot}\n" if letter.foot else ""
    return f"{letter.title}\n\n{letter.text}\n\n{links}{foot}"


def _html(letter: Letter) -> str:
    lines = "<br>\n".join(escape(line) for line in letter.text.splitlines())
    links = "".join(f'<p><a href="{escape(to)}">{escape(name)}</a></p>\n' for name, to in letter.links)
    foot = f"<hr>\n<p>{escape(letter.foot)}</p>\n" if letter.foot else ""
    return (
        f'<!doctype html>\n<html lang="{_TAGS.get(letter.language, "en")}">\n<meta charset="utf-8">\n'
        f"<title>{escape(letter.title)}</title>\n<h1>{escape(letter.title)}</h1>\n<p>{lines}</p>\n{links}{foot}</html>\n"
    )
