"""Facts as people write them: what every kind needs, every form of every field, every problem at once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lotproof.kernel.identifiers import Gln, LotId, Sscc
from lotproof.lots.kinds import BY_NAME
from lotproof.lots.native import Fact, Portion, build_event
from lotproof_schemas.epcis_event import load_event
from lotproof_schemas.native_fact import KINDS, NAMES, load_fact

SHANGHAI = ZoneInfo("Asia/Shanghai")
LOT = "09521234543213/LOT-1"
ALL = {
    "at": "2026-11-23T16:36:00+08:00",
    "place": "9521234000013",
    "lots": LOT,
    "portions": f"{LOT}=12.5 KGM",
    "inputs": f"{LOT}=12.5 KGM",
    "outputs": "09521234543213/LOT-2=12 KGM",
    "container": "095212345678901235",
    "containers": "095212345678901235",
    "cycle": "https://lotproof.org/ns/cycle/plot-7-2026",
    "crop": "apple",
    "plot": "7",
    "harvested_on": "2026-11-22",
    "registration": "PD20070001",
    "ended_at": "2026-11-23T17:00:00+08:00",
    "amount": "2.5",
    "uom": "LTR",
    "temperature": "4",
    "temperature_min": "-1.5",
    "temperature_max": "6.25",
    "device": "urn:epc:id:giai:9521234.12345",
    "verdict": "pass",
    "certificate": "https://certificates.example.org/1",
    "laboratory": "Lab 4",
    "from_place": "9521234000013",
    "to_place": "9521234000020",
    "carrier": "9521234000037",
    "buyer": "9521234000044",
    "references": "po=4711; bol=77",
    "reason": "smells",
    "witness": "张三",
    "note": "two\nlines",
    "recall": "urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8",
}
HARVEST = {
    "kind": "harvest",
    **{name: ALL[name] for name in ("at", "place", "portions", "cycle", "plot", "harvested_on")},
}
EXTRA = {
    "shipping": ("portions",),
    "transport": ("portions",),
    "aggregate": ("portions",),
    "observation": ("lots",),
}


def least(kind: str) -> dict[str, str]:
    names = ("at", *BY_NAME[kind].fields, *EXTRA.get(kind, ()))
    return {"kind": kind, **{name: ALL[name] for name in names}}


def fact_of(values: dict[str, Any], zone: ZoneInfo | None = None) -> Fact:
    fact, problems = load_fact(values, zone)
    assert problems == []
    assert fact is not None
    return fact


def problems_of(values: dict[str, Any], zone: ZoneInfo | None = None) -> list[tuple[str, str]]:
    fact, problems = load_fact(values, zone)
    assert fact is None
    assert all(problem.message for problem in problems)
    return [(problem.where, problem.code) for problem in problems]


def test_a_harvest_is_read_whole() -> None:
    assert fact_of(HARVEST) == Fact(
        kind="harvest",
        at=datetime.fromisoformat("2026-11-23T16:36:00+08:00"),
        place=Gln("9521234000013"),
        portions=(Portion(LotId("09521234543213", "LOT-1"), Decimal("12.5"), "KGM"),),
        cycle="https://lotproof.org/ns/cycle/plot-7-2026",
        plot="7",
        harvested_on=date(2026, 11, 22),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_stated_with_the_least_that_it_needs(kind: str) -> None:
    assert fact_of(least(kind)).kind == kind


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_takes_all_its_options_and_becomes_an_event_that_capture_would_accept(kind: str) -> None:
    options = {name: ALL[name] for name in ("place", *BY_NAME[kind].options)}

    fact = fact_of({**least(kind), **options})

    assert load_event(build_event(fact))[1] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_names_every_field_that_is_missing(kind: str) -> None:
    needed = {"at", *BY_NAME[kind].fields, *EXTRA.get(kind, ())}

    assert sorted(problems_of({"kind": kind})) == sorted((name, "missing") for name in needed)


def test_every_field_of_a_fact_but_the_internal_ones_can_be_stated() -> None:
    assert set(NAMES) == set(Fact.__dataclass_fields__) - {"code", "unset"}
    taken = {"kind", "at", "place"}.union(*((*kind.fields, *kind.options) for kind in BY_NAME.values()))
    assert taken - set(NAMES) == set()


@pytest.mark.parametrize("kind", [None, "", "  ", "other", "Harvest", "teleporting", 7])
def test_a_kind_that_nobody_can_record_is_refused(kind: Any) -> None:
    [(where, code)] = problems_of({**HARVEST, "kind": kind})

    assert (where, code) == ("kind", "missing" if kind in (None, "", "  ") else "unknown_kind")


def test_blank_fields_count_as_not_stated() -> None:
    assert fact_of({**HARVEST, "plot": " ", "note": "", "buyer": None}).plot is None


def test_a_field_of_another_kind_is_refused_and_so_is_one_that_no_fact_has() -> None:
    assert problems_of({**HARVEST, "buyer": ALL["buyer"], "colour": "red"}) == [
        ("buyer", "not_for_kind"),
        ("colour", "unknown_field"),
    ]


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("at", "2026-11-23", "invalid_time"),
        ("at", "23.11.2026 16:36", "invalid_time"),
        ("at", "2026-11-23T25:00:00+08:00", "invalid_time"),
        ("at", "2026-02-30 16:36+08:00", "invalid_time"),
        ("at", "2026-11-23T16:36:00+08", "invalid_time"),
        ("at", "2026-11-23 16:36", "no_zone"),
        ("place", "9521234000014", "invalid_check_digit"),
        ("place", "952123400001", "invalid_identifier"),
        ("place", "farm", "invalid_identifier"),
        ("place", "https://id.gs1.org/417/9521234000013", "invalid_identifier"),
        ("place", "https://id.gs1.org/414/9521234000014", "invalid_check_digit"),
        ("portions", LOT, "invalid_value"),
        ("portions", f"{LOT}=12.5", "invalid_value"),
        ("portions", f"{LOT}=KGM", "invalid_value"),
        ("portions", f"{LOT}=1,5 KGM", "invalid_number"),
        ("portions", f"{LOT}=1.250,5 KGM", "invalid_number"),
        ("portions", f"{LOT}=1e3 KGM", "invalid_number"),
        ("portions", f"{LOT}=.5 KGM", "invalid_number"),
        ("portions", f"{LOT}=１２ KGM", "invalid_number"),
        ("portions", f"{LOT}=NaN KGM", "invalid_number"),
        ("portions", f"{LOT}=-1 KGM", "not_positive"),
        ("portions", f"{LOT}=0 KGM", "not_positive"),
        ("portions", f"{LOT}=0.12345678901234567 KGM", "inexact_decimal"),
        ("portions", f"{LOT}={'9' * 500} KGM", "number_too_large"),
        ("portions", f"{LOT}=12.5 kilos", "invalid_uom"),
        ("portions", "09521234543214/LOT-1=1 KGM", "invalid_check_digit"),
        ("portions", "LOT-1=1 KGM", "invalid_identifier"),
        ("portions", "09521234543213/=1 KGM", "invalid_identifier"),
        ("portions", f"09521234543213/{'L' * 21}=1 KGM", "invalid_identifier"),
        ("portions", ["x"], "invalid_type"),
        ("cycle", "plot 7", "invalid_identifier"),
        ("harvested_on", "2026-11-31", "invalid_date"),
        ("harvested_on", "20261122", "invalid_date"),
        ("harvested_on", "yesterday", "invalid_date"),
        ("plot", "x" * 2001, "too_long"),
        ("plot", "7\x00", "invalid_value"),
    ],
)
def test_a_field_that_cannot_be_read_is_refused(field: str, text: Any, code: str) -> None:
    assert problems_of({**HARVEST, field: text}) == [(field, code)]


@pytest.mark.parametrize(
    ("kind", "field", "text", "code"),
    [
        ("hold", "lots", f"{LOT}; 09521234543214/X", "invalid_check_digit"),
        ("aggregate", "container", "095212345678901236", "invalid_check_digit"),
        ("aggregate", "container", "https://id.gs1.org/414/9521234000013", "invalid_identifier"),
        ("aggregate", "containers", "095212345678901235; 1", "invalid_identifier"),
        ("sensor", "temperature", "4 °C", "invalid_number"),
        ("sensor", "temperature_max", "-2", "invalid_value"),
        ("inspection", "verdict", "passed", "invalid_value"),
        ("input_applied", "amount", "0", "not_positive"),
        ("input_applied", "uom", "litres!", "invalid_uom"),
        ("sale", "buyer", "9521234000045", "invalid_check_digit"),
        ("sale", "references", "po", "invalid_value"),
        ("sale", "references", "po=", "invalid_value"),
        ("sale", "references", "po=47 11", "invalid_value"),
        ("sale", "references", "bill=1", "unknown_reference"),
        ("sale", "references", "po=1; po=2", "duplicate_element"),
        ("recall", "recall", "spring recall", "invalid_identifier"),
    ],
)
def test_a_field_of_its_kind_that_cannot_be_read_is_refused(
    kind: str, field: str, text: str, code: str
) -> None:
    options = {name: ALL[name] for name in BY_NAME[kind].options}

    assert problems_of({**least(kind), **options, field: text}) == [(field, code)]


def test_every_problem_is_said_at_once() -> None:
    values = {
        "kind": "shipping",
        "at": "noon",
        "place": "9521234000014",
        "portions": f"{LOT}=0 KGM; {LOT}; 09521234543214/A=1 KGM",
        "carrier": "x",
        "colour": "red",
    }

    assert sorted(problems_of(values)) == [
        ("at", "invalid_time"),
        ("carrier", "invalid_identifier"),
        ("colour", "unknown_field"),
        ("place", "invalid_check_digit"),
        ("portions", "invalid_check_digit"),
        ("portions", "invalid_value"),
        ("to_place", "missing"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T16:36:00+08:00",
        "2026-11-23T16:36+08:00",
        "2026-11-23 16:36:00.000 +08:00",
        "2026-11-23T08:36:00Z",
        " 2026-11-23 08:36Z ",
        "2026-11-23 16:36",
        "2026-11-23T16:36:00",
    ],
)
def test_a_time_is_read_with_its_offset_or_as_local_time_of_the_place(text: str) -> None:
    at = fact_of({**HARVEST, "at": text}, SHANGHAI).at

    assert at == datetime(2026, 11, 23, 8, 36, tzinfo=UTC)
    assert at.utcoffset() == (timedelta(0) if "Z" in text else timedelta(hours=8))


@pytest.mark.parametrize("text", ["2026-10-25 02:30", "2026-03-29 02:30"])
def test_local_time_that_happened_twice_or_never_is_refused(text: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")

    assert problems_of({**HARVEST, "at": text}, berlin) == [("at", "ambiguous_time")]
    assert fact_of({**HARVEST, "at": f"{text}+01:00"}, berlin).at.utcoffset() == timedelta(hours=1)


def test_several_lots_portions_and_references_are_parted_by_semicolons() -> None:
    sale = fact_of({
        **least("sale"),
        "portions": f"{LOT}=12.5 KGM ;  https://example.org/01/9521234543213/10/A%3BB = 3 CS;",
        "references": "po=4711;inv=R-77/b",
    })  # fmt: skip

    assert sale.portions == (
        Portion(LotId("09521234543213", "LOT-1"), Decimal("12.5"), "KGM"),
        Portion(LotId("09521234543213", "A;B"), Decimal(3), "XCS"),
    )
    assert dict(sale.references) == {"po": "4711", "inv": "R-77/b"}


def test_a_lot_code_may_hold_an_equals_sign_and_a_slash() -> None:
    [portion] = fact_of({**HARVEST, "portions": "9521234543213/A=B/C=1 KGM"}).portions

    assert portion == Portion(LotId("09521234543213", "A=B/C"), Decimal(1), "KGM")


def test_keys_may_be_written_as_uris_too() -> None:
    packed = fact_of({
        **least("aggregate"),
        "place": "urn:epc:id:sgln:9521234.00001.0",
        "container": "https://id.gs1.org/00/095212345678901235",
        "containers": "urn:epc:id:sscc:9521234.0567890123",
    })  # fmt: skip

    assert packed.place == Gln("9521234000013")
    assert (packed.container, packed.containers) == (
        Sscc("095212345678901235"),
        (Sscc("095212345678901235"),),
    )


def test_a_count_may_find_nothing() -> None:
    [portion] = fact_of({**least("count"), "portions": f"{LOT}=0 KGM"}).portions

    assert portion.amount == 0


def test_amount_and_unit_of_an_input_go_together() -> None:
    applied = least("input_applied")

    assert problems_of({**applied, "amount": "1"}) == [("uom", "missing")]
    assert problems_of({**applied, "uom": "LTR"}) == [("amount", "missing")]


def test_decimals_stay_exact() -> None:
    for text in ("0.1", "1234567.89", "100000000000000.1", "9007199254740991", "-40.25", "7.10"):
        fact = fact_of({**least("sensor"), "temperature": text})
        assert fact.temperature == Decimal(text)
