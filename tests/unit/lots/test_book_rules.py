from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lotproof.kernel.errors import RefusedError
from lotproof.kernel.identifiers import Gln, LotId
from lotproof.lots.book.codes import suggest_code
from lotproof.lots.book.filled import earlier_values
from lotproof.lots.book.forms import FORMS, MOST_SHOWN, OPTIONAL
from lotproof.lots.book.release_rules import may_end, refuse_others_holds
from lotproof.lots.book.waiting import Wait, wait_after, wait_of
from lotproof.lots.kinds import BY_NAME, Effect
from lotproof.lots.native import Fact, Portion

FARM, OTHER, OPERATOR = "party:farm", "party:other", "party:operator"


def test_every_kind_that_people_record_has_a_form() -> None:
    of_their_own = {Effect.HOLD, Effect.RELEASE, Effect.RECALL}
    wanted = {name for name, kind in BY_NAME.items() if name != "other" and kind.effect not in of_their_own}

    assert {form.kind for form in FORMS.values()} == wanted


def test_no_form_shows_more_than_six_fields_and_none_asks_twice() -> None:
    for form in FORMS.values():
        assert len(form.shown) <= MOST_SHOWN, form.name
        assert len(set(form.fields)) == len(form.fields), form.name
        assert all(form.asks(name) or name in OPTIONAL | form.optional for name in form.fields)


def test_what_stands_under_more_is_never_needed() -> None:
    assert not [(form.name, name) for form in FORMS.values() for name in form.more if form.asks(name)]


def test_the_earliest_day_is_the_later_one_of_both_treatments() -> None:
    apple = {"apple": 21}

    assert wait_after(apple, "apple", date(2026, 6, 1), None) == Wait("waits", date(2026, 6, 22), 21)
    assert wait_after(apple, "apple", date(2026, 6, 1), date(2026, 7, 1)) == Wait(
        "waits", date(2026, 7, 1), 30
    )
    assert wait_after(apple, "pear", date(2026, 6, 1), None).code == "not_allowed"
    assert wait_after(None, "apple", date(2026, 6, 1), None).code == "not_recorded"


def test_a_crop_may_be_harvested_on_the_first_day_itself() -> None:
    assert wait_of(date(2026, 6, 22), date(2026, 6, 22)) == Wait("open", date(2026, 6, 22))
    assert wait_of(date(2026, 6, 22), date(2026, 6, 21)) == Wait("waits", date(2026, 6, 22), 1)
    assert wait_of(None, date(2026, 6, 21), unknown=True).code == "not_recorded"
    assert wait_of(None, date(2026, 6, 21), spoiled=True).code == "not_allowed"


def test_a_lot_code_is_offered_that_was_not_used() -> None:
    party = Gln("9520000000011").party_uri

    assert suggest_code(party, date(2026, 10, 12), []) == "261012-001"
    assert suggest_code(party, date(2026, 10, 12), ["261012-001", "261012-001B"]) == "261012-001C"


def test_a_hold_by_hand_ends_by_who_placed_it_or_the_operator() -> None:
    assert may_end(FARM, OPERATOR, "manual", FARM)
    assert not may_end(FARM, OPERATOR, "manual", OTHER)
    assert not may_end(FARM, OPERATOR, "manual", OPERATOR)
    assert may_end(OPERATOR, OPERATOR, "manual", OTHER)


def test_nobody_ends_a_failed_inspection_of_her_own_goods() -> None:
    assert may_end(FARM, OPERATOR, "temperature_excursion", OPERATOR)
    assert not may_end(FARM, OPERATOR, "inspection_failed", OPERATOR)
    with pytest.raises(RefusedError) as caught:
        refuse_others_holds(FARM, OPERATOR, [("lot", "inspection_failed", OPERATOR)])
    assert caught.value.code == "not_your_hold"


def test_the_next_form_begins_with_what_the_last_one_said() -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    lot = LotId("09520000100018", "H1")

    spray = earlier_values(Fact("input_applied", at, registration="PD1", amount=Decimal("1.50"), uom="LTR"))
    harvest = earlier_values(Fact("harvest", at, portions=(Portion(lot, Decimal(10), "KGM"),)))

    from_stock = earlier_values(
        Fact("input_applied", at, registration="PD1", inputs=(Portion(lot, Decimal("0.40"), "KGM"),))
    )

    assert spray == {"registration": "PD1", "amount": "1.5", "unit": "LTR"}
    assert from_stock == {"registration": "PD1", "amount": "0.4", "unit": "KGM"}
    assert harvest == {"product": "09520000100018"}
