"""`lotproof verify --projections` names what is not as the log says, and `lotproof rebuild` mends it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from support.command_line import Lotproof

ORDERED = ("record", "lot", "event", "event_lot", "lot_edge", "container_span", "finding", "hold")


def change(lotproof: Lotproof, statement: str) -> None:
    """Change the database as somebody with a text editor would."""
    with closing(sqlite3.connect(lotproof.home / "lotproof.sqlite3")) as db:
        assert db.execute(statement).rowcount
        db.commit()


def test_a_fresh_ledger_is_what_its_log_says(lotproof: Lotproof) -> None:
    answer = lotproof.json("verify", "--projections")

    assert answer["ok"]
    assert answer["projections"]["ok"]
    assert {one["table"] for one in answer["projections"]["tables"]} >= set(ORDERED)
    assert "api_key" in answer["projections"]["not_compared"]
    text = lotproof.text("verify", "--projections")
    assert "Every derived row is what the entries say." in text
    assert "not compared: " in text


def test_what_was_changed_is_named_and_a_rebuild_mends_it(lotproof: Lotproof) -> None:
    change(lotproof, "UPDATE record SET version = 7 WHERE type = 'party'")

    result = lotproof("verify", "--projections")
    found = lotproof("verify", "--projections", "--json")

    assert (result.exit_code, found.exit_code) == (1, 1)
    assert "version is 7 and should be 1" in result.stdout
    assert lotproof("verify").exit_code == 0
    answer = lotproof.json("rebuild")
    assert answer["tables"]["record"] >= 1
    assert lotproof.json("verify", "--projections")["ok"]


def test_nothing_is_rebuilt_from_a_log_with_a_fault(lotproof: Lotproof) -> None:
    change(
        lotproof, "UPDATE log_entry SET leaf = replace(leaf, 'operator', 'Operator') WHERE entry_index = 2"
    )

    refusal = lotproof.refusal("rebuild")

    assert refusal["code"] == "log_fault"
    assert "2" in refusal["message"]


def test_chains_that_were_lost_are_rebuilt_too(lotproof: Lotproof) -> None:
    change(lotproof, "DELETE FROM log_chain_link")
    change(lotproof, "UPDATE log_chain SET length = 9")
    assert lotproof("verify").exit_code == 1

    lotproof.text("rebuild")

    assert lotproof.json("verify", "--projections")["ok"]


def test_projections_of_a_log_elsewhere_cannot_be_asked_for(lotproof: Lotproof, tmp_path: Path) -> None:
    assert lotproof("verify", "--log", tmp_path, "--projections").exit_code == 2
