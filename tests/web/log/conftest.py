"""The whole application over a small world, once on each kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.served import Served, serve
from support.world import World


@pytest.fixture
def served(world: World, tmp_path: Path) -> Served:
    """The application, with nothing going on behind it but what a test does by hand."""
    return serve(world, tmp_path)
