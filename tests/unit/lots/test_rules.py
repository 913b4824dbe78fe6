"""The pure rules of lots: balances, conversions, checks, privacy."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotproof.epcis.event import Event
from lotproof.lots.balance import COLUMNS, Balance
from lotproof.lots.checks import CycleFacts, Facts, LotFacts, MassFacts, Movement, check, standing
from lotproof.lots.conversions import Declared, to_unit
from lotproof.lots.kinds import BY_NAME
from lotproof.lots.privacy import private_pointers
from lotproof.lots.problems import CODES
from support.world import CYCLE, lot

AT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
URI = lot("A").uri
AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=3)


def facts(balance: Balance | None = None, total: str = "sold", amount: str = "1", **more: Any) -> Facts:
    """Facts about one lot of which `amount` is taken."""
    known = LotFacts(URI, AT - timedelta(days=1), balance or Balance("KGM", created=Decimal(10)),
                     **{k: more.pop(k) for k in ("quarantined", "held") if k in more})  # fmt: skip
    move = Movement(URI, "object", total, Decimal(amount), "KGM", Decimal(amount))
    base = {"event_time": AT, "now": AT, "local_date": AT.date(), "offset_fits": True}
    return Facts(**{**base, "lots": {URI: known}, "movements": [move], **more})


def codes(kind: str, found: Facts) -> list[str]:
    """Codes of the problems of a kind."""
    return [problem.code for problem in check(BY_NAME[kind], found)]


@given(st.lists(st.tuples(st.sampled_from(COLUMNS), AMOUNTS)))
def test_what_came_is_what_went_and_what_is_left(parts: list[tuple[str, Decimal]]) -> None:
    balance = Balance("KGM")
    for column, amount in parts:
        balance = balance.add(column, amount)

    came = balance.created + balance.received
    gone = balance.consumed + balance.shipped + balance.sold + balance.destroyed + balance.adjusted
    assert came == gone + balance.on_hand


@given(st.lists(st.tuples(st.sampled_from(COLUMNS), AMOUNTS)))
def test_taking_back_everything_leaves_nothing(parts: list[tuple[str, Decimal]]) -> None:
    balance = Balance("KGM")
    for column, amount in parts:
        balance = balance.add(column, amount)
    for column, amount in parts:
        balance = balance.add(column, -amount)

    assert all(getattr(balance, column) == 0 for column in COLUMNS)


def test_a_case_of_18_kilograms_converts_both_ways_and_across_standard_units() -> None:
    ways = [Declared("XCS", "KGM", Decimal(18))]

    assert to_unit(Decimal(5), "XCS", "KGM", ways) == 90
    assert to_unit(Decimal(90), "KGM", "XCS", ways) == 5
    assert to_unit(Decimal(5), "XCS", "GRM", ways) == 90_000
    assert to_unit(Decimal(1), "TNE", "XCS", ways) is None  # 1000 / 18 never ends
    assert to_unit(Decimal(1), "XCS", "LTR", ways) is None
    assert to_unit(Decimal(7), "XCS", "XCS") == 7


@given(AMOUNTS, st.decimals(min_value="0.001", max_value=1000, places=3))
def test_a_conversion_that_comes_back_comes_back_exactly(amount: Decimal, factor: Decimal) -> None:
    ways = [Declared("XCS", "KGM", factor)]
    there = to_unit(amount, "XCS", "KGM", ways)

    assert there is not None
    assert to_unit(there, "KGM", "XCS", ways) == amount


def test_taking_all_is_fine_and_one_gram_more_is_not() -> None:
    assert codes("retail_sale", facts(amount="10")) == []
    assert codes("retail_sale", facts(amount="10.001")) == ["more_taken_than_exists"]


def test_what_is_in_quarantine_cannot_be_sold_but_destroyed() -> None:
    held_back = {"quarantined": Decimal(4), "amount": "7"}

    assert codes("retail_sale", facts(**held_back)) == ["more_taken_than_exists"]
    assert codes("destruction", facts(total="destroyed", quarantine_only=True, **held_back)) == []


@pytest.mark.parametrize(
    "kind", ["planting", "initial_packing", "aggregate", "shipping", "sale", "retail_sale"]
)
def test_a_hold_stops_every_way_out(kind: str) -> None:
    assert "held_lot_moved" in codes(kind, facts(held=(("manual", AT),)))
    assert "held_lot_moved" not in codes(kind, facts(held=(("manual", AT + timedelta(seconds=1)),)))


@pytest.mark.parametrize("kind", ["inspection", "storage", "count", "destruction", "receiving", "return"])
def test_a_hold_stops_nothing_that_leaves_the_lot_where_it_is(kind: str) -> None:
    assert "held_lot_moved" not in codes(kind, facts(total="adjusted", held=(("manual", AT),)))


@pytest.mark.parametrize(("day", "expected"), [(21, ["harvest_too_early"]), (22, []), (23, [])])
def test_the_first_day_of_harvest_is_allowed_the_day_before_is_not(day: int, expected: list[str]) -> None:
    cycle = CycleFacts(CYCLE, "apple", date(2026, 6, 22))

    found = facts(total="created", cycle=cycle, local_date=date(2026, 6, day))

    assert codes("harvest", found) == expected


def test_five_minutes_ahead_are_allowed_and_a_second_more_is_not() -> None:
    assert codes("storage", facts(total="", event_time=AT + timedelta(minutes=5))) == []
    late = facts(total="", event_time=AT + timedelta(minutes=5, seconds=1))
    assert codes("storage", late) == ["future_event"]


def test_mass_out_is_mass_in_within_what_is_declared() -> None:
    def weighed(out: str, tolerance: str | None) -> list[str]:
        mass = MassFacts(Decimal(100), Decimal(out), "KGM", None if tolerance is None else Decimal(tolerance))
        return codes("processing", facts(total="created", mass=mass))

    assert weighed("100", None) == []
    assert weighed("100.001", None) == ["more_out_than_in"]
    assert weighed("1", None) == []
    assert weighed("102", "2") == []
    assert weighed("102.1", "2") == ["more_out_than_in"]
    assert weighed("98", "2") == []
    assert weighed("97.9", "2") == ["yield_out_of_tolerance"]


def test_totals_speak_for_themselves() -> None:
    def said(created_at: datetime | None = AT, **totals: int) -> list[str]:
        balance = Balance("KGM", **{name: Decimal(value) for name, value in totals.items()})
        return sorted(standing(LotFacts(URI, created_at, balance)))

    assert said(created=10, sold=10) == []
    assert said(created=10, sold=11) == ["more_taken_than_exists"]
    assert said(None, shipped=25) == ["unknown_origin"]
    assert said(None, received=25, sold=26) == ["more_taken_than_exists", "unknown_origin"]
    assert said(created=10, shipped=5, received=6) == ["quantity_discrepancy"]
    assert said(created=10, sold=5, received=5) == []


def test_every_code_says_what_to_do_next() -> None:
    assert all(code.hint and not code.hint.endswith(".") for code in CODES.values())


def test_documents_prices_and_strange_extensions_are_hidden_and_nothing_else() -> None:
    raw = {
        "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "shipping",
        "bizTransactionList": [{"type": "po", "bizTransaction": "1"}],
        "shop:price": 3, "lotproof:cycle": CYCLE, "lotproof:witness": "Li",
        "ilmd": {"cbvmda:harvestStartDate": "2026-06-01", "a/b:c": 1},
        "destinationList": [
            {"type": "owning_party", "destination": "https://id.gs1.org/417/9520000000011"},
            {"type": "possessing_party", "destination": "https://id.gs1.org/417/9520000000028"},
        ],
    }  # fmt: skip

    shipped = private_pointers(BY_NAME["shipping"], Event(raw))
    sold = private_pointers(BY_NAME["sale"], Event(raw))

    assert sorted(shipped) == [
        "/event/bizTransactionList", "/event/destinationList/0", "/event/ilmd/a~1b:c", "/event/lotproof:witness",
        "/event/shop:price",
    ]  # fmt: skip
    assert sorted(set(sold) - set(shipped)) == ["/event/destinationList/1"]
