"""The documented client, run as its reader would run it: another program, over HTTP, against the whole application."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from waitress.server import create_server

from support.captured import harvest
from support.served import CONTEXT, Served
from support.world import FARM, check_ledger, lot

CLIENT = Path(__file__).parents[3] / "docs" / "examples" / "own_key_client.py"


@pytest.fixture
def address(served: Served) -> Iterator[str]:
    """Where the application listens."""
    server = create_server(served.app, port=0, host="127.0.0.1")
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(server.close)
    thread.join(timeout=5)
    server.task_dispatcher.shutdown()


def run(served: Served, address: str, log_key: str, **more: str) -> subprocess.CompletedProcess[str]:
    event = harvest("E1", **{"@context": CONTEXT, "eventTime": "2026-06-01T15:30:00+08:00"} | more)
    bearers = [served.bearer(FARM, scope)["Authorization"].split()[1] for scope in ("keys", "capture")]
    command = [sys.executable, CLIENT, address, log_key, FARM.party_uri, *bearers]
    return subprocess.run(
        command, input=json.dumps(event), capture_output=True, text=True, timeout=60, check=False
    )


def test_the_example_binds_a_key_signs_a_harvest_and_checks_its_proof(served: Served, address: str) -> None:
    done = run(served, address, served.world.log.verifier_key)

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    listed = {one["key"]: one for one in served.get("/log/keys").json["keys"]}  # type: ignore[index]
    assert listed[told["key"]]["custody"] == "own"
    assert served.world.balance(lot("E1")).created == 100
    check_ledger(served.world)


def test_the_example_signs_a_harvest_of_a_growing_cycle(served: Served, address: str) -> None:
    cycle = "urn:uuid:11111111-1111-4111-8111-111111111111"

    done = run(served, address, served.world.log.verifier_key, **{"lotproof:cycle": cycle})

    assert done.returncode == 0, done.stderr


def test_the_example_does_not_believe_another_logs_key(served: Served, address: str) -> None:
    key = served.world.log.verifier_key
    other = key[:-4] + ("AAA=" if key.endswith("=") else "AAAA")

    done = run(served, address, other)

    assert done.returncode != 0
    assert done.stdout == ""


def test_the_example_is_short() -> None:
    assert len(CLIENT.read_text().splitlines()) <= 60
