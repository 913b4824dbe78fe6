"""`lotproof export`, from the terminal to the verifier."""

from __future__ import annotations

from support.command_line import Lotproof


def test_an_export_is_verified_where_nothing_else_is_known(lotproof: Lotproof) -> None:
    done = lotproof.json("export", "out")

    report = lotproof.json("verify", "--log", "out", "--key", done["logKey"])
    assert (report["ok"], report["size"]) == (True, done["size"])
    assert "lotproof import out" in lotproof.text("export", "out")


def test_a_folder_of_other_things_is_refused(lotproof: Lotproof) -> None:
    (lotproof.folder / "things").mkdir()
    lotproof.write("things/note.txt", "mine")

    assert lotproof.refusal("export", "things")["code"] == "not_empty"


def test_an_archive_is_not_taken_for_a_folder_that_is_missing(lotproof: Lotproof) -> None:
    lotproof.json("export", "out.tar")

    refused = lotproof.refusal("verify", "--log", "out.tar")
    assert refused["code"] == "invalid_log"
    assert "tar -xf" in refused["hint"]
