"""What an installation was told about sending: a mail server, a gateway for text messages, or a folder. Pure."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from email.headerregistry import Address

_PORTS = {"smtp": 587, "smtps": 465}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Post:
    """All of it; "" and None for nothing. folder: letters are written there, and not sent."""

    smtp_url: str = field(default="", repr=False)
    mail_from: str = "Lotproof <lotproof@localhost>"
    sms_url: str = ""
    sms_token: str = field(default="", repr=False)
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails are handed in. is_tls: from the first byte.  starttls: asked for before anything else is said."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    is_tls: bool = False
    starttls: bool = True


def server_of(url: str) -> SmtpServer:
    """Read `smtp[s]://[user:password@]host[:port][?starttls=no]`. Raises: ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.fragment:
        raise ValueError("not smtp://host or smtps://host")
    if parts.query not in ("", "starttls=no", "starttls=yes"):
        raise ValueError("only ?starttls=no can follow the host")
    is_tls = parts.scheme == "smtps"
    starttls = not is_tls and parts.query != "starttls=no"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user and not (is_tls or starttls) and parts.hostname not in _LOOPBACK:
        raise ValueError("a password is sent by TLS alone")
    return SmtpServer(parts.hostname, parts.port or _PORTS[parts.scheme], user, password, is_tls, starttls)


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where text messages are handed in."""

    host: str
    port: int | None
    path: str
    is_tls: bool
    token: str = field(default="", repr=False)


def gateway_of(url: str, token: str = "") -> Gateway:
    """Read `https://host[:port]/path`; `http://` is for this machine alone. Raises: ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment or "@" in parts.netloc:
        raise ValueError("not https://host/path")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError("a token and telephone numbers are sent by https alone")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Gateway(parts.hostname, parts.port, path, parts.scheme == "https", token)


def address_of(text: str) -> "Address":
    """Read `name <local@domain>` or `local@domain`. Raises: ValueError."""
    from email.headerregistry import Address  # the email package takes as long to load as all settings
    from email.utils import parseaddr

    name, address = parseaddr(text)
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or "\n" in text or "\r" in text:
        raise ValueError("not an address such as Lotproof <notices@example.org>")
    try:
        return Address(name, local, domain)
    except Exception as error:  # the email package raises its own kinds of parse errors
        raise ValueError("not an address such as Lotproof <notices@example.org>") from error
