"""Go's own log, golang.org/x/mod/sumdb, as Debian packages it: skipped where it is missing, except where CI=true."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

_SOURCES = Path("/usr/share/gocode")
_NEEDED = _SOURCES / "src/golang.org/x/mod/sumdb/tlog/tlog.go"
_PACKAGES = "golang-go and golang-golang-x-mod-dev"

Go = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def go(tmp_path_factory: pytest.TempPathFactory) -> Go:
    """Run the program in `tlog.go`, built once for all tests."""
    compiler = shutil.which("go")
    if compiler is None or not _NEEDED.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the tests with Go need the packages {_PACKAGES}")
        pytest.skip(f"no Go here: install {_PACKAGES}")
    folder = tmp_path_factory.mktemp("go")
    around = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GOCACHE": str(folder / "cache"),
        "GOPATH": str(_SOURCES),
        "GO111MODULE": "off",  # Debian's sources lie in a GOPATH, and nothing is fetched
        "CGO_ENABLED": "0",
    }
    program = folder / "tlog"
    source = Path(__file__).parent / "tlog.go"
    subprocess.run([compiler, "build", "-o", program, source], env=around, check=True, timeout=300)

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [str(program), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    return run
