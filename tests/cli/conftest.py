"""`lotproof` in a folder of its own, with nothing in it or with a ledger that has begun."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.command_line import Lotproof


@pytest.fixture
def unopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lotproof:
    """The command where nothing was begun."""
    for name in [name for name in os.environ if name.startswith("LOTPROOF_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOTPROOF_HOME", str(tmp_path / "home"))
    return Lotproof(tmp_path)


@pytest.fixture
def lotproof(unopened: Lotproof) -> Lotproof:
    """The command with a ledger that has begun."""
    unopened.json("init")
    return unopened
