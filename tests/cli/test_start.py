"""Real processes: the start is quick because it loads little, and the end is clean."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from support.command_line import Lotproof

HEAVY = ("pandas", "reportlab", "rich", "ijson", "flask", "qrcode")


def loaded_by(lotproof: Lotproof, *arguments: str) -> set[str]:
    """Names of the packages that one call of the command loads."""
    code = (
        "import sys\n"
        "from lotproof_cli.main import cli\n"
        "try:\n"
        f"    cli.main({list(arguments)!r})\n"
        "except SystemExit:\n"
        "    pass\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names: list[str] = json.loads(done.stderr.splitlines()[-1].replace("'", '"'))
    return set(names)


def test_a_balance_loads_nothing_that_it_does_not_need(lotproof: Lotproof) -> None:
    loaded = loaded_by(lotproof, "balance", "09520000100018/A1")

    assert "sqlalchemy" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_a_check_loads_no_database_and_no_settings(unopened: Lotproof) -> None:
    file = unopened.write("b.json", "{}")

    loaded = loaded_by(unopened, "check", str(file))

    assert "cryptography" in loaded
    assert loaded.isdisjoint({*HEAVY, "sqlalchemy", "alembic", "marshmallow", "environs"})


def test_the_module_runs_as_the_command_does(unopened: Lotproof) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "lotproof_cli", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    begun, again, listed = run("init", "--json"), run("init"), run("lots", "--json")

    assert json.loads(begun.stdout)["operator"] == "https://id.gs1.org/417/9520000000004"
    assert (again.returncode, again.stdout) == (1, "")
    assert "there is a ledger here already" in again.stderr
    assert json.loads(listed.stdout) == {"lots": []}


def test_whoever_stops_reading_sees_no_traceback(lotproof: Lotproof) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        command = [sys.executable, "-m", "lotproof_cli", "lots"]
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, text=True, check=False)

    assert done.stderr == ""
    assert done.returncode == 1


def test_two_inits_at_once_begin_one_ledger(unopened: Lotproof, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lotproof_cli", "init", "--json"]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in "ab"
    ]

    ended = [(one.communicate(), one.returncode) for one in both]

    answers = [json.loads(streams[0]) for streams, _ in ended]
    assert sorted(code for _, code in ended) == [0, 1], ended
    assert [one["code"] for one in answers if "code" in one] == ["already_initialised"]
    assert unopened.json("verify")["ok"]


def test_a_terminal_that_knows_no_chinese_gets_an_answer_all_the_same(lotproof: Lotproof) -> None:
    lotproof.json("org", "add", "9520000000011", "--name-zh", "农场")
    poor = {
        **os.environ,
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "LC_ALL": "C",
        "PYTHONIOENCODING": "latin-1",
    }

    command = [sys.executable, "-m", "lotproof_cli", "org", "list"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=poor)

    assert done.returncode == 0, done.stderr
    assert r"9520000000011  \u519c\u573a" in done.stdout
