"""Servers to send to: one that speaks SMTP, one that answers text messages, one that takes a call and says nothing."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from aiosmtpd.smtp import Session as SmtpSession
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lotproof.kernel.clock import system_clock

HOST = "127.0.0.1"


@dataclass
class Inbox:
    """What an SMTP server took. to_rcpt, to_data: what it answers to the next ones, "250 OK" when they are used up."""

    mails: list[tuple[list[str], bytes]] = field(default_factory=list)
    to_rcpt: list[str] = field(default_factory=list)
    to_data: list[str] = field(default_factory=list)
    port: int = 0
    user: str = ""

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: SmtpSession, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer to whom."""
        answer = self.to_rcpt.pop(0) if self.to_rcpt else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        """Answer to the mail itself; "lost" takes it and hangs up without a word."""
        answer = self.to_data.pop(0) if self.to_data else "250 OK"
        if answer.startswith(("250", "lost")):
            assert isinstance(envelope.content, bytes)
            self.mails.append((list(envelope.rcpt_tos), envelope.content))
        if answer == "lost":
            raise ConnectionResetError
        return answer

    async def handle_exception(self, error: Exception) -> str:
        """Say what a broken server says."""
        return f"421 {type(error).__name__}"


@contextmanager
def smtp_server(
    login: tuple[str, str] | None = None, tls: ssl.SSLContext | None = None, implicit: bool = False
) -> Iterator[Inbox]:
    """A server that takes mails. login: asked for, after STARTTLS where there is `tls`."""
    inbox = Inbox()
    options: dict[str, Any] = {}
    if login:
        wanted = LoginPassword(login[0].encode(), login[1].encode())
        options |= {
            "authenticator": lambda *a: AuthResult(success=a[-1] == wanted, handled=False),
            "auth_required": True,
            "auth_require_tls": not implicit,
        }
    if tls and not implicit:
        options |= {"tls_context": tls, "require_starttls": True}
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname=HOST, port=port, ssl_context=tls if implicit else None, **options)
    controller.start()
    inbox.port = port
    try:
        yield inbox
    finally:
        controller.stop()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for 127.0.0.1, and a client's that believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]), system_clock()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that takes every call and never says a word."""
    with socket.create_server((HOST, 0)) as server:
        yield server.getsockname()[1]


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


@dataclass
class Gateway:
    """What a gateway got. answers: its next statuses, 202 when they are used up."""

    messages: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    port: int = 0


@contextmanager
def sms_gateway() -> Iterator[Gateway]:
    """A gateway for text messages."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802
            body = self.rfile.read(int(self.headers["Content-Length"]))
            gateway.messages.append(json.loads(body))
            gateway.headers.append(dict(self.headers))
            self.send_response(gateway.answers.pop(0) if gateway.answers else 202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer((HOST, 0), Handler)
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
