"""Kinds: what our own acts write is recognised as what it is, and a stranger's event as the first row that fits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lotproof.epcis.about import about
from lotproof.epcis.event import Event
from lotproof.kernel.errors import InvalidInputError
from lotproof.lots.kinds import KINDS, OTHER, classify
from lotproof.lots.native import Fact, Portion, build_event
from support.facts import AT, OWN, fact_of
from support.world import CYCLE, lot


@pytest.mark.parametrize("name", OWN)
def test_what_we_write_is_recognised_as_what_it_is(name: str) -> None:
    event = Event(build_event(fact_of(name)))

    assert classify(event).name == name
    assert about(event.raw)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.name}-{kind.event_type}")
def test_every_row_names_only_fields_that_a_fact_has(kind) -> None:  # type: ignore[no-untyped-def]
    assert set(kind.fields) | set(kind.options) <= set(Fact.__slots__)


def test_a_fail_makes_an_inspection_non_conformant() -> None:
    failed = build_event(Fact("inspection", AT, lots=(lot("A"),), verdict="fail"))
    passed = build_event(Fact("inspection", AT, lots=(lot("A"),), verdict="pass"))

    assert (failed["disposition"], passed["disposition"]) == ("non_conformant", "conformant")


def test_a_step_that_nobody_knows_is_other_and_moves_nothing() -> None:
    raw = build_event(fact_of("harvest")) | {"bizStep": "https://elsewhere.example/step"}

    assert classify(Event(raw)) is OTHER


def test_returned_goods_are_not_received_goods() -> None:
    raw = build_event(fact_of("receiving"))

    assert classify(Event(raw)).name == "receiving"
    assert classify(Event(raw | {"disposition": "returned"})).name == "return"


def test_cooling_needs_a_temperature() -> None:
    raw = build_event(fact_of("cooling"))

    assert classify(Event(raw)).name == "cooling"
    del raw["sensorElementList"]
    assert classify(Event(raw)) is OTHER


def test_an_amount_that_json_cannot_keep_is_refused_before_it_is_written() -> None:
    fact = Fact(
        "harvest", AT, portions=(Portion(lot("A"), Decimal("0.12345678901234567890"), "KGM"),), cycle=CYCLE
    )

    with pytest.raises(InvalidInputError) as caught:
        build_event(fact)
    assert caught.value.code == "inexact_number"
