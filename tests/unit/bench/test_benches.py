"""Every benchmark still runs, and says what it must; how fast it is, no test asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.command import BENCHES, main
from support.databases import Databases


@pytest.fixture(autouse=True)
def _on_the_server_of_this_run(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """A benchmark alone starts a server of its own, which takes longer than what it is to show here."""
    monkeypatch.setenv("LOTPROOF_TEST_DATABASE_URL", databases.server_url)


@pytest.mark.parametrize("name", BENCHES)
def test_a_benchmark_runs_and_puts_every_figure_beside_its_floor(name: str, tmp_path: Path) -> None:
    file = tmp_path / "bench.json"

    assert main(["--quick", "--only", name, "--json", str(file)]) == 0

    figures = json.loads(file.read_text())["figures"]
    assert figures
    assert {one["name"] for one in figures} == {name}
    assert all(one["measured"]["median_s"] > 0 and one["floor"]["median_s"] > 0 for one in figures)
    assert all(one["floor"]["is"] for one in figures)


def test_a_size_that_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick", "--sizes", "speed=9"]) == 2
    assert "speed=9" in capsys.readouterr().out
