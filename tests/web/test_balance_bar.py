"""The balance picture tells the whole balance, also when it does not work out."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lotproof.lots.balance import COLUMNS, Balance
from lotproof_web.balance_bar import balance_picture, parts
from lotproof_web.phrases import phrasebook

EN = phrasebook("en")
AMOUNT = st.decimals(0, 10**6, places=3)


@given(st.fixed_dictionaries(dict.fromkeys(COLUMNS, AMOUNT)), st.decimals(-1000, 1000, places=3))
def test_both_bars_are_equally_long(columns: dict[str, Decimal], adjusted: Decimal) -> None:
    came, went = parts(Balance("KGM", **{**columns, "adjusted": adjusted}))

    assert sum(part.amount for part in came) == sum(part.amount for part in went)
    assert all(part.amount > 0 for part in (*came, *went))


def test_what_was_taken_without_being_there_is_its_own_part() -> None:
    picture = balance_picture(Balance("XCS", received=Decimal(40), sold=Decimal(46)), EN)

    assert picture is not None
    assert not picture.balanced
    assert [(row.code, row.amount) for row in picture.rows] == [
        ("received", "40 cases"), ("missing", "6 cases"), ("sold", "46 cases"),
    ]  # fmt: skip


def test_goods_on_the_road_and_a_surplus_are_said() -> None:
    on_road = balance_picture(Balance("KGM", created=Decimal(9), shipped=Decimal(5), received=Decimal(2)), EN)
    surplus = balance_picture(Balance("KGM", created=Decimal(9), shipped=Decimal(5), received=Decimal(6)), EN)

    assert on_road is not None
    assert surplus is not None
    assert (on_road.in_transit, on_road.surplus) == ("3 kg", "")
    assert (surplus.in_transit, surplus.surplus) == ("", "1 kg")


def test_nothing_counted_is_no_picture() -> None:
    assert balance_picture(Balance(None), EN) is None
    assert balance_picture(Balance("KGM"), EN) is None
