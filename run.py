#!/usr/bin/env python3
"""Set Lotproof up and run it: `python3 run.py demo`, with nothing but Python 3.11 or later.

    demo [--port N] [--home DIR] [--once] …   a shop with data to look at
    test [pytest's arguments]                 lint, types, layers, then every test
    bench [arguments]                         the benchmarks
    docs                                      the documentation as web pages, in docs/_build
    migration "what changes"                  write the next database migration from the models
    pins [pip-compile's arguments]            pin the requirements anew
    anything else                             goes to the `lotproof` command

The first start makes `.venv` and installs what is pinned, every file checked by its hash; later starts see
that it is there.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "lotproof-requirements"
VERSIONS = HERE / "trace" / "lotproof" / "storage" / "migrations" / "versions"
SOURCES = ("trace", "schemas", "web", "cli")
RUN, DEV = "requirements.txt", "requirements-dev.txt"
COMMAND = f"#!{PYTHON}\nimport sys\n\nfrom lotproof_cli.main import main\n\nsys.exit(main())\n"


def main(arguments: Sequence[str]) -> int:
    """Make ready what the first argument needs, run it, and return its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036  (this is where an older one learns of it)
        sys.exit(f"Lotproof needs Python 3.11 or later; this is {sys.version.split()[0]}")
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    name, rest = arguments[0], list(arguments[1:])
    if name == "pins":
        return pin(rest)
    make_ready([RUN, DEV] if name in ("test", "bench", "docs", "migration") else [RUN])
    if name == "test":
        return test(rest)
    if name == "bench":
        return run(PYTHON, HERE / "tests" / "bench", *rest)
    if name == "docs":
        return run(PYTHON, "-m", "sphinx", "-W", "-q", "-b", "html", "docs", "docs/_build", *rest)
    if name == "migration":
        return migration(" ".join(rest))
    return run(PYTHON, "-m", "lotproof_cli", *arguments)


def test(arguments: Sequence[str]) -> int:
    """Lint, types and layers first, since they take seconds; all of them are shown even where one fails."""
    lint = run(BIN / "ruff", "check", "--quiet")
    types = run(BIN / "mypy")
    layers = run(BIN / "lint-imports")
    return (
        run(PYTHON, "-m", "pytest", "-n", "2", "--dist", "worksteal", *arguments) or lint or types or layers
    )


def migration(message: str) -> int:
    """Write the next revision from the models; whoever asked for it reads it before it is used."""
    if not message:
        sys.exit('Say what changes: python3 run.py migration "lots know their variety"')
    code = run(PYTHON, "-m", "support.write_migration", message, PYTHONPATH=str(HERE / "tests"))
    return code or run(BIN / "ruff", "format", "--quiet", VERSIONS)


def make_ready(requirements: Sequence[str]) -> None:
    """Make the environment and install `requirements`, unless exactly these are installed already."""
    wanted = {f"{name} {hashlib.sha256((HERE / name).read_bytes()).hexdigest()}" for name in requirements}
    place = f"in {HERE}"  # programs in an environment that was moved still start the old one
    installed = set(STAMP.read_text().splitlines()) if STAMP.exists() else {place}
    if not PYTHON.exists() or place not in installed:
        print(f"Making {VENV}", file=sys.stderr, flush=True)
        has_pip = bool(importlib.util.find_spec("ensurepip"))
        venv.create(VENV, clear=VENV.exists(), symlinks=os.name != "nt", with_pip=has_pip)
        installed.clear()
    if not wanted <= installed:
        print("Installing what is pinned (about a minute, once)", file=sys.stderr, flush=True)
        install(requirements)
        STAMP.write_text("\n".join(sorted(wanted | {place})))


def install(requirements: Sequence[str]) -> None:
    """Install the pinned packages, and point the environment at the project's own folders."""
    files = [option for name in requirements for option in ("-r", str(HERE / name))]
    code = run(*pip(), "install", "--quiet", "--disable-pip-version-check", "--require-hashes", *files)
    if code:
        sys.exit("The packages could not be installed; what pip says is above. Nothing else was changed.")
    folder = subprocess.check_output(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    )
    path_file = Path(folder.strip()) / "lotproof-source.pth"
    path_file.write_text("".join(f"{HERE / source}\n" for source in SOURCES), encoding="utf-8")
    if os.name != "nt":
        (BIN / "lotproof").write_text(COMMAND)
        (BIN / "lotproof").chmod(0o755)


def pip() -> list[str]:
    """The environment's own pip, else the system's (22.3 or later) working on the environment."""
    has_its_own = subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False)
    if has_its_own.returncode == 0:
        return [str(PYTHON), "-m", "pip"]
    if not importlib.util.find_spec("pip"):
        sys.exit("Python has neither ensurepip nor pip here: install python3-pip or python3-venv first")
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def pin(arguments: Sequence[str]) -> int:
    """Write both requirement files from their .in files, from the public registry and nowhere else."""
    options = ["--generate-hashes", "--no-annotate", "--no-header", "--no-emit-options", "--strip-extras"]
    clean = {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": ""}
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / BIN.name / PYTHON.name
        venv.create(folder, with_pip=True)
        code = run(python, "-m", "pip", "install", "--quiet", "pip-tools")
        for name in (RUN, DEV):
            source = name.replace(".txt", ".in")
            compiled = ["-m", "piptools", "compile", "--quiet", *options, "-o", name, source]
            code = code or run(python, *compiled, *arguments, **clean)
    return code


def run(*command: str | Path, **environment: str) -> int:
    """Run a program in the project's folder and return its exit code; Ctrl-C ends it and not us."""
    process = subprocess.Popen(list(map(str, command)), cwd=HERE, env={**os.environ, **environment})
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
