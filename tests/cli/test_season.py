"""A season from a CSV file: all of it, or nothing and every reason why."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from openpyxl import Workbook

from support.command_line import Lotproof

FARM, ORCHARD, CYCLE = "9520000000011", "9520000001001", "urn:uuid:6d0d2d0e-0000-4000-8000-000000000001"
COLUMNS = (
    "kind", "by", "at", "place", "gln", "gtin", "registration", "cycle", "crop", "name", "name_zh", "zone", "uom",
    "interval_days", "portions", "inputs", "outputs", "reason",
)  # fmt: skip


def row(kind: str, **cells: str) -> str:
    """One row of the file."""
    return ",".join({"kind": kind, **cells}.get(column, "") for column in COLUMNS) + "\n"


def fact(kind: str, at: str, **cells: str) -> str:
    """A row about something that happened in the farm's orchard."""
    return row(kind, **{"by": FARM, "at": at, "place": ORCHARD, **cells})


GOOD = "".join(
    (
        ",".join(COLUMNS) + "\n",
        fact("harvest", "2026-09-01 08:00", cycle=CYCLE, portions="09520000100018/A1=100 KGM"),
        fact(
            "processing",
            "2026-09-02 08:00",
            inputs="09520000100018/A1=60 KGM",
            outputs="09520000100025/B1=58 KGM",
        ),
        row("party", gln=FARM, name="Farm", name_zh="农场"),
        row("place", gln=ORCHARD, name="Orchard", name_zh="果园", zone="Asia/Shanghai"),
        row("product", gtin="09520000100018", crop="apple", name="Apples", name_zh="苹果", uom="KGM"),
        row("input_product", registration="PD1", crop="apple", name="Spray", interval_days="21"),
        row("cycle", by=FARM, cycle=CYCLE, crop="apple"),
    )
)


def test_a_season_lands_whole_whatever_the_order_of_its_rows(lotproof: Lotproof) -> None:
    file = lotproof.write("season.csv", GOOD)

    done = lotproof.json("season", file)
    again = lotproof.json("season", file)

    assert done["rows"] == 7
    assert again["entries"] == 0
    assert lotproof.json("balance", "09520000100018/A1")["on_hand"] == "40"
    up = lotproof.json("trace", "09520000100025/B1", "--up")
    assert [one["product"] for one in up["lots"]] == ["09520000100025", "Apples", "apple"]
    assert "9520000000011" in lotproof.text("org", "list")
    assert lotproof.json("verify")["ok"]


def test_a_season_may_be_an_excel_file(lotproof: Lotproof) -> None:
    book, file = Workbook(), lotproof.folder / "season.xlsx"
    page: Any = book.active
    for cells in csv.reader(GOOD.splitlines()):
        page.append([cell or None for cell in cells])
    page.title = "2026"
    book.save(file)

    done = lotproof.json("season", file, "--sheet", "2026")

    assert done["rows"] == 7
    assert lotproof.json("balance", "09520000100018/A1")["on_hand"] == "40"
    refused = lotproof.refusal("season", file, "--sheet", "2027")
    assert [one["code"] for one in refused["problems"]] == ["unknown_sheet"]


def test_the_template_is_written_and_holds_no_rows_yet(lotproof: Lotproof) -> None:
    file = lotproof.folder / "season.xlsx"

    assert str(file) in lotproof.text("season", "--template", file)

    assert lotproof.refusal("season", file)["problems"][0]["code"] == "no_rows"
    assert lotproof.refusal("season")["code"] == "usage"


def test_a_person_is_told_that_all_of_it_stood_already(lotproof: Lotproof) -> None:
    file = lotproof.write("season.csv", GOOD)
    lotproof.json("season", file)

    assert lotproof.text("season", file) == "7 rows: 0 entries; all of it stood already.\n"


def test_every_wrong_cell_is_named_with_row_and_column_and_nothing_is_done(lotproof: Lotproof) -> None:
    bad = (
        GOOD.replace("2026-09-02 08:00", "autumn")
        .replace("Asia/Shanghai", "Yantai")
        .replace("=100 KGM", "=x KGM")
    )

    refused = lotproof.refusal("season", lotproof.write("season.csv", bad))

    assert refused["code"] == "invalid_season"
    assert {"row 2, column portions", "row 3, column at", "row 5, column zone"} <= {
        one["where"] for one in refused["problems"]
    }
    assert lotproof.json("verify")["size"] == 3


def test_rows_that_the_ledger_refuses_are_all_named_and_nothing_is_done(lotproof: Lotproof) -> None:
    text = (
        GOOD
        + fact("loss", "2026-09-03 08:00", portions="09520000100018/A1=500 KGM", reason="rot")
        + fact("input_applied", "2026-08-01 08:00", by="9520000000028", registration="PD1", cycle=CYCLE)
    )

    refused = lotproof.refusal("season", lotproof.write("season.csv", text))

    assert refused["code"] == "rows_refused"
    assert [(one["where"], one["code"]) for one in refused["problems"]] == [
        ("row 9", "more_taken_than_exists"),
        ("row 10", "no_signing_key"),
    ]
    assert lotproof.json("verify")["size"] == 3
    assert lotproof.json("lots")["lots"] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ("kind\n", "no_rows"),
        ("what\nharvest\n", "unknown_column"),
        ("kind\nflying\n", "unknown_kind"),
    ],
)
def test_what_is_no_season_is_refused(lotproof: Lotproof, text: str, code: str) -> None:
    refused = lotproof.refusal("season", lotproof.write("season.csv", text))

    assert refused["problems"][0]["code"] == code


def test_a_season_that_is_not_there_is_named(lotproof: Lotproof) -> None:
    refused = lotproof.refusal("season", "gone.csv")

    assert refused["code"] == "file_failed"
    assert "gone.csv" in refused["message"]
