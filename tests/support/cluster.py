"""Several gunicorn processes over one instance, as in production: started, killed and stopped by the tests."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from lotproof.instance import Place, init_instance
from lotproof.kernel.clock import system_clock
from lotproof.ledger.log import Log
from lotproof.parties.actions import register_party, write_record
from lotproof.parties.api_keys import create_api_key
from lotproof.storage.engine import writing
from support.world import FARM, OPERATOR, ORCHARD

ROOT = Path(__file__).parents[2]
MASTER_KEY = bytes(range(1, 33))
LONG_S = 90.0
_PAUSE = threading.Event()  # never set: a wait that ends by its time


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        """The body as JSON."""
        found: dict[str, object] = json.loads(self.body)
        return found


@dataclass
class Cluster:
    """A running server. log: the same instance, opened in this process.  key: a bearer key of FARM."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]
    log: Log
    key: str
    errors: Path
    settings: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        timeout_s: float = 20,
        source: str = "127.0.0.1",
        **headers: str,
    ) -> Answer:
        """Send one request over a connection of its own, from an address of this machine.

        Raises: OSError, HTTPException where nobody answers.
        """
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=timeout_s, source_address=(source, 0)
        )
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers.items()), response.read())
        finally:
            connection.close()

    def submit(self, document: bytes) -> Answer:
        """POST /epcis/capture as FARM."""
        return self.ask(
            "POST",
            "/epcis/capture",
            document,
            Content_Type="application/json",
            Authorization=f"Bearer {self.key}",
        )

    def workers(self) -> list[int]:
        """The processes that serve at this moment; none once the server has ended."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        try:
            return [int(pid) for pid in children.read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            return []

    def wait_until_ready(self) -> None:
        """Wait until it takes requests."""
        until = monotonic() + LONG_S
        while monotonic() < until:
            try:
                if self.ask("GET", "/readyz", timeout_s=5).status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            if self.process.poll() is not None:
                break
            pause(0.05)
        raise AssertionError(f"the server did not become ready:\n{self.errors.read_text()[-4000:]}")

    def lines(self) -> list[dict[str, object]]:
        """What it has written to its log so far."""
        return [json.loads(line) for line in self.errors.read_text().splitlines() if line.startswith("{")]


def pause(seconds: float) -> None:
    """Let other processes go on."""
    _PAUSE.wait(seconds)


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_instance(home: Path, url: str | None) -> tuple[Log, str]:
    """Begin an instance with one farm and its orchard; returns it with a key of the farm."""
    place = Place(home, url, MASTER_KEY)
    log = init_instance(place, system_clock, os.urandom, "lotproof.example/log", OPERATOR, {"en": "Operator"})
    with log.unit_of_work() as uow:
        register_party(uow, log.operator, FARM, {"names": {"en": "Farm"}})
        body = {"names": {"en": "Orchard"}, "zone": "Asia/Shanghai"}
        write_record(uow, log.operator, "place", ORCHARD.place_uri, body)
    with writing(log.engine) as db:
        key = create_api_key(db, FARM.party_uri, ["capture", "read"], system_clock(), os.urandom)
    return log, key


@contextmanager
def cluster(home: Path, url: str | None, workers: int = 2, **settings: str) -> Iterator[Cluster]:
    """Serve a new instance by `lotproof serve --workers …`; everything is stopped at the end."""
    log, key = make_instance(home, url)
    port, errors = free_port(), home / "server.log"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LOTPROOF_")},
        "PYTHONPATH": os.pathsep.join(str(ROOT / one) for one in ("trace", "schemas", "web", "cli")),
        "LOTPROOF_HOME": str(home),
        "LOTPROOF_MASTER_KEY": MASTER_KEY.hex(),
        "LOTPROOF_PORT": str(port),
        "LOTPROOF_LOG_FORMAT": "json",
        **({"LOTPROOF_DATABASE_URL": url} if url else {}),
        **settings,
    }
    command = [sys.executable, "-m", "lotproof_cli", "serve", "--workers", str(workers)]
    with errors.open("wb") as file:
        process = subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.DEVNULL, stderr=file)
    served = Cluster(home, port, process, log, key, errors, environment)
    try:
        served.wait_until_ready()
        yield served
    finally:
        for pid in served.workers():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            for pid in served.workers():
                os.kill(pid, signal.SIGKILL)
            process.kill()
            process.wait()
        log.engine.dispose()
