"""The whole application over a small world, once on each kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.client_entries import KEY, bind
from support.served import Served, serve
from support.world import World


@pytest.fixture
def served(world: World, tmp_path: Path) -> Served:
    """The application, with nothing going on behind it but what a test does by hand."""
    return serve(world, tmp_path)


@pytest.fixture
def client(served: Served) -> Served:
    """The application, and a farm that has bound a key of its own."""
    bind(served, KEY)
    return served
