"""Corrections in bulk from a file: all of them, or none and every reason why; the same file again changes nothing."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from support.command_line import Lotproof

FARM, PACKER, ORCHARD = "9520000000011", "9520000000028", "9520000001001"
CYCLE = "urn:uuid:6d0d2d0e-0000-4000-8000-000000000001"
A1, B1 = "09520000100018/A1", "09520000100025/B1"
SEASON = f"""kind,by,gln,name,zone,at,place,cycle,inputs,outputs,portions,reason,gtin,uom
party,,{FARM},Farm,,,,,,,,,,
party,,{PACKER},Packer,,,,,,,,,,
place,,{ORCHARD},Orchard,Asia/Shanghai,,,,,,,,,
product,,,Apples,,,,,,,,,09520000100018,KGM
harvest,{FARM},,,,2026-09-01 08:00,{ORCHARD},{CYCLE},,,{A1}=100 KGM,,,
processing,{FARM},,,,2026-09-02 08:00,{ORCHARD},,{A1}=60 KGM,{B1}=58 KGM,,,,
loss,{FARM},,,,2026-09-03 08:00,{ORCHARD},,,,{B1}=1 KGM,=1+1,,
loss,{PACKER},,,,2026-09-03 09:00,{ORCHARD},,,,{B1}=2 KGM,spoilt,,
"""
HARVEST, PACKING, LOSS, PACKERS_LOSS = range(4)


@pytest.fixture
def told(lotproof: Lotproof) -> list[dict[str, str]]:
    """A harvest, a packing and two losses, recorded; the rows of a template that tells them."""
    lotproof.json("season", lotproof.write("season.csv", SEASON))
    file = lotproof.folder / "told.csv"
    assert lotproof.json("corrections", "--template", file, "--lot", A1, "--lot", B1)["events"] == 4
    return [row for row in csv.DictReader(file.read_text("utf-8-sig").splitlines()) if row["entry"][0] != "#"]


def table(lotproof: Lotproof, *rows: dict[str, str]) -> Path:
    """A file with these rows."""
    out = io.StringIO()
    names = dict.fromkeys(name for row in rows for name in row)
    writer = csv.DictWriter(out, list(names))
    writer.writeheader()
    writer.writerows(rows)
    return lotproof.write("corrections.csv", out.getvalue())


def balance(lotproof: Lotproof, lot: str) -> tuple[str, str]:
    """What was created of a lot, and what is there."""
    found = lotproof.json("balance", lot)
    return found["created"], found["on_hand"]


def entries(lotproof: Lotproof) -> int:
    """How long the log is."""
    return int(lotproof.json("verify")["size"])


def codes(refused: dict[str, Any]) -> list[tuple[str, str]]:
    """Where and what."""
    return [(one["where"], one["code"]) for one in refused["problems"]]


def test_the_template_tells_events_as_they_stand_and_unchanged_rows_correct_nothing(
    lotproof: Lotproof, told: list[dict[str, str]]
) -> None:
    before = entries(lotproof)

    done = lotproof.json("corrections", lotproof.folder / "told.csv")

    assert [row["kind"] for row in told] == ["harvest", "processing", "loss", "loss"]
    assert told[HARVEST]["portions"] == f"{A1}=100 KGM"
    assert told[HARVEST]["at"] == "2026-09-01T08:00:00+08:00"
    assert told[LOSS]["reason"] == "'=1+1", "what would be a formula stays text"
    assert done["unchanged"] == 4
    assert entries(lotproof) == before


def test_several_events_are_put_right_in_one_go_and_again_changes_nothing(
    lotproof: Lotproof, told: list[dict[str, str]]
) -> None:
    told[HARVEST] |= {"error": "incorrect_data", "portions": f"{A1}=90 KGM"}
    told[PACKING] |= {"error": "incorrect_data", "inputs": f"{A1}=50 KGM", "outputs": f"{B1}=49 KGM"}
    told[LOSS] |= {"error": "did_not_occur"}
    file = table(lotproof, *told)

    rehearsed = lotproof.json(
        "corrections",
        file,
        "--dry-run",
    )
    assert balance(lotproof, A1) == ("100", "40")
    done = lotproof.json("corrections", file)
    size = entries(lotproof)
    again = lotproof.json("corrections", file)

    assert balance(lotproof, A1) == ("90", "40")
    assert balance(lotproof, B1) == ("49", "47")
    assert [row["outcome"] for row in done["rows"]] == ["replaced", "replaced", "voided", "unchanged"]
    assert [row["outcome"] for row in rehearsed["rows"]] == [row["outcome"] for row in done["rows"]]
    assert done["rows"][0]["changes"] == {"portions": [f"{A1}=100 KGM", f"{A1}=90 KGM"]}
    assert [row["outcome"] for row in again["rows"]] == ["stood", "stood", "stood", "unchanged"]
    assert [(row["declared"], row["recorded"]) for row in again["rows"]] == [
        (row["declared"], row["recorded"]) for row in done["rows"]
    ]
    assert entries(lotproof) == size
    assert not [one for one in done["findings"] if one["hold"]], "what rests on it was corrected with it"
    assert lotproof.json("verify", "--projections")["ok"]


def test_a_person_is_told_what_changed(lotproof: Lotproof, told: list[dict[str, str]]) -> None:
    told[HARVEST] |= {"error": "incorrect_data", "portions": f"{A1}=90 KGM"}

    text = lotproof.text("corrections", table(lotproof, told[HARVEST]), "--dry-run")

    assert "Nothing was recorded" in text
    assert f"portions: {A1}=100 KGM → {A1}=90 KGM" in text
    assert "corrected_upstream" in text, "the lot that was packed of it would be held"
    assert balance(lotproof, A1) == ("100", "40")


def test_an_excel_file_is_offered_choices_and_read_with_its_typed_cells(
    lotproof: Lotproof, told: list[dict[str, str]]
) -> None:
    file = lotproof.folder / "told.xlsx"
    lotproof.json("corrections", "--template", file, "--lot", B1)
    book = load_workbook(file)
    page: Any = book.active
    names = [cell.value for cell in page[1]]
    [rule] = [one for one in page.data_validations.dataValidation if "did_not_occur" in one.formula1]
    packing = next(row for row in page.iter_rows(min_row=2) if row[names.index("kind")].value == "processing")
    packing[names.index("error")].value = "incorrect_data"
    packing[names.index("at")].value = "2026-09-02 09:15"
    packing[names.index("place")].value = int(ORCHARD)
    book.save(file)

    done = lotproof.json("corrections", file)

    assert str(rule.sqref).startswith("B2:")
    assert (done["replaced"], done["unchanged"]) == (1, 2)
    [changed] = [row for row in done["rows"] if row["changes"]]
    assert changed["changes"] == {"at": ["2026-09-02T08:00:00+08:00", "2026-09-02T09:15:00+08:00"]}
    assert changed["where"].startswith("sheet Corrections, row ")


def test_a_value_is_taken_away_by_a_dash(lotproof: Lotproof, told: list[dict[str, str]]) -> None:
    told[HARVEST] |= {"error": "incorrect_data", "cycle": "-"}
    told[LOSS] |= {"error": "incorrect_data", "place": "-"}

    refused = lotproof.refusal("corrections", table(lotproof, told[HARVEST], told[LOSS]))
    done = lotproof.json("corrections", table(lotproof, told[LOSS]))

    assert codes(refused) == [("row 2, column cycle", "missing")]
    assert done["rows"][0]["changes"] == {"place": [ORCHARD, None]}


def test_everything_that_is_wrong_with_a_file_is_said_at_once(
    lotproof: Lotproof, told: list[dict[str, str]]
) -> None:
    at = told[HARVEST]["entry"]
    bad = [
        {"entry": "x", "error": "typo", "by": "9520000000012", "leaf_hash": "ff", "kind": "picking"},
        {"entry": "", "error": "did_not_occur"},
        {"entry": at, "error": "did_not_occur", "by": FARM},
    ]

    refused = lotproof.refusal("corrections", table(lotproof, *bad))

    assert refused["code"] == "invalid_corrections"
    assert codes(refused) == [
        ("row 2, column entry", "invalid_number"),
        ("row 2, column error", "invalid_value"),
        ("row 2, column leaf_hash", "invalid_value"),
        ("row 2, column kind", "unknown_kind"),
        ("row 2, column by", "invalid_check_digit"),
        ("row 3, column entry", "missing"),
    ]


def test_everything_that_is_wrong_with_events_is_said_at_once_and_nothing_is_recorded(
    lotproof: Lotproof, told: list[dict[str, str]]
) -> None:
    harvest, packing, loss, packers = told
    size, zero = entries(lotproof), "0" * 64
    right = {"error": "did_not_occur"}

    refused = lotproof.refusal("corrections", table(
        lotproof,
        harvest | right | {"leaf_hash": zero},
        packing | right | {"kind": "harvest"},
        loss | {"error": "incorrect_data"},
        loss | right,
        packers | {"portions": f"{B1}=3 KGM"},
        {"entry": "9999", "error": "did_not_occur"},
        {"entry": "0", "error": "did_not_occur"},
    ))  # fmt: skip

    assert refused["code"] == "rows_refused"
    assert codes(refused) == [
        ("row 2", "other_event"),
        ("row 3", "other_kind"),
        ("row 4", "nothing_changed"),
        ("row 5", "same_event_twice"),
        ("row 6", "error_missing"),
        ("row 7", "no_such_event"),
        ("row 8", "no_such_event"),
    ]
    assert entries(lotproof) == size


def test_cells_that_cannot_be_are_named(lotproof: Lotproof, told: list[dict[str, str]]) -> None:
    wrong = {"error": "incorrect_data"}
    told[HARVEST] |= wrong | {"portions": f"{A1}=many KGM", "place": "1"}
    told[PACKING] |= wrong | {"inputs": f"{A1}=5 bushels", "at": "yesterday"}
    told[LOSS] |= wrong | {"verdict": "pass"}

    refused = lotproof.refusal("corrections", table(lotproof, *told))

    assert codes(refused) == [
        ("row 2, column place", "invalid_identifier"),
        ("row 2, column portions", "invalid_number"),
        ("row 3, column at", "invalid_time"),
        ("row 3, column inputs", "invalid_uom"),
        ("row 4, column verdict", "not_for_kind"),
    ]


def test_events_of_others_need_two_people_and_one_bad_row_stops_all(
    lotproof: Lotproof, told: list[dict[str, str]]
) -> None:
    told[LOSS] |= {"error": "did_not_occur"}
    told[PACKERS_LOSS] |= {"error": "did_not_occur", "by": FARM}
    mine = told[PACKERS_LOSS] | {"by": ""}

    refused = lotproof.refusal("corrections", table(lotproof, told[LOSS], told[PACKERS_LOSS]))
    alone = lotproof.refusal("corrections", table(lotproof, mine))
    assert balance(lotproof, B1)[1] == "55"
    both = lotproof.json("corrections", table(lotproof, mine), "--approve", "Li", "--approve", "Wang")

    assert codes(refused) == [("row 3", "correction_not_applied")]
    assert codes(alone) == [("row 2", "correction_not_applied")]
    assert both["voided"] == 1
    assert balance(lotproof, B1)[1] == "57"


def test_an_event_that_was_corrected_otherwise_is_not_corrected_again(
    lotproof: Lotproof, told: list[dict[str, str]]
) -> None:
    lotproof.json("correct", told[LOSS]["entry"], "--reason", "did_not_occur", "--by", FARM)
    told[LOSS] |= {"error": "incorrect_data", "portions": f"{B1}=3 KGM"}
    same = told[LOSS] | {"error": "did_not_occur"}

    refused = lotproof.refusal("corrections", table(lotproof, told[LOSS]))

    assert codes(refused) == [("row 2", "already_corrected")]
    assert lotproof.json("corrections", table(lotproof, same))["stood"] == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv", b"entry,error\n", "no_rows"),
        ("a.csv", b"entry,reason\n1,x\n", "missing_column"),
        ("a.csv", b"entry,error,colour\n1,did_not_occur,red\n", "unknown_column"),
        ("a.csv", b"\xff\xff\xff\xff", "unknown_encoding"),
        ("a.xlsx", b"entry,error\n1,did_not_occur\n", "invalid_xlsx"),
        ("a.xlsx", b"", "empty_file"),
    ],
)
def test_a_file_that_is_none_is_refused(lotproof: Lotproof, name: str, content: bytes, code: str) -> None:
    file = lotproof.folder / name
    file.write_bytes(content)

    refused = lotproof.refusal("corrections", file)

    assert refused["code"] == "invalid_corrections"
    assert [one["code"] for one in refused["problems"]] == [code]


def test_an_excel_file_that_would_unfold_to_far_more_is_refused(lotproof: Lotproof) -> None:
    book, file = Workbook(), lotproof.folder / "bomb.xlsx"
    book.save(file)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", bytes(40 << 20))

    refused = lotproof.refusal("corrections", file)

    assert [one["code"] for one in refused["problems"]] == ["unsafe_file"]


def test_without_a_file_or_a_template_the_command_says_what_it_wants(lotproof: Lotproof) -> None:
    assert lotproof.refusal("corrections")["code"] == "usage"
    file = lotproof.folder / "empty.xlsx"
    lotproof.json("corrections", "--template", file)
    assert [one["code"] for one in lotproof.refusal("corrections", file)["problems"]] == ["no_rows"]
