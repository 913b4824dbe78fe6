"""A season by Excel: the rows of the CSV file, read exactly, and every file that is none gets a clear answer."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from lotproof.kernel.identifiers import Gln, LotId
from lotproof.lots.native import Portion
from lotproof_schemas import xlsx_guard
from lotproof_schemas.season_table import COLUMNS, Season, read_season
from lotproof_schemas.season_template import template
from lotproof_schemas.xlsx_table import text_of

FARM, ORCHARD = "9521234000013", "9521234000020"
LOT = "09521234543213/LOT-1"
ZONE = ZoneInfo("Asia/Shanghai")
HEADING = ["kind", "by", "at", "place", "portions", "cycle", "temperature", "lots", "harvested_on", "note"]
CYCLE = "https://lotproof.org/ns/cycle/7"
AT = datetime(2026, 9, 20, 8, 30)  # noqa: DTZ001 - as Excel has it
HARVEST = ["harvest", FARM, AT, ORCHARD, f"{LOT}=500 KGM", CYCLE, None, None, None, None]


def book(*rows: Sequence[Any], heading: Sequence[Any] = HEADING) -> bytes:
    """An Excel file with one sheet."""
    made = Workbook()
    page: Any = made.active
    page.title = "Season"
    page.append(list(heading))
    for row in rows:
        page.append(list(row))
    return saved(made)


def saved(made: Workbook) -> bytes:
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def season_of(data: bytes, sheet: str | None = None) -> Season:
    return read_season(BytesIO(data), lambda gln: ZONE, "season.xlsx", sheet)


def problems_of(data: bytes, sheet: str | None = None) -> list[tuple[str, str]]:
    season = season_of(data, sheet)
    assert season.rows == []
    assert all(problem.message for problem in season.problems)
    return [(problem.where, problem.code) for problem in season.problems]


def changed(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The file with one of its parts changed; a part that is not there is added."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_a_row_of_excel_is_the_row_of_the_csv_file() -> None:
    [row] = season_of(book(HARVEST)).rows

    assert (row.number, row.by) == (2, Gln(FARM))
    assert row.fact is not None
    assert row.fact.portions == (Portion(LotId("09521234543213", "LOT-1"), Decimal(500), "KGM"),)
    assert row.fact.at == datetime(2026, 9, 20, 0, 30, tzinfo=UTC), "local time of the place"


def test_identifiers_that_excel_took_for_numbers_get_their_zeros_back() -> None:
    gtin = [["product", 614141000036, "Apples", "KGM"]]
    [row] = season_of(book(*gtin, heading=["kind", "gtin", "name", "uom"])).rows

    assert row.record is not None
    assert row.record.id == "00614141000036"
    numbers = [*HARVEST[:1], int(FARM), AT, float(ORCHARD), *HARVEST[4:]]
    assert season_of(book(numbers)).problems == []


def test_an_identifier_that_lost_digits_is_refused_with_its_cell() -> None:
    heading = ["kind", "at", "container", "portions"]
    rows = ["aggregate", "2026-09-20T08:00:00+08:00", 395212340000000123, f"{LOT}=1 KGM"]

    assert problems_of(book(rows, heading=heading)) == [
        ("sheet Season, row 2, column C (container)", "digits_lost")
    ]


def test_text_that_looks_like_a_number_keeps_its_zeros() -> None:
    heading = ["kind", "at", "lots", "note"]
    [row] = season_of(book(["observation", "2026-09-20T08:00:00Z", f"{LOT}", "007"], heading=heading)).rows

    assert row.fact is not None
    assert row.fact.note == "007"


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=6, allow_nan=False, allow_infinity=False))
def test_a_decimal_that_was_typed_is_read_without_dust(value: Decimal) -> None:
    assert Decimal(text_of(float(value), None, "General")) == value


def test_what_excel_reckoned_loses_its_dust() -> None:
    assert text_of(0.1 + 0.2, None, "General") == "0.3"
    assert text_of(0.1, None, "General") == "0.1"
    assert text_of(1200.0, None, "General") == "1200"
    assert text_of(42, None, "00000") == "00042"


@settings(max_examples=15, deadline=None)
@given(
    st.decimals(min_value=-40, max_value=60, places=3, allow_nan=False),
    st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001
)
def test_numbers_and_times_come_back_through_a_file(temperature: Decimal, at: datetime) -> None:
    data = book([at, float(temperature)], heading=["at", "temperature"])

    read = load_workbook(BytesIO(data)).active
    assert read is not None
    assert text_of(read["A2"].value, None, read["A2"].number_format) == at.isoformat()
    assert Decimal(text_of(read["B2"].value, None, "General")) == temperature


def test_a_date_stays_a_date_and_midnight_a_time() -> None:
    with_day = [*HARVEST[:8], date(2026, 9, 19), None]
    [row] = season_of(book(with_day)).rows
    assert row.fact is not None
    assert row.fact.harvested_on == date(2026, 9, 19)

    assert text_of(datetime(2026, 9, 19), None, "yyyy-mm-dd") == "2026-09-19"  # noqa: DTZ001
    assert text_of(datetime(2026, 9, 19), None, "yyyy-mm-dd hh:mm") == "2026-09-19T00:00:00"  # noqa: DTZ001
    assert problems_of(book([*HARVEST[:2], time(8, 30), *HARVEST[3:]])) == [
        ("sheet Season, row 2, column C (at)", "invalid_time")
    ]


def test_every_problem_is_told_with_sheet_row_and_letter() -> None:
    data = book(HARVEST, ["teleport"], ["harvest", "9521234000014", AT, ORCHARD, f"{LOT}=0 KGM", CYCLE])

    assert problems_of(data) == [
        ("sheet Season, row 3, column A (kind)", "unknown_kind"),
        ("sheet Season, row 4, column B (by)", "invalid_check_digit"),
        ("sheet Season, row 4, column E (portions)", "not_positive"),
    ]


def test_one_sheet_is_read_the_named_one_or_the_first() -> None:
    made = load_workbook(BytesIO(book(HARVEST)))
    second: Any = made.create_sheet("二月")
    second.append(HEADING)
    second.append(["teleport"])

    assert len(season_of(saved(made)).rows) == 1
    assert problems_of(saved(made), "二月") == [("sheet 二月, row 2, column A (kind)", "unknown_kind")]
    assert problems_of(saved(made), "March") == [("file", "unknown_sheet")]


def test_of_a_formula_its_last_value_counts_and_without_one_it_is_refused() -> None:
    without = book([*HARVEST[:4], f'=CONCATENATE("{LOT}=","500 KGM")', *HARVEST[5:]])
    assert problems_of(without) == [("sheet Season, row 2, column E (portions)", "formula_without_value")]

    new = f"</f><v>{LOT}=500 KGM</v>".encode()
    with_value = changed(
        without,
        SHEET,
        lambda xml: re.sub(rb"</f><v(?: ?/>|></v>)", new, xml).replace(b'r="E2"', b'r="E2" t="str"'),
    )
    [row] = season_of(with_value).rows
    assert row.fact is not None
    assert row.fact.portions[0].amount == 500


def test_an_error_in_a_cell_is_named() -> None:
    assert problems_of(book([*HARVEST[:4], "#REF!", *HARVEST[5:]])) == [
        ("sheet Season, row 2, column E (portions)", "cell_error")
    ]


def test_rows_of_remarks_and_blank_ones_are_passed_over() -> None:
    season = season_of(book(["# an example"], [None] * 10, ["  "], HARVEST))

    assert [row.number for row in season.rows] == [5]


def test_a_million_empty_rows_are_no_rows() -> None:
    far = load_workbook(BytesIO(book(HARVEST)))
    page: Any = far.active
    page.cell(1_048_576, 1, " ")

    assert len(season_of(saved(far)).rows) == 1


def test_what_a_sheet_says_of_its_own_size_is_not_believed() -> None:
    lying = changed(book(HARVEST), SHEET, lambda xml: xml.replace(b'ref="A1:J2"', b'ref="A1:A1"'))

    assert len(season_of(lying).rows) == 1


def test_the_template_is_a_season_without_rows() -> None:
    data = template()

    assert problems_of(data) == [("file", "no_rows")]
    page: Any = load_workbook(BytesIO(data))["Season"]
    assert [cell.value for cell in page[1]] == list(COLUMNS)
    assert page.freeze_panes == "B2"
    assert len(page.data_validations.dataValidation) == 3


def test_the_example_of_the_template_is_a_season_once_the_marks_are_gone() -> None:
    made = load_workbook(BytesIO(template()))
    page: Any = made["Season"]
    page.delete_rows(2)
    for row in range(2, page.max_row + 1):
        page.cell(row, 1).value = str(page.cell(row, 1).value).removeprefix("# ")

    season = season_of(saved(made))

    assert season.problems == []
    assert [(row.record.type if row.record else row.fact and row.fact.kind) for row in season.rows] == [
        "party", "place", "harvest",
    ]  # fmt: skip


ENCRYPTED = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"kind,by\n", "invalid_xlsx"),
        (b"PK\x03\x04 cut off", "invalid_xlsx"),
        (book(HARVEST)[:900], "invalid_xlsx"),
        (ENCRYPTED, "encrypted_file"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "old_format"),
        (changed(book(HARVEST), "xl/vbaProject.bin", lambda _: b"x"), "has_macros"),
        (changed(book(HARVEST), "xl/externalLinks/externalLink1.xml", lambda _: b"<x/>"), "external_links"),
        (changed(book(HARVEST), SHEET, lambda xml: b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml), "unsafe_file"),
        (changed(book(HARVEST), SHEET, lambda xml: xml[: len(xml) - 40]), "invalid_xlsx"),
        (changed(book(HARVEST), "xl/workbook.xml", lambda _: b"<html/>"), "no_sheet"),
        (book(HARVEST, heading=[]), "missing_column"),
        (book(HARVEST, heading=[*HEADING, *[None] * 300, "kind"]), "too_many_cells"),
    ],
    ids=["empty", "text", "cut zip", "cut", "encrypted", "xls", "macros", "links", "entities", "broken off", "no book",
         "no heading", "wide"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why(data: bytes, code: str) -> None:
    assert code in [found for _, found in problems_of(data)]


@pytest.mark.parametrize(
    ("part", "limit"), [("xl/sharedStrings.xml", "_LARGEST_PART"), (SHEET, "_LARGEST_SHEET")]
)
def test_a_file_that_would_unfold_to_too_much_is_not_unfolded(
    part: str, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_guard, limit, 1 << 20)
    bomb = changed(book(HARVEST), part, lambda _: b" " * (1 << 21))
    assert len(bomb) < 20_000

    assert problems_of(bomb) == [("file", "unsafe_file")]


def test_a_file_with_too_many_bytes_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_guard, "LARGEST_FILE", 1000)

    assert problems_of(book(HARVEST)) == [("file", "file_too_large")]
