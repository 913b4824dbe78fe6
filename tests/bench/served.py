"""A server in a process of its own, for what is measured over HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

_TESTS = Path(__file__).resolve().parent.parent


@contextmanager
def server(which: str, home: Path, **settings: str) -> Iterator[int]:
    """Give the port of a server of `page_server`. settings: of the environment, besides the home."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    env = {
        **os.environ,
        "LOTPROOF_HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(_TESTS), *sys.path[1:]]),
        **settings,
    }
    command = [sys.executable, "-m", "bench.page_server", which, str(port)]
    with (home / f"{which}.log").open("wb") as told:
        process = subprocess.Popen(command, env=env, cwd=home, stdout=told, stderr=told)
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait()


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            sleep(0.1)
    raise TimeoutError("the server did not start in 30 s")
