"""The process that is killed: `python -m support.kill_target`, fed one job a line, forks a child for each.

- A child that is alone stops itself before it does anything, so that strace can take hold of it, and goes on when it
  is told to. Several children of one line run side by side.
- It opens the ledger, acts, publishes and closes, as a command does. What it has reached it writes to /dev/null:
  strace tells the tester, whatever happens to the child next.
- It is forked from a process that has loaded everything and holds no connection.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from lotproof.kernel.clock import SteppingClock
from lotproof.ledger.log import Log, Surroundings
from lotproof.ledger.vault import Vault
from lotproof.storage import migrate
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import open_engine
from support.one_act import act, prepared
from support.world import Entropy, make_world

MARK = "lotproof reached "


def do(job: Mapping[str, Any]) -> None:
    """Open the ledger at url and folder, and do the acts in `acts`; marks are `acted n` and `published n`."""
    reached = os.open("/dev/null", os.O_WRONLY)
    folder, at = Path(job["folder"]), datetime.fromisoformat(job["at"])
    engine = open_engine(job["url"])
    around = Surroundings(
        engine, SteppingClock(at), Entropy(job["seed"]), Vault(bytes(32)), BlobStore(folder / "blobs"),
        folder / "tiles",
    )  # fmt: skip
    log = Log(around)
    log.catch_up()
    for n in job["acts"]:
        act(log, n, at)
        os.write(reached, f"{MARK}acted {n}".encode())
        log.publish()
        os.write(reached, f"{MARK}published {n}".encode())
    engine.dispose()


def _warm_up() -> None:
    """Load and prepare whatever a first act would load."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/warm.sqlite3")
        migrate.upgrade(engine)
        world = prepared(make_world(engine, Path(folder)))
        act(world.log, 0, world.later(minutes=1))
        engine.dispose()


def main() -> None:
    """Fork a child for every job of a line. One alone waits: its process id is told, and its end when it has ended.

    Several are let go together, and their ends are told in one line.
    """
    _warm_up()
    print("ready", flush=True)
    for line in sys.stdin:
        jobs = json.loads(line)
        children = [_forked(job, waits=len(jobs) == 1) for job in jobs]
        if len(jobs) == 1:
            os.waitpid(children[0], os.WUNTRACED)
            print(children[0], flush=True)
        ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        print(*ends, flush=True)


def _forked(job: Mapping[str, Any], *, waits: bool) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        if waits:
            os.kill(os.getpid(), signal.SIGSTOP)
        do(job)
        code = 0
    except Exception:
        traceback.print_exc()  # `os._exit` would say nothing
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
