"""Somebody in front of the door, with the codes that reach her."""

from __future__ import annotations

import pytest

from support.served import Served
from support.visiting import Visiting


@pytest.fixture
def visiting(served: Served) -> Visiting:
    """A browser without a session."""
    return Visiting(served)
