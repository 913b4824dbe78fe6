from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from lotproof.kernel.identifiers import LotId
from lotproof.lots.book.forms import FORMS
from lotproof.lots.native import Fact, Portion, build_event
from lotproof.lots.restating import fact_of
from lotproof_schemas.fact_form import READERS, read_form

ZONE = ZoneInfo("Asia/Shanghai")
APPLES, CASES = "09520000100018", "09520000100025"
CYCLE = "urn:uuid:6d0d2d0e-0000-4000-8000-000000000001"
UOMS = {APPLES: "KGM", CASES: "XCS", LotId(APPLES, "H1").uri: "KGM", LotId(APPLES, "H2").uri: "KGM"}
SPRAY = {"cycle": CYCLE, "registration": "PD1", "amount": "1.5", "unit": "LTR", "at": "2026-06-01T08:00"}
PLACE, OTHER_PLACE, PARTY = "9520000001001", "9520000001018", "9520000000028"
FILLED = {
    "place_of_plot": PLACE, "place": PLACE, "place_to": OTHER_PLACE, "to_place": OTHER_PLACE, "from_place": OTHER_PLACE,
    "plot": "East", "crop": "apple", "at": "2026-06-01T08:00", "ended_at": "2026-06-01T09:00", "lot": f"{APPLES}/H1",
    "amount": "10", "season": "2026", "unit": "KGM", "cycle": CYCLE, "registration": "PD1", "note": "leaves curl",
    "product": CASES, "code": "C1", "made": "9", "code_2": "C2", "made_2": "1", "lot_2": f"{APPLES}/H2",
    "amount_2": "5", "harvested_on": "2026-06-01", "temperature": "4", "temperature_min": "3", "temperature_max": "5",
    "device": "logger 3", "carrier": PARTY, "buyer": PARTY, "document": "4711", "container": "095200000000000011",
    "verdict": "pass", "certificate": "C-1", "laboratory": "Lab", "reason": "rotten", "witness": "Chen Shuang",
}  # fmt: skip


def read(form: str, **texts: str) -> tuple[Fact | None, list[tuple[str, str]]]:
    fact, _got, problems = read_form(FORMS[form], texts, zone=ZONE, uoms=UOMS.get, new_cycle=CYCLE)
    return fact, [(one.where, one.code) for one in problems]


def stated(form: str, **texts: str) -> Fact:
    fact, problems = read(form, **texts)
    assert fact is not None, problems
    return fact


def test_a_spraying_is_read_in_local_time() -> None:
    fact = stated("spray", **SPRAY)

    assert (fact.kind, fact.cycle, fact.registration) == ("input_applied", CYCLE, "PD1")
    assert (fact.amount, fact.uom) == (Decimal("1.5"), "LTR")
    assert fact.at.isoformat() == "2026-06-01T08:00:00+08:00"


@pytest.mark.parametrize("form", FORMS)
def test_every_form_filled_in_whole_states_a_fact_that_becomes_an_event_and_is_read_back(form: str) -> None:
    fact = stated(form, **{name: FILLED[name] for name in FORMS[form].fields if name != "unit"} | (
        {"unit": "LTR"} if form == "spray" else {}))  # fmt: skip

    event = build_event(fact)

    assert fact.kind == FORMS[form].kind
    if form != "sampling":  # which names its lot with and without its amount
        assert fact_of(event) == fact


def test_a_form_with_nothing_in_it_says_at_every_field_that_it_is_needed() -> None:
    assert read("spray")[1] == [
        (name, "missing") for name in ("cycle", "registration", "amount", "unit", "at")
    ]


def test_every_field_that_is_wrong_is_named_with_its_code() -> None:
    problems = read(
        "harvest", cycle="no uri", product="09520000100019", code="H 1", amount="ten", at="yesterday"
    )[1]

    assert problems == [("cycle", "invalid_identifier"), ("product", "invalid_check_digit"),
                        ("amount", "invalid_number"), ("at", "invalid_time")]  # fmt: skip


def test_a_lot_code_that_cannot_be_one_is_said_at_its_field() -> None:
    assert read("harvest", cycle=CYCLE, product=APPLES, code="苹果", amount="1", at="2026-06-01T08:00")[
        1
    ] == [("code", "invalid_identifier")]


def test_the_unit_of_a_product_need_not_be_stated_and_one_that_nobody_recorded_is_asked_for() -> None:
    known = stated("harvest", cycle=CYCLE, product=APPLES, code="H1", amount="12.5", at="2026-06-01T08:00")
    unknown = read("loss", lot="09520000100032/X", amount="1", reason="rotten", at="2026-06-01T08:00")[1]

    assert known.portions == (Portion(LotId(APPLES, "H1"), Decimal("12.5"), "KGM"),)
    assert unknown == [("unit", "missing")]


def test_splitting_leaves_the_rest_where_it_was() -> None:
    fact = stated(
        "split", lot=f"{APPLES}/H1", code="A", made="3", code_2="B", made_2="4", at="2026-06-01T08:00"
    )

    assert fact.inputs == (Portion(LotId(APPLES, "H1"), Decimal(7), "KGM"),)
    assert [str(one.lot) for one in fact.outputs] == [f"{APPLES}/A", f"{APPLES}/B"]
    assert read(
        "split", lot=f"{APPLES}/H1", code="A", made="3", code_2="A", made_2="4", at="2026-06-01T08:00"
    )[1] == [("code_2", "duplicate_element")]


def test_merging_asks_for_one_product() -> None:
    both = {"lot": f"{APPLES}/H1", "amount": "3", "amount_2": "4", "code": "M", "at": "2026-06-01T08:00"}

    assert stated("merge", lot_2=f"{APPLES}/H2", **both).outputs == (
        Portion(LotId(APPLES, "M"), Decimal(7), "KGM"),
    )
    assert ("lot_2", "other_product") in read("merge", lot_2=f"{CASES}/C1", **both)[1]


def test_zero_is_a_count_and_nothing_else() -> None:
    zero = {"lot": f"{APPLES}/H1", "amount": "0", "reason": "counted", "at": "2026-06-01T08:00"}

    assert stated("count", **zero).portions[0].amount == 0
    assert read("loss", **zero)[1] == [("amount", "not_positive")]


def test_a_treatment_does_not_end_before_it_begins() -> None:
    assert read("spray", **SPRAY, ended_at="2026-06-01T07:00")[1] == [("ended_at", "invalid_value")]


def test_every_field_of_every_form_is_read_by_something() -> None:
    assert {name for form in FORMS.values() for name in form.fields} == set(READERS)
