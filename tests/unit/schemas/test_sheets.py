"""Tables for spreadsheets: exact numbers, typed times, and no formula that came from somebody else's text."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from lotproof_schemas.sheets import Sheet, Value, to_csv, to_xlsx


def in_excel(*values: Value) -> list[Any]:
    """The cells of one row, as Excel would read them."""
    sheet = Sheet("One", [f"c{at}" for at in range(len(values))], [values])
    page = load_workbook(BytesIO(to_xlsx([sheet])))["One"]
    return list(page[2])


def in_csv(*values: Value) -> list[str]:
    """The cells of one row of the CSV file."""
    text = to_csv(Sheet("One", [f"c{at}" for at in range(len(values))], [values])).decode("utf-8-sig")
    return list(csv.reader(text.splitlines(keepends=True)))[1]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0"]
)
def test_text_that_would_be_a_formula_stays_text(text: str) -> None:
    [cell] = in_excel(text)

    assert (cell.data_type, cell.value) == ("s", text)
    assert cell.quotePrefix
    assert in_csv(text) == [f"'{text}"]


def test_numbers_and_times_are_typed() -> None:
    at = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)

    amount, whole, moment, day, blank = in_excel(
        Decimal("-12.50"), Decimal("1200.0"), at, date(2026, 6, 1), None
    )

    assert (amount.value, whole.value, blank.value) == (-12.5, 1200, None)
    assert moment.value == datetime(2026, 6, 1, 8, 30)  # noqa: DTZ001
    assert day.is_date
    assert in_csv(Decimal("-12.50"), at, date(2026, 6, 1), None, 7) == [
        "-12.5",
        "2026-06-01T08:30:00.000Z",
        "2026-06-01",
        "",
        "7",
    ]


def test_digits_that_excel_would_lose_stay_text() -> None:
    assert [cell.value for cell in in_excel(Decimal("1234567890123456"), Decimal("0.1234567890123456"))] == [
        "1234567890123456",
        "0.1234567890123456",
    ]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**18), max_value=10**18, places=6))
def test_a_decimal_is_read_back_exactly(value: Decimal) -> None:
    [cell] = in_excel(value)

    read = Decimal(format(cell.value, ".15g")) if isinstance(cell.value, int | float) else Decimal(cell.value)
    assert read == value


@given(st.text(max_size=40).filter(lambda text: "\r" not in text))
def test_any_text_can_be_written(text: str) -> None:
    [cell] = in_excel(text)

    assert cell.data_type != "f"
    in_csv(text)


def test_a_heading_stays_in_sight_and_columns_are_as_wide_as_they_must_be() -> None:
    sheet = Sheet("Lots", ["lot", "名称"], [("09520000100018/H1", "红苹果" * 30)])

    page = load_workbook(BytesIO(to_xlsx([sheet])))["Lots"]

    assert page.freeze_panes == "A2"
    assert page["A1"].font.bold
    assert page.column_dimensions["A"].width >= 17
    assert page.column_dimensions["B"].width == 60
