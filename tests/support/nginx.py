"""A real nginx with the sample configuration of `deploy/nginx`, with ports and a certificate of its own."""

from __future__ import annotations

import http.client
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lotproof.kernel.clock import system_clock
from support.cluster import LONG_S, ROOT, Answer, free_port, pause

SAMPLE = ROOT / "deploy" / "nginx"
NAME = "trace.example.org"
_MAIN = """daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/1;
    uwsgi_temp_path {folder}/2; scgi_temp_path {folder}/3;
    include {folder}/upstream.conf; include {folder}/lotproof.conf;
}}
"""


@dataclass
class Nginx:
    """port: of TLS.  plain_port: of the redirect to it."""

    folder: Path
    port: int
    plain_port: int

    def ask(
        self, path: str, source: str = "127.0.0.1", method: str = "GET", host: str = NAME, **headers: str
    ) -> Answer:
        """Send one request over TLS from an address of this machine."""
        context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        context.check_hostname = False  # it is reached by its address
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=20, context=context, source_address=(source, 0)
        )
        try:
            sent = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
            connection.request(method, path, headers=sent)
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers.items()), response.read())
        finally:
            connection.close()


@contextmanager
def nginx(folder: Path, backend_port: int) -> Iterator[Nginx]:
    """Serve with the sample configuration before a port; stopped at the end."""
    program = _program()
    port, plain_port = free_port(), free_port()
    _write_certificate(folder)
    _adapt("upstream.conf", folder, {"127.0.0.1:8000": f"127.0.0.1:{backend_port}"})
    changes = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen 80": f"listen 127.0.0.1:{plain_port}",
        "/etc/ssl/lotproof": str(folder),
        "/var/cache/nginx/lotproof": f"{folder}/cache",
        "/var/log/nginx/lotproof.log": f"{folder}/access.log",
    }
    _adapt("lotproof.conf", folder, changes)
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder))
    process = subprocess.Popen(
        [program, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    started = Nginx(folder, port, plain_port)
    try:
        _wait(process, started)
        yield started
    finally:
        process.terminate()
        process.wait(30)


def _program() -> str:
    path = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("the tests behind a proxy need nginx: apt-get install nginx")
        pytest.skip("no nginx here: apt-get install nginx")
    return path


def _adapt(name: str, folder: Path, changes: dict[str, str]) -> None:
    """Write a sample with this machine's ports and folders; what is to be changed must be in it."""
    text = (SAMPLE / name).read_text()
    for before, after in changes.items():
        assert before in text, f"{name} does not say {before} any more"
        text = text.replace(before, after)
    (folder / name).write_text(text)


def _wait(process: subprocess.Popen[bytes], started: Nginx) -> None:
    until = monotonic() + LONG_S
    while monotonic() < until and process.poll() is None:
        try:
            started.ask("/healthz")
            return
        except OSError:
            pause(0.05)
    raise AssertionError(f"nginx did not start:\n{(started.folder / 'error.log').read_text()}")


def _write_certificate(folder: Path) -> None:
    key, now = ec.generate_private_key(ec.SECP256R1()), system_clock()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(secret)
