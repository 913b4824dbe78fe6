"""How much memory it takes to receive a large file: asked of the kernel, of a server in a process of its own."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import insert

from lotproof.instance import Place, init_instance
from lotproof.kernel.clock import system_clock
from lotproof.kernel.identifiers import Gln
from lotproof.people.models import Account, Membership
from lotproof.people.sessions import begin_session
from lotproof.storage.engine import open_engine, writing
from support.papers import noise, picture

OPERATOR = Gln("9520000000004")
MOST_MB = 40
FILE_MB = 20
_TESTS = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    log = init_instance(
        Place(tmp_path), system_clock, os.urandom, "lotproof.example/log", OPERATOR, {"en": "Farm"}
    )
    log.engine.dispose()
    return tmp_path


def test_receiving_20_mb_adds_at_most_40_mb_to_the_server(home: Path) -> None:
    token = _sign_in(home)
    file = picture("JPEG", (400, 300))
    file += noise(
        FILE_MB * 1_000_000 - len(file)
    )  # behind the end of a picture: the most work for who receives it
    with _serving(home) as (port, pid):
        form, cookie = _ask(port, token, "/documents/upload")
        csrf = re.search(rb'name="csrf_token" value="([^"]+)"', form)
        assert csrf, form[:500]
        _send(port, f"{token}; {cookie}", csrf[1], picture())  # what is loaded once is there now
        before = _mb(pid, "VmRSS")

        status, answer = _send(port, f"{token}; {cookie}", csrf[1], file)
        added = _mb(pid, "VmHWM") - before

    assert (status, b'"state"' in answer) == (201, True), answer
    print(f"receiving {FILE_MB} MB: {before:.1f} MB before, {added:.1f} MB more at the most")
    assert added <= MOST_MB


def _sign_in(home: Path) -> str:
    engine = open_engine(f"sqlite:///{home / 'lotproof.sqlite3'}")
    now = datetime.now(UTC)
    with writing(engine) as db:
        row = {"name": "Li Na", "mail": "a@example.org", "language": "en", "zone": "UTC", "created_at": now}
        account = db.execute(insert(Account).returning(Account.id), row).scalar_one()
        member = {"account": account, "party": OPERATOR.party_uri, "roles": "owner supplier", "since": now}
        db.execute(insert(Membership), member)
        token = begin_session(db, account, now, os.urandom)
    engine.dispose()
    return f"session={token}"


@contextmanager
def _serving(home: Path) -> Iterator[tuple[int, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    env = {
        **os.environ,
        "LOTPROOF_HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(_TESTS), *sys.path[1:]]),
    }
    command = [sys.executable, "-m", "bench.page_server", "kept", str(port)]
    with (home / "server.log").open("wb") as told:
        process = subprocess.Popen(command, env=env, cwd=home, stdout=told, stderr=told)
        try:
            for _ in range(300):
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    sleep(0.1)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait()


def _ask(port: int, cookies: str, path: str) -> tuple[bytes, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookies})
    answer = connection.getresponse()
    body = answer.read()
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    connection.close()
    return body, cookie


def _send(port: int, cookies: str, csrf: bytes, file: bytes) -> tuple[int, bytes]:
    edge = b"edge-of-a-part"
    parts = [
        b'name="csrf_token"\r\n\r\n' + csrf,
        b'name="type"\r\n\r\nphoto',
        b'name="file"; filename="a.jpg"\r\n\r\n' + file,
    ]
    body = b"".join(b"--" + edge + b"\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts)
    body += b"--" + edge + b"--\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {
        "Cookie": cookies,
        "Content-Type": f"multipart/form-data; boundary={edge.decode()}",
        "Accept": "application/json",
    }
    connection.request("POST", "/documents/upload", body, headers)
    answer = connection.getresponse()
    told = answer.read()
    connection.close()
    return answer.status, told


def _mb(pid: int, which: str) -> float:
    """Memory of a process in millions of bytes. which: VmRSS for now, VmHWM for the most that it ever had.

    Source: proc_pid_status(5).
    """
    found = re.search(rf"{which}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024 / 1e6
