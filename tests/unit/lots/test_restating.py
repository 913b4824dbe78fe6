"""The fact behind an event is found where one built it, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from lotproof.lots.native import Fact, build_event
from lotproof.lots.restating import fact_of
from support.facts import OWN
from support.facts import fact_of as example
from support.world import ORCHARD, STORE, lot, portion

AT = datetime(2026, 6, 1, 8, 30, 0, 120_000, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("everything", [False, True], ids=["required", "optional too"])
def test_every_kind_of_own_event_gives_the_event_again(name: str, everything: bool) -> None:
    raw = build_event(example(name, everything=everything))

    found = fact_of(raw)

    assert found is not None
    assert build_event(found) == raw


def test_a_fact_comes_back_as_it_was_stated() -> None:
    stated = Fact("shipping", AT, place=ORCHARD, to_place=STORE, portions=(portion(lot("A;/=%"), "0.1"),),
                  references={"po": "7 a/b"})  # fmt: skip

    assert fact_of(build_event(stated)) == stated


@pytest.mark.parametrize(
    "more",
    [
        {"eventID": "urn:uuid:6d0d2d0e-0000-4000-8000-000000000009"},
        {"example:colour": "red"},
        {"epcList": ["urn:epc:id:sgtin:9520000.010001.1"]},
        {"quantityList": [{"epcClass": "urn:epc:class:lgtin:9520000.010001.A", "quantity": 5}]},
        {"eventTime": "2026-06-01T08:30:00Z"},
        {"sensorElementList": [{"sensorReport": []}]},
        {"readPoint": None},
        {"readPoint": "somewhere"},
        {"bizTransactionList": [{}]},
    ],
)
def test_an_event_that_says_more_or_otherwise_has_no_fact(more: dict[str, Any]) -> None:
    plain = replace(example("harvest"), at=datetime(2026, 6, 1, 8, 30, tzinfo=UTC))

    assert fact_of(build_event(plain)) is not None
    assert fact_of(build_event(plain) | more) is None


def test_what_is_no_kind_of_ours_has_no_fact() -> None:
    assert fact_of({"type": "AssociationEvent", "eventTime": "2026-06-01T08:30:00+00:00"}) is None
    assert fact_of({"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "arriving"}) is None
