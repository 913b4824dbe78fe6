"""Run the pages of a demonstration as a process of its own, and look at them once as a visitor would."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.cookies import SimpleCookie
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlencode

from lotproof.kernel.errors import LotproofError
from lotproof.kernel.identifiers import LotId

START_S, STOP_S = 30.0, 10.0
_OURS = "LOTPROOF_"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def program(host: str, port: int) -> list[str]:
    """Return the command that serves the pages."""
    return [sys.executable, "-m", "lotproof_web", "--host", host, "--port", str(port)]


def surroundings(home: Path, url: str) -> dict[str, str]:
    """Return the environment of that command: the demonstration's own settings, none of this installation's."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return others | {"LOTPROOF_DEMO": "true", "LOTPROOF_HOME": str(home), "LOTPROOF_PUBLIC_URL": url}


def look_once(host: str, port: int, url: str, home: Path, lot: LotId) -> list[str]:
    """Serve, ask for the lot's page and the tour, sign in from there, and stop serving; returns what was seen.

    Raises: LotproofError `demonstration_failed` with what the server said, where a page is not as it should be.
    """
    with TemporaryFile() as said:
        server = subprocess.Popen(
            program(host, port), env=surroundings(home, url), cwd=home, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            _wait(server, host, port)
            visit = _Visit(host, port)
            return [visit.page(lot.path, lot.code), visit.page("/demo", lot.path), visit.sign_in("farmer")]
        except (OSError, HTTPException, LookupError) as error:
            said.seek(0)
            raise LotproofError(
                "demonstration_failed",
                " ".join(map(str, error.args)) or type(error).__name__,
                said.read().decode(errors="replace")[-2000:],
            ) from None
        finally:
            _stop(server)


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        server.wait(STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _wait(server: "subprocess.Popen[bytes]", host: str, port: int) -> None:
    """Wait until the server answers that it lives."""
    end = time.monotonic() + START_S
    while True:
        try:
            _ask(host, port, "/healthz")
            return
        except OSError:
            if server.poll() is not None:
                raise LookupError(f"the server ended with exit code {server.returncode}") from None
            if time.monotonic() > end:
                raise LookupError(f"the server did not answer within {START_S:.0f} seconds") from None
            time.sleep(0.1)


class _Visit:
    """One browser: it keeps cookies, and remembers the token of the last form that it saw."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._cookies: dict[str, str] = {}
        self._token = ""

    def page(self, path: str, wanted: str) -> str:
        """Ask for a page. Raises: LookupError where it does not say what is wanted."""
        body = self._answer("GET", path, 200)
        if wanted not in body:
            raise LookupError(f"{path} says nothing of {wanted}")
        return f"{path} ({len(body)} characters)"

    def sign_in(self, who: str) -> str:
        """Sign in from the tour, and look at the first page behind it."""
        self._answer("POST", "/demo/sign-in", 303, {"who": who, "csrf_token": self._token})
        return self.page("/tasks", 'href="/tasks"')

    def _answer(self, method: str, path: str, status: int, fields: Mapping[str, str] | None = None) -> str:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if fields is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        response, body = _ask(self._host, self._port, path, method, sent, urlencode(fields or {}))
        if response.status != status:
            raise LookupError(f"{path} answered {response.status}: {body[:200]}")
        for line in response.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        found = _TOKEN.search(body)
        self._token = found[1] if found else self._token
        return body


def _ask(
    host: str,
    port: int,
    path: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    sent: str = "",
) -> tuple[HTTPResponse, str]:
    connection = HTTPConnection({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port, timeout=START_S)
    try:
        connection.request(method, path, sent or None, dict(headers or {}))
        response = connection.getresponse()
        return response, response.read().decode()
    finally:
        connection.close()
