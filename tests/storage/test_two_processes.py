"""Two processes write to one SQLite file, as a server and the command line do: slower, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.world import World, check_ledger, lot

WRITER = """
import os, sys
from pathlib import Path
from lotproof.kernel.clock import system_clock
from lotproof.ledger.log import Log, Surroundings
from lotproof.ledger.vault import Vault
from lotproof.lots.acts import record
from lotproof.lots.drafting import Author
from lotproof.lots.native import Fact
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import open_engine
from support.world import FARM, ORCHARD, lot, portion

url, folder, name, count = sys.argv[1:]
around = Surroundings(open_engine(url), system_clock, os.urandom, Vault(bytes(32)), BlobStore(Path(folder) / "blobs"))
log = Log(around)
for number in range(int(count)):
    fact = Fact("harvest", system_clock(), place=ORCHARD, portions=(portion(lot(f"{name}{number}"), "10"),))
    record(log, Author(FARM.party_uri), fact)
"""


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_two_processes_on_one_file_take_turns(world: World, tmp_path: Path) -> None:
    url = world.log.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", WRITER, url, str(tmp_path)]
    environment = {"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"}

    writers = [subprocess.Popen([*command, name, "25"], env=environment) for name in ("A", "B")]

    assert [writer.wait(120) for writer in writers] == [0, 0]
    assert all(world.balance(lot(f"{name}{number}")).created == 10 for name in "AB" for number in range(25))
    check_ledger(world)
