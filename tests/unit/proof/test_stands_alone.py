"""The auditor's floor runs where nothing of the rest is installed."""

import os
import subprocess
import sys

SCRIPT = """
import sys
for name in ("sqlalchemy", "alembic", "psycopg", "flask", "marshmallow", "click", "rich", "environs", "pandas"):
    sys.modules[name] = None

import importlib, pkgutil
import lotproof.proof
for module in pkgutil.iter_modules(lotproof.proof.__path__):
    importlib.import_module(f"lotproof.proof.{module.name}")

from lotproof.proof.tile_source import TileSource
from lotproof.proof.verify import verify_log
from support.log_builder import orchard

log = orchard(12)
report = verify_log(TileSource(log.tiles().__getitem__), log_key=log.log_key)
assert report.ok and report.checked == 12, report

floors = {name.split(".")[1] for name in sys.modules if name.startswith("lotproof.")}
assert floors == {"kernel", "epcis", "proof"}, floors
ours = {"lotproof", "support", "__main__"}
outside = {
    name.split(".")[0]
    for name, module in sys.modules.items()
    if module is not None and "site-packages" in (getattr(module, "__file__", None) or "")
}
assert outside - ours <= {"cryptography", "rfc8785", "_cffi_backend", "_distutils_hack"}, outside
"""


def test_the_proof_floor_needs_nothing_but_cryptography_and_rfc8785() -> None:
    paths = os.pathsep.join(path for path in sys.path if path)

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
