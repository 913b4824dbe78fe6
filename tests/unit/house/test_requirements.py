"""What is installed is what is named, pinned and hashed, and nothing about the machine that pinned it."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINNED = re.compile(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def named(requirement: str) -> str:
    return re.split(r"[\[>=<~! ;]", requirement, maxsplit=1)[0].lower()


def asked_for(name: str) -> set[str]:
    lines = (ROOT / name).read_text().splitlines()
    return {named(line) for line in lines if line and not line.startswith(("#", "-"))}


def pinned(name: str) -> set[str]:
    return {line.split("==")[0] for line in (ROOT / name).read_text().splitlines() if "==" in line}


def test_the_wheel_and_the_requirements_name_the_same_packages() -> None:
    assert {named(dependency) for dependency in PROJECT["dependencies"]} == asked_for("requirements.in")


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_everything_asked_for_is_pinned(name: str) -> None:
    assert asked_for(f"{name}.in") <= pinned(f"{name}.txt")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_pins_hold_names_versions_and_hashes_and_nothing_else(name: str) -> None:
    strange = [
        line
        for line in (ROOT / name).read_text().splitlines()
        if not PINNED.fullmatch(line) and not HASH.fullmatch(line)
    ]

    assert strange == []


def test_both_sets_can_be_installed_together() -> None:
    def versions(name: str) -> dict[str, str]:
        lines = (ROOT / name).read_text().splitlines()
        return dict(line.rstrip(" \\").split("==") for line in lines if "==" in line)

    run, dev = versions("requirements.txt"), versions("requirements-dev.txt")

    assert {name: dev[name] for name in dev.keys() & run.keys()} == {
        name: run[name] for name in dev.keys() & run.keys()
    }
