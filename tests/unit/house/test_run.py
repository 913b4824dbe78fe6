"""run.py: makes the environment once, sees that it is there, and passes on what it was given."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


class Started:
    """What run.py made, installed and ran, in order."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.commands: list[list[str]] = []
        self.failing = ""

    def run(self, *command: Any, **_: str) -> int:
        self.commands.append([Path(word).name if isinstance(word, Path) else word for word in command])
        return int(bool(self.failing) and any(self.failing in str(word) for word in command))


@pytest.fixture
def started() -> Started:
    return Started()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: Started) -> ModuleType:
    """run.py in a project of its own, where making, installing and running are only noted."""
    spec = importlib.util.spec_from_file_location("run_under_test", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("one==1\n")
    environment = tmp_path / ".venv"
    python = environment / "bin" / "python"

    def create(_: Path, *, clear: bool, **__: Any) -> None:
        started.log.append("make afresh" if clear else "make")
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()

    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "VENV", environment)
    monkeypatch.setattr(module, "PYTHON", python)
    monkeypatch.setattr(module, "STAMP", environment / "lotproof-requirements")
    monkeypatch.setattr(module, "venv", SimpleNamespace(create=create))
    monkeypatch.setattr(module, "install", lambda names: started.log.append(f"install {' '.join(names)}"))
    monkeypatch.setattr(module, "run", started.run)
    return module


def test_the_first_start_makes_and_installs_and_the_second_does_neither(run: Any, started: Started) -> None:
    run.main(["demo"])
    run.main(["demo"])

    assert started.log == ["make", "install requirements.txt"]


def test_tests_add_what_only_tests_need_and_a_start_after_that_installs_nothing(
    run: Any, started: Started
) -> None:
    run.main(["demo"])
    run.main(["test"])
    run.main(["demo"])
    run.main(["bench"])

    both = "install requirements.txt requirements-dev.txt"
    assert started.log == ["make", "install requirements.txt", both]


def test_a_changed_pin_is_installed(run: Any, started: Started, tmp_path: Path) -> None:
    run.main(["demo"])
    (tmp_path / "requirements.txt").write_text("one==2\n")
    run.main(["demo"])

    assert started.log == ["make", "install requirements.txt", "install requirements.txt"]


def test_an_interrupted_installation_is_taken_up_again(
    run: Any, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(run, "install", interrupted)
        run.main(["demo"])
    run.main(["demo"])

    assert started.log == ["make", "install requirements.txt"]


def test_an_environment_that_was_moved_with_its_folder_is_made_afresh(
    run: Any, started: Started, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run.main(["demo"])
    stamp = tmp_path / ".venv" / "lotproof-requirements"
    stamp.write_text(stamp.read_text().replace(str(tmp_path), "/where/it/was"))
    run.main(["demo"])

    assert started.log == ["make", "install requirements.txt", "make afresh", "install requirements.txt"]


def test_arguments_reach_the_command_as_they_were_given(run: Any, started: Started) -> None:
    run.main(["demo", "--port", "8010", "--home", "a folder", "--once"])
    run.main(["verify", "--json"])

    assert started.commands == [
        ["python", "-m", "lotproof_cli", "demo", "--port", "8010", "--home", "a folder", "--once"],
        ["python", "-m", "lotproof_cli", "verify", "--json"],
    ]


def test_testing_runs_every_check_and_pytest_last(run: Any, started: Started) -> None:
    assert run.main(["test", "-k", "lock"]) == 0

    assert [command[0] for command in started.commands] == ["ruff", "mypy", "lint-imports", "python"]
    assert started.commands[-1] == ["python", "-m", "pytest", "-n", "2", "--dist", "worksteal", "-k", "lock"]


@pytest.mark.parametrize("check", ["ruff", "mypy", "lint-imports", "pytest"])
def test_one_failing_check_fails_the_whole_and_hides_no_other(run: Any, started: Started, check: str) -> None:
    started.failing = check

    assert run.main(["test"]) != 0
    assert len(started.commands) == 4


def test_a_migration_needs_a_message(run: Any, started: Started) -> None:
    with pytest.raises(SystemExit, match="Say what changes"):
        run.main(["migration"])

    assert run.main(["migration", "lots know their variety"]) == 0
    assert started.commands[0] == ["python", "-m", "support.write_migration", "lots know their variety"]


def test_an_older_python_is_told_what_is_needed(
    run: Any, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = SimpleNamespace(version_info=(3, 10), version="3.10.1 (old)", exit=sys.exit)
    monkeypatch.setattr(run, "sys", old)

    with pytest.raises(SystemExit, match="3.11 or later; this is 3.10.1"):
        run.main(["demo"])

    assert started.log == []


def test_without_a_word_it_says_what_there_is(
    run: Any, started: Started, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main([]) == 0

    assert "demo" in capsys.readouterr().out
    assert started.log == []


def test_the_systems_pip_works_on_an_environment_that_has_none(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, systems = [str(run.PYTHON), "-m", "pip"], [sys.executable, "-m", "pip", "--python"]
    for code, expected in ((0, own), (1, systems)):
        answer = SimpleNamespace(returncode=code)
        monkeypatch.setattr(run.subprocess, "run", lambda *_, answer=answer, **__: answer)

        assert run.pip()[: len(expected)] == expected


def test_the_ci_script_runs_the_test_command_of_the_readme() -> None:
    command = "python3 run.py test"

    assert f"\n{command}\n" in (ROOT / "README.md").read_text()
    assert f"\nexec {command}" in (ROOT / ".ci" / "run").read_text()
