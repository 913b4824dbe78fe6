"""`lotproof qualification`: ask for papers by a file, and see who has them."""

from __future__ import annotations

from pathlib import Path

from support.command_line import Lotproof

OPERATOR = "9520000000004"
HEADING = "role,category,kind,valid_from,papers\n"


def asking(lotproof: Lotproof, tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "requirements.csv"
    path.write_text(HEADING + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_file_of_requirements_is_recorded_once(lotproof: Lotproof, tmp_path: Path) -> None:
    path = asking(
        lotproof, tmp_path, "supplier,*,*,2020-01-01,business_licence|household_proof land_contract"
    )

    first = lotproof.json("qualification", "requirements", "--import", str(path))
    again = lotproof.json("qualification", "requirements", "--import", str(path))

    assert (first["read"], first["recorded"], again["recorded"]) == (1, 1, 0)
    editions = lotproof.json("qualification", "requirements")["requirements"]
    assert editions[0]["papers"] == [["business_licence", "household_proof"], ["land_contract"]]


def test_every_wrong_row_is_said_and_nothing_is_recorded(lotproof: Lotproof, tmp_path: Path) -> None:
    path = asking(lotproof, tmp_path, "supplier,*,*,soon,land_contract", "farmer,*,*,2020-01-01,passport")

    said = lotproof("qualification", "requirements", "--import", str(path), "--json")

    assert said.exit_code == 1
    for part in ("row 2: valid_from", "row 3: role", "row 3: papers"):
        assert part in said.output
    assert lotproof.json("qualification", "requirements")["requirements"] == []


def test_may_says_which_paper_is_missing_and_what_to_do(lotproof: Lotproof, tmp_path: Path) -> None:
    path = asking(lotproof, tmp_path, "supplier,*,*,2020-01-01,land_contract")
    lotproof.json("qualification", "requirements", "--import", str(path))

    said = lotproof("may", OPERATOR, "create_lot")

    assert said.exit_code == 1
    for part in ("qualification_missing", "land contract", "What to do"):
        assert part in said.output
