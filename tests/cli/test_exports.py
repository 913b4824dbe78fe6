"""Lots, balance, history and trace as CSV and Excel files, with typed cells and nothing that runs as a formula."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from support.command_line import Lotproof

FARM, ORCHARD = "9520000000011", "9520000001001"
CYCLE = "urn:uuid:6d0d2d0e-0000-4000-8000-000000000001"
A1, B1 = "09520000100018/+A1", "09520000100025/B1"


@pytest.fixture
def lotproof(lotproof: Lotproof) -> Lotproof:
    """A ledger with a harvest, of which something was packed, and a loss that was corrected."""
    text = f"""kind,by,gln,name,zone,at,place,cycle,crop,inputs,outputs,portions,reason,gtin,uom
party,,{FARM},=Farm,,,,,,,,,,,
place,,{ORCHARD},Orchard,Asia/Shanghai,,,,,,,,,,
product,,,@Apples,,,,,,,,,,09520000100018,KGM
harvest,{FARM},,,,2026-09-01 08:00,{ORCHARD},{CYCLE},,,,{A1}=100.25 KGM,,,
processing,{FARM},,,,2026-09-02 08:00,{ORCHARD},,,{A1}=60 KGM,{B1}=58 KGM,,,,
loss,{FARM},,,,2026-09-03 08:00,{ORCHARD},,,,,{A1}=1 KGM,spoilt,,
"""
    lotproof.json("season", lotproof.write("season.csv", text))
    newest = lotproof.json("history", A1)["events"][-1]["event"]
    lotproof.json("correct", str(newest), "--reason", "did_not_occur", "--by", FARM)
    return lotproof


def files(lotproof: Lotproof, *command: str) -> tuple[list[dict[str, str]], dict[str, list[dict[str, Any]]]]:
    """The rows of the CSV file, and those of the Excel file by sheet."""
    text, book = lotproof.folder / "out.csv", lotproof.folder / "out.xlsx"
    lotproof.json(*command, "--csv", text, "--xlsx", book)
    return list(csv.DictReader(text.read_text("utf-8-sig").splitlines())), sheets(book)


def sheets(book: Path) -> dict[str, list[dict[str, Any]]]:
    """Every sheet as rows by heading."""
    found = {}
    for page in load_workbook(book).worksheets:
        heading, *rows = page.iter_rows(values_only=True)
        found[page.title] = [dict(zip(heading, row, strict=True)) for row in rows]
    return found


def test_lots_are_listed_with_their_totals(lotproof: Lotproof) -> None:
    text, book = files(lotproof, "lots")

    first = text[0]
    assert (first["gtin"], first["lot"], first["product"]) == ("09520000100018", "'+A1", "'@Apples")
    assert (first["on hand"], first["unit"], first["created"]) == ("40.25", "KGM", "100.25")
    [apples, cases] = book["Lots"]
    assert (apples["lot"], apples["product"], apples["on hand"]) == ("+A1", "@Apples", 40.25)
    assert (apples["harvested on"], cases["harvested on"]) == (datetime(2026, 9, 1), None)  # noqa: DTZ001
    assert apples["place name"] == "Orchard"


def test_a_balance_is_one_row(lotproof: Lotproof) -> None:
    text, book = files(lotproof, "balance", A1)

    assert [(row["unit"], row["consumed"], row["on hand"], row["balanced"]) for row in text] == [
        ("KGM", "60", "40.25", "True")
    ]
    assert book["Balance"][0]["created"] == 100.25


def test_a_history_tells_every_event_and_what_was_corrected(lotproof: Lotproof) -> None:
    text, book = files(lotproof, "history", A1)

    assert [row["event"] for row in text] == ["harvest", "processing", "loss", "loss"]
    [harvest, packing, loss, declared] = book["History"]
    assert harvest["at (UTC)"] == datetime(2026, 9, 1)  # noqa: DTZ001
    assert (harvest["amount"], harvest["counted as"], packing["counted as"]) == (
        100.25,
        "created",
        "consumed",
    )
    assert harvest["recorded by name"] == "=Farm"
    assert (loss["corrected by entry"], declared["corrects entry"]) == (declared["entry"], loss["entry"])
    assert text[0]["recorded by name"] == "'=Farm"
    assert "corrected by entry" in lotproof.text("history", A1)


def test_a_trace_is_its_lots_and_in_excel_its_flows_too(lotproof: Lotproof) -> None:
    text, book = files(lotproof, "trace", B1, "--up")

    assert [(row["steps"], row["lot"], row["type"]) for row in text] == [
        ("0", "B1", "lot"),
        ("1", "'+A1", "lot"),
        ("2", "", "cycle"),
    ]
    flows = {(row["from lot"], row["to lot"]): row for row in book["Flows"]}
    assert flows["+A1", "B1"]["amount"] == 60
    assert flows[None, "+A1"]["event"] == "harvest"


@pytest.mark.parametrize("command", ["history", "balance"])
def test_an_unknown_lot_writes_no_file(lotproof: Lotproof, command: str) -> None:
    file = lotproof.folder / "out.csv"

    assert lotproof.refusal(command, "09520000100018/NEVER", "--csv", file)["code"] == "unknown_lot"
    assert not file.exists()
