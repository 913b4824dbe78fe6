"""Run the pages of a demonstration as a process of its own, and look at them once as a visitor would."""

import os
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryFile

from lotproof.kernel.errors import LotproofError
from lotproof.kernel.identifiers import LotId

START_S, STOP_S = 30.0, 10.0
_OURS = "LOTPROOF_"


def program(host: str, port: int) -> list[str]:
    """Return the command that serves the pages."""
    return [sys.executable, "-m", "lotproof_web", "--host", host, "--port", str(port)]


def surroundings(home: Path, url: str) -> dict[str, str]:
    """Return the environment of that command: the demonstration's own settings, none of this installation's."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return others | {"LOTPROOF_DEMO": "true", "LOTPROOF_HOME": str(home), "LOTPROOF_PUBLIC_URL": url}


def look_once(host: str, port: int, url: str, home: Path, lot: LotId) -> list[str]:
    """Serve, ask for the lot's page and the tour, and stop serving; returns what was seen.

    Raises: LotproofError `demonstration_failed` with what the server said, where a page is not as it should be.
    """
    with TemporaryFile() as said:
        server = subprocess.Popen(
            program(host, port), env=surroundings(home, url), cwd=home, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            _wait(server, host, port)
            return [_page(host, port, lot.path, lot.code), _page(host, port, "/demo", lot.path)]
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


def _page(host: str, port: int, path: str, wanted: str) -> str:
    body = _ask(host, port, path)
    if wanted not in body:
        raise LookupError(f"{path} says nothing of {wanted}")
    return f"{path} ({len(body)} characters)"


def _ask(host: str, port: int, path: str) -> str:
    connection = HTTPConnection({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port, timeout=START_S)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read().decode()
    finally:
        connection.close()
    if response.status != 200:
        raise LookupError(f"{path} answered {response.status}: {body[:200]}")
    return body
