"""Telephone numbers and mail addresses by which people are known and reached. Pure.

One number has one text, E.164 (ITU-T E.164: + and at most 15 digits); mail addresses are kept in lower case.
"""

import re
from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

from lotproof.kernel.errors import InvalidInputError, Problem

Channel = Literal["sms", "mail"]

_CHINESE_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_E164 = re.compile(r"\+[1-9][0-9]{7,14}")
_MAIL = re.compile(
    r"[^@\s,;<>()\[\]\\\":\x00-\x1f\x7f]{1,64}@(?:[^@\s.,;<>()\[\]\\\":/\x00-\x1f\x7f]{1,63}\.)+[^\W\d_][\w-]{1,62}"
)
_LONGEST = 254


@dataclass(frozen=True, slots=True)
class Contact:
    """Where somebody is reached. value: +8613800138000 or somebody@example.org."""

    channel: Channel
    value: str

    @classmethod
    def parse(cls, text: str) -> "Contact":
        """Read what somebody typed; a Chinese mobile number may come without its +86.

        Raises: InvalidInputError `invalid_contact`.
        """
        typed = normalize("NFKC", text[: 2 * _LONGEST]).strip()
        if "@" in typed:
            mail = typed.lower()
            if len(mail) <= _LONGEST and _MAIL.fullmatch(mail) and ".." not in mail:
                return cls("mail", mail)
        else:
            number = re.sub(r"[ .()\-]", "", typed)
            number = f"+{number[2:]}" if number.startswith("00") else number
            number = f"+86{number}" if _CHINESE_MOBILE.fullmatch(number) else number
            chinese = number.startswith("+86") and not _CHINESE_MOBILE.fullmatch(number[3:])
            if _E164.fullmatch(number) and not chinese:
                return cls("sms", number)
        said = "neither a mobile number nor a mail address"
        raise InvalidInputError(
            "invalid_contact", said, "write it as 138 0013 8000, +852 5123 4567 or name@example.org",
            [Problem("contact", "invalid_contact", said)],
        )  # fmt: skip

    @property
    def masked(self) -> str:
        """As it is shown to somebody who may not be its owner: +86 138****8000, n***@example.org."""
        return masked(self.channel, self.value)


def masked(channel: str, value: str) -> str:
    """Show enough of a contact for its owner to know it again."""
    if channel == "mail":
        name, _, domain = value.partition("@")
        return f"{name[:1]}***@{domain}"
    return f"{value[:-8]}****{value[-4:]}"
