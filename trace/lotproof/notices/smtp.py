"""Mail by SMTP: TLS, login and time limits; what a server answers becomes one of three errors.

- `smtps://` speaks TLS from the first byte (port 465); `smtp://` asks for STARTTLS (587) and sends nothing without it,
  unless the address ends in `?starttls=no`.
- 4xx is tried again, 5xx is not: RFC 5321, 4.2.1. What a server says against us and not against a mail (login, sender,
  greeting) is a fault of the installation: every mail is kept for later.
"""

import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage

from lotproof.notices.letters import Letter, mail
from lotproof.notices.post import SmtpServer
from lotproof.notices.senders import RefusedByReceiverError, TryLaterError, UnreachableError

TIMEOUT_S = 20.0
_SEEMS_AN_ADDRESS = re.compile(r"\S+@\S+")


class SmtpSender:
    """Hands mails in, several by one connection."""

    def __init__(
        self,
        server: SmtpServer,
        sender: Address,
        *,
        timeout_s: float = TIMEOUT_S,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._server, self._sender, self._timeout_s = server, sender, timeout_s
        self._context = context or ssl.create_default_context()
        self._open: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> None:
        """Hand one mail in; see `senders.Sender`."""
        message = mail(letter, self._sender)
        if self._open is None:
            self._open = self._connected()
        try:
            self._hand_in(self._open, message)
        except (TryLaterError, RefusedByReceiverError):
            self.close()  # what the server holds of this mail is forgotten with the connection
            raise

    def close(self) -> None:
        """Say goodbye, without waiting for those who do not answer."""
        open_one, self._open = self._open, None
        if open_one is not None:
            open_one.close()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        made: smtplib.SMTP | None = None
        try:
            if server.is_tls:
                made = smtplib.SMTP_SSL(
                    server.host,
                    server.port,
                    self._sender.domain,
                    timeout=self._timeout_s,
                    context=self._context,
                )
            else:
                made = smtplib.SMTP(server.host, server.port, self._sender.domain, timeout=self._timeout_s)
            if server.starttls:
                made.starttls(context=self._context)
            if server.user:
                made.login(server.user, server.password)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            if made is not None:
                made.close()
            raise UnreachableError(_told("the mail server does not take us", error)) from None
        return made

    def _hand_in(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise _answered(code, said) from None
        except smtplib.SMTPDataError as error:
            raise _answered(error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPNotSupportedError:
            raise RefusedByReceiverError("the mail server takes no such address") from None
        except (OSError, smtplib.SMTPException) as error:
            raise UnreachableError(_told("the mail server did not take it", error)) from None


def _answered(code: int, said: bytes | str) -> TryLaterError | RefusedByReceiverError:
    text = f"{code} {_without_addresses(said)}"
    return RefusedByReceiverError(text) if 500 <= code < 600 else TryLaterError(text)


def _told(what: str, error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{what}: {error.smtp_code} {_without_addresses(error.smtp_error)}"
    if isinstance(error, OSError) and error.strerror:
        return f"{what}: {error.strerror}"
    return f"{what}: {type(error).__name__}"


def _without_addresses(said: bytes | str) -> str:
    """What a server said, without whom it was about: the page of failed mails is read by people."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return _SEEMS_AN_ADDRESS.sub("…", " ".join(text.split()))[:200]
