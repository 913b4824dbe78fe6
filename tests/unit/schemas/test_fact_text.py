"""What a fact is written as is read as that fact again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from lotproof.lots.native import Fact
from lotproof_schemas.fact_text import texts_of
from lotproof_schemas.native_fact import load_fact
from support.facts import OWN, fact_of
from support.world import ORCHARD, lot, portion


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("everything", [False, True], ids=["required", "optional too"])
def test_every_kind_of_fact_is_read_as_it_is_written(name: str, everything: bool) -> None:
    fact = fact_of(name, everything=everything)
    fact = replace(fact, references={"po": "7-a"}) if fact.references else fact

    assert load_fact(texts_of(fact)) == (fact, [])


@pytest.mark.parametrize("code", ["A", "A;B", "A=B", "A/B", "A%3BB", "'A", "+1", "A&B", '"A"'])
def test_every_lot_code_is_read_as_it_is_written(code: str) -> None:
    at = datetime(2026, 6, 1, 8, 30, 5, 120_000, tzinfo=timezone(timedelta(hours=8)))
    fact = Fact("loss", at, place=ORCHARD, portions=(portion(lot(code), "0.125"),), reason="spoilt")

    written = texts_of(fact)

    assert written["at"] == "2026-06-01T08:30:05.120+08:00"
    assert load_fact(written) == (fact, [])
