"""`lotproof erase` and `retention`: what they say, what they refuse, and that nothing is left behind."""

from __future__ import annotations

import pytest

from lotproof.storage.engine import open_engine
from support.command_line import Lotproof
from support.traces_left import found_in

FARMER = "9520000000042"
PARTY = f"https://id.gs1.org/417/{FARMER}"
TWO = ("--approve", "Ann", "--approve", "Bo")
MARKS = ("Mark Grower", "马可农", "5550 1234")


@pytest.fixture
def farm(lotproof: Lotproof) -> Lotproof:
    """A ledger with a farmer."""
    lotproof.json("org", "add", FARMER, "--name", "Mark Grower", "--name-zh", "马可农", "--person",
                  "--phone", "010 5550 1234")  # fmt: skip
    return lotproof


def left(farm: Lotproof) -> list[str]:
    """Where the farmer still is."""
    engine = open_engine(f"sqlite:///{farm.home / 'lotproof.sqlite3'}")
    found = found_in(engine, farm.home, MARKS)
    engine.dispose()
    return found


def test_a_farmer_is_forgotten_and_every_proof_holds(farm: Lotproof) -> None:
    would = farm.json("erase", FARMER, "--dry-run")
    before = left(farm)
    done = farm.json("erase", FARMER, *TWO)

    assert before
    assert left(farm) == []
    assert would["by_kind"] == done["by_kind"] == {"names": 1, "phones": 1}
    assert (would["dry_run"], done["dry_run"], done["files_clean"]) == (True, False, True)
    assert len(done["entries"]) == 1
    assert not any(mark in str(done) for mark in MARKS)
    assert farm.json("verify")["ok"]
    listed = {one["party"]: one for one in farm.json("org", "list")["parties"]}
    assert listed[PARTY]["names"] == {}
    assert "(erased)" in farm.text("org", "list")
    assert farm.json("erase", FARMER, *TWO)["entries"] == []


def test_lists_say_erased_where_the_name_stood(farm: Lotproof) -> None:
    farm.json("record", "creation", "--portions", "09520000100018/A1=5 KGM", "--by", FARMER)
    assert "Mark Grower" in farm.text("history", "09520000100018/A1")
    farm.json("erase", FARMER, *TWO)

    assert f"{FARMER} (erased)" in farm.text("history", "09520000100018/A1", "--csv", "history.csv")
    assert ",(erased)," in (farm.folder / "history.csv").read_text(encoding="utf-8-sig")


def test_it_is_said_that_it_cannot_be_undone(farm: Lotproof) -> None:
    assert "cannot be undone" in farm.text("erase", FARMER, "--dry-run")
    assert "cannot be undone" in farm.text("erase", FARMER, *TWO)
    assert "Nothing was left to erase" in farm.text("erase", FARMER, *TWO)


def test_somebody_is_named_on_standard_input_so_that_no_shell_remembers(farm: Lotproof) -> None:
    result = farm("erase", "--subject", "-", "--dry-run", "--json", stdin="Mark Grower\n")

    assert result.exit_code == 0, result.output
    assert '"names"' in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((FARMER,), "two_people_needed"),
        ((FARMER, "--approve", "Ann", "--approve", "ANN"), "two_people_needed"),
        (("9520000000004", *TWO), "erase_operator"),
        (("9520000000011", *TWO), "unknown_party"),
        ((FARMER, "--subject", "Mark Grower", *TWO), "nobody_named"),
        ((*TWO,), "nobody_named"),
        (("--subject", "Nobody Atall", *TWO), "nothing_to_erase"),
    ],
)
def test_an_erasure_that_may_not_be_is_refused(farm: Lotproof, arguments: tuple[str, ...], code: str) -> None:
    assert farm.refusal("erase", *arguments)["code"] == code
    assert left(farm)


def test_rules_are_listed_and_what_is_due_goes(farm: Lotproof) -> None:
    before = farm.json("retention")
    farm.json("record", "retention", "--data", "names", "--days", "0")
    farm.json("record", "retention", "--data", "phones", "--days", "0")
    due = farm.json("retention")["due"]
    refused = farm.refusal("retention", "--apply")
    done = farm.json("retention", "--apply", *TWO)

    assert before["rules"]["names"] is None
    assert "as long as nobody is erased" in farm.text("retention")
    assert refused["code"] == "two_people_needed"
    assert due["by_kind"] == done["by_kind"] == {"names": 1, "phones": 1}
    assert left(farm) == []
    assert farm.json("verify")["ok"]


def test_the_files_can_be_cleaned_by_themselves(farm: Lotproof) -> None:
    assert farm.json("erase", "--scrub") == {"files_clean": True}
