"""Recalls as people work through them: looked up again, ended by two, as CSV and Excel files."""

from __future__ import annotations

import csv

import pytest
from openpyxl import load_workbook

from support.command_line import Lotproof
from support.documents import LOT, document

TWO = ("--approve", "Li Na", "--approve", "Wang Wei")


@pytest.fixture
def recalled(lotproof: Lotproof) -> tuple[Lotproof, str]:
    """A ledger with one lot under a recall, and the recall's URI."""
    lotproof.json("capture", lotproof.write("doc.json", document()))
    return lotproof, lotproof.json("recall", LOT, "--reason", "residues")["recall"]


def test_a_recall_is_listed_shown_and_ended(recalled: tuple[Lotproof, str]) -> None:
    lotproof, uri = recalled

    [listed] = lotproof.json("recall", "list")["recalls"]
    shown = lotproof.json("recall", "show", uri)
    refused = lotproof.refusal("recall", "end", uri, "--approve", "Li Na")
    ended = lotproof.json("recall", "end", uri, *TWO)

    assert (listed["recall"], listed["lots"], listed["still"]) == (uri, 1, 1)
    assert shown["summary"]["still"] == 1
    assert [one["state"] for one in shown["affected"]] == ["recalled"]
    assert refused["code"] == "two_people_needed"
    assert (ended["lots"], ended["still"]) == (1, 0)
    assert lotproof.json("recall", "show", uri)["ended"] == [shown["affected"][0]["lot"]]
    assert lotproof.refusal("recall", "end", uri, *TWO)["code"] == "recall_has_ended"
    assert lotproof.json("verify")["ok"]


def test_the_lists_of_a_recall_go_into_a_csv_and_an_excel_file(recalled: tuple[Lotproof, str]) -> None:
    lotproof, uri = recalled
    as_csv, as_xlsx = lotproof.folder / "recall.csv", lotproof.folder / "recall.xlsx"

    lotproof.json("recall", "show", uri, "--csv", as_csv, "--xlsx", as_xlsx)

    [row] = csv.DictReader(as_csv.read_text("utf-8-sig").splitlines())
    assert (row["list"], f"{row['gtin']}/{row['lot']}", row["state"], row["recall"]) == (
        "on_hand",
        LOT,
        "recalled",
        uri,
    )
    sheet = load_workbook(as_xlsx)["Recall"]
    assert sheet.freeze_panes == "A2"
    names, values = ([cell.value for cell in cells] for cells in sheet.iter_rows())
    told = dict(zip(names, values, strict=True))
    assert told["gtin"] == row["gtin"], "an identifier is text: its leading zero stays"
    assert told["amount"] == float(row["amount"])


def test_a_person_reads_the_lists(recalled: tuple[Lotproof, str]) -> None:
    lotproof, uri = recalled

    said = lotproof.text("recall", "show", uri)

    assert "1 of 1 lots are still recalled" in said
    assert "On hand (1)" in said
    assert uri in lotproof.text("recall", "list")


def test_what_is_no_recall_and_a_missing_lot_are_said(lotproof: Lotproof) -> None:
    assert lotproof.refusal("recall", "show", "urn:uuid:0")["code"] == "unknown_recall"
    assert lotproof.refusal("recall", "--reason", "x")["code"] == "usage"
    assert lotproof.text("recall", "list") == "No recall is recorded.\n"
