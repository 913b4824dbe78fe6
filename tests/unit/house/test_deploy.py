"""What stands in `deploy/` and the Procfile names commands, files and settings that there are."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from lotproof_cli.main import COMMANDS
from lotproof_schemas.settings import DEFAULTS

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
FILES = [*(path for path in DEPLOY.rglob("*") if path.is_file()), ROOT / "Procfile"]


def unit(path: Path) -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read(path)
    return parser


def commands(text: str) -> set[str]:
    """The words that follow the program's name, where it is called with one."""
    return set(re.findall(r"(?:bin/lotproof|: lotproof|--rm web) ([a-z-]+)", text))


def test_every_command_that_is_called_is_there() -> None:
    called = {name for file in FILES for name in commands(file.read_text())}

    assert called == {"serve", "backup", "init", "migrate"}
    assert called <= COMMANDS.keys()


def test_every_setting_that_is_named_is_there() -> None:
    named = {name for file in FILES for name in re.findall(r"LOTPROOF_[A-Z_]+", file.read_text())}

    assert named <= DEFAULTS.keys()
    assert len(named) > 8


def test_no_file_names_a_package_registry() -> None:
    hosts = re.compile(r"pypi|--index|index-url|pythonhosted|ghcr\.io|docker\.io|quay\.io")

    assert [file for file in FILES if hosts.search(file.read_text())] == []


def test_what_the_image_copies_is_there_and_is_sent_to_the_builder() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)
    sources = {name for line in copied for name in line.split()}
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert sources == sent
    assert all((ROOT / name).exists() for name in sources)


def test_the_image_finds_every_package_on_its_path() -> None:
    folders = re.findall(r"/opt/lotproof/(\w+)", (DEPLOY / "Dockerfile").read_text())

    found = {package.name for folder in folders for package in (ROOT / folder).iterdir() if package.is_dir()}

    assert {"lotproof", "lotproof_schemas", "lotproof_web", "lotproof_cli"} <= found


def test_the_services_of_compose_fit_together() -> None:
    services, networks = COMPOSE["services"], COMPOSE["networks"]
    address = {name: one["networks"]["inside"]["ipv4_address"] for name, one in services.items()}
    upstream = (DEPLOY / "compose" / "upstream.conf").read_text()

    assert set(services) == {"database", "web", "proxy"}
    assert services["web"]["environment"]["LOTPROOF_TRUSTED_PROXIES"] == address["proxy"]
    assert f"server {address['web']}:8000;" in upstream
    assert networks["inside"]["ipam"]["config"][0]["subnet"] == "10.89.7.0/24"
    assert all(one.startswith("10.89.7.") for one in address.values())


def test_every_file_and_volume_that_compose_mounts_is_there() -> None:
    mounts = [mount.split(":")[0] for one in COMPOSE["services"].values() for mount in one.get("volumes", [])]
    named = {mount for mount in mounts if re.fullmatch(r"\w+", mount)}

    assert named == set(COMPOSE["volumes"])
    assert all((DEPLOY / mount).exists() for mount in mounts if mount.startswith("./"))
    build = COMPOSE["services"]["web"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).exists()


def test_every_variable_of_compose_is_explained_in_the_example() -> None:
    used = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    example = (DEPLOY / "compose" / "example.env").read_text()

    assert used == set(re.findall(r"^(\w+)=", example, flags=re.MULTILINE))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_understands_the_units(path: Path, tmp_path: Path) -> None:
    """systemd's own check, with a program that exists in the place of ours."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze here")
    for one in UNITS:
        (tmp_path / one.name).write_text(
            one.read_text().replace("/opt/lotproof/.venv/bin/lotproof", "/bin/true")
        )
    command = [analyze, "verify", "--man=no", str(tmp_path / path.name)]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert "lotproof" not in done.stderr, done.stderr


def test_units_and_timer_belong_together() -> None:
    service, timer = unit(DEPLOY / "systemd/lotproof.service"), unit(DEPLOY / "systemd/lotproof-backup.timer")

    assert shlex.split(service["Service"]["ExecStart"])[1:] == ["serve", "--workers", "2"]
    assert (DEPLOY / "systemd" / "lotproof-backup.service").exists()
    assert "OnCalendar" in timer["Timer"]


def test_the_certificate_of_the_proxy_is_where_compose_mounts_it() -> None:
    wanted = re.findall(r"ssl_certificate(?:_key)? (\S+);", (DEPLOY / "nginx/lotproof.conf").read_text())
    mounts = COMPOSE["services"]["proxy"]["volumes"]

    assert {os.path.dirname(path) for path in wanted} == {"/etc/ssl/lotproof"}
    assert any(mount.split(":")[-2] == "/etc/ssl/lotproof" for mount in mounts)
