"""`lotproof common`, as people and scripts call it."""

from __future__ import annotations

import csv

from support.command_line import Lotproof

COLUMNS = "kind,at,place,gln,gtin,name,zone,uom,cycle,inputs,outputs,portions\n"
CYCLE = "urn:uuid:6d0d2d0e-0000-4000-8000-000000000001"
SEASON = COLUMNS + "\n".join((
    "place,,,9520000001001,,Orchard,Asia/Shanghai,,,,,",
    "product,,,,09520000100018,Apples,,KGM,,,,",
    f"harvest,2026-09-01 08:00,9520000001001,,,,,,{CYCLE},,,09520000100018/H1=100 KGM",
    "processing,2026-09-02 08:00,9520000001001,,,,,,,09520000100018/H1=50 KGM,09520000100025/C1=50 KGM,",
    "processing,2026-09-02 09:00,9520000001001,,,,,,,09520000100018/H1=50 KGM,09520000100025/C2=50 KGM,",
    "creation,2026-09-02 09:00,9520000001001,,,,,,,,,09520000100025/C3=50 KGM",
))  # fmt: skip
BAD = ("09520000100025/C1", "09520000100025/C2")


def test_the_nearest_common_lot_comes_first_in_every_form(lotproof: Lotproof) -> None:
    lotproof.json("season", lotproof.write("season.csv", SEASON))
    file = lotproof.folder / "causes.csv"

    found = lotproof.json("common", *BAD, "--csv", file)
    said = lotproof.text("common", *BAD)

    first = found["causes"][0]
    assert set(first) == {"uri", "type", "explains", "distance", "place", "product"}
    assert (first["type"], first["uri"].rpartition("/")[2]) == ("lot", "H1")
    assert sorted(first["distance"].values()) == [1, 1]
    assert "09520000100018/H1" in said
    assert "2 of 2" in said
    [row, *_] = csv.DictReader(file.read_text("utf-8-sig").splitlines())
    assert (row["cause"], row["explains"], row["of"], row["steps from 09520000100025/C1"]) == (
        "09520000100018/H1", "2", "2", "1",
    )  # fmt: skip


def test_what_explains_some_only_is_hinted_at(lotproof: Lotproof) -> None:
    text = SEASON.replace("creation,2026-09-02 09:00,9520000001001", "creation,2026-09-02T09:00Z,")
    lotproof.json("season", lotproof.write("season.csv", text))

    assert "--min 2" in lotproof.text("common", *BAD, "09520000100025/C3")
    assert lotproof.json("common", *BAD, "09520000100025/C3", "--min", "2")["causes"]


def test_one_lot_is_no_question(lotproof: Lotproof) -> None:
    lotproof.json("season", lotproof.write("season.csv", SEASON))

    assert lotproof.refusal("common", BAD[0])["code"] == "too_few_lots"
    assert lotproof.refusal("common", *BAD, "--min", "3")["code"] == "invalid_min"
