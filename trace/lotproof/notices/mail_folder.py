"""Letters as files of a folder, instead of sending them: for demonstrations, and to try things out.

A mail is `<time>-<id>.eml`, which every mail program opens; a text message `<time>-<id>.sms.txt`, its number in the
first line. A letter that comes twice is one file.
"""

import os
from email.headerregistry import Address
from pathlib import Path

from lotproof.notices.delivery import Channel
from lotproof.notices.letters import Letter, mail, text_message
from lotproof.notices.senders import UnreachableError


class FolderSender:
    """Writes mails and text messages. The folder is for its owner alone: there are codes in it."""

    def __init__(self, folder: Path, sender: Address) -> None:
        self._folder, self._sender = folder, sender

    def send(self, letter: Letter) -> None:
        """Write one file; see `senders.Sender`."""
        name = f"{letter.made_at:%Y%m%dT%H%M%S}-{letter.id:06}"
        if letter.channel is Channel.MAIL:
            self._write(f"{name}.eml", mail(letter, self._sender).as_bytes())
        else:
            to, text = text_message(letter)
            self._write(f"{name}.sms.txt", f"{to}\n{text}\n".encode())

    def close(self) -> None:
        """Nothing is kept open."""

    def _write(self, name: str, data: bytes) -> None:
        part = self._folder / f".{name}.{os.getpid()}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(data)
            part.replace(self._folder / name)
        except OSError as error:
            raise UnreachableError(f"the folder of mails cannot be written: {error.strerror}") from error
