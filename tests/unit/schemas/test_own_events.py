"""What our own acts write is EPCIS that our own capture takes."""

from __future__ import annotations

import pytest

from lotproof.lots.native import build_event
from lotproof_schemas.epcis_event import load_event
from support.facts import OWN, fact_of


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("everything", [False, True], ids=["required", "optional too"])
def test_an_own_event_is_taken_by_the_schemas(name: str, everything: bool) -> None:
    raw = build_event(fact_of(name, everything=everything))

    assert load_event(raw, "$") == (raw, [])
