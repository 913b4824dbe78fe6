"""Several processes behind one port, as gunicorn runs them with our settings."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest
from prometheus_client.parser import text_string_to_metric_families

from lotproof.kernel.strict_json import dumps
from lotproof.ledger.publisher import published_size
from support.captured import harvest
from support.cluster import LONG_S, Cluster, make_instance, pause
from support.failover import settle
from support.served import document


def sent(code: str) -> bytes:
    return dumps(document(harvest(code))).encode()


def figure(served: Cluster, name: str) -> float:
    """A figure's sum over all its labels."""
    page = served.ask("GET", "/metrics").body.decode()
    families = text_string_to_metric_families(page)
    return sum(one.value for family in families for one in family.samples if one.name == name)


def test_the_figures_of_all_processes_are_one(served: Cluster) -> None:
    before = figure(served, "lotproof_requests_total")

    for _ in range(30):
        served.ask("GET", "/healthz")

    assert figure(served, "lotproof_requests_total") - before == 31  # and the visit before


def test_every_line_is_json_and_none_says_the_key(served: Cluster) -> None:
    served.submit(sent("G1"))
    text = served.errors.read_text()

    assert len(served.lines()) == len(text.splitlines())
    assert any(line.get("route") == "/epcis/capture" for line in served.lines())
    assert served.key not in text
    assert served.key.rpartition("_")[2] not in text
    assert served.settings["LOTPROOF_MASTER_KEY"] not in text


@pytest.mark.parametrize("name", ["SCRIPT_NAME", "PATH_INFO"])
def test_no_header_says_where_the_application_stands(served: Cluster, name: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    connection.request("GET", "/healthz", headers={name: "/elsewhere"})

    assert connection.getresponse().status == 200
    connection.close()


def test_a_request_that_cannot_be_read_is_told_without_what_it_says(served: Cluster) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        connection.sendall(b"GET /SECRET-LOT nothing HTTP/1.1\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 400")

    assert any(line["event"].startswith("Invalid request") for line in served.lines())
    assert "SECRET-LOT" not in served.errors.read_text()


def test_a_document_is_applied_and_published_once_whichever_process_took_it(served: Cluster) -> None:
    before = served.log.publish()
    accepted = [served.submit(sent(f"G1{number}")).status for number in range(6)]
    settle(served)
    tiles = served.log.around.tiles
    assert tiles is not None
    until = monotonic() + LONG_S
    while published_size(tiles) < before + 6 and monotonic() < until:
        pause(0.05)

    assert accepted == [202] * 6
    assert published_size(tiles) >= before + 6
    assert not [line for line in served.lines() if "failed" in str(line["event"])]


def test_a_process_that_is_stopped_finishes_what_it_is_receiving(served: Cluster) -> None:
    body = sent("G2")
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=LONG_S)
    connection.putrequest("POST", "/epcis/capture")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Authorization", f"Bearer {served.key}")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders()
    connection.send(body[:100])
    pause(0.5)  # one of them has begun to read
    before = served.workers()

    served.process.send_signal(signal.SIGHUP)  # new processes for all
    until = monotonic() + LONG_S
    while len(set(served.workers()) - set(before)) < 2 and monotonic() < until:
        pause(0.05)
    connection.send(body[100:])

    assert connection.getresponse().status == 202
    connection.close()
    served.wait_until_ready()


def test_several_processes_on_sqlite_are_refused_with_a_clear_word(tmp_path: Path) -> None:
    make_instance(tmp_path, None)[0].engine.dispose()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LOTPROOF_")},
        "LOTPROOF_HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:lotproof_web.gunicorn_conf"]

    done = subprocess.run(
        [*command, "--workers", "2"], env=environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode != 0
    assert "one process serves SQLite" in done.stderr
