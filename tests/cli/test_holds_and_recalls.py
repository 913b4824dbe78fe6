"""Holds, releases by two people, recalls, drills and corrections, as people call them."""

from __future__ import annotations

import json

import pytest

from support.command_line import Lotproof
from support.documents import LOT, URI, document

OPERATOR = "9520000000004"


@pytest.fixture
def with_lot(lotproof: Lotproof) -> Lotproof:
    """A ledger with one lot, made by the first event."""
    lotproof.json("capture", lotproof.write("doc.json", document()))
    return lotproof


def state(lotproof: Lotproof) -> str:
    """The state of the one lot."""
    (one,) = lotproof.json("lots")["lots"]
    return str(one["state"])


def entry_of_the_lot(lotproof: Lotproof) -> str:
    """The entry that made it: the last one before anything else was done."""
    return str(lotproof.json("verify")["size"] - 1)


def test_a_hold_stops_a_lot_and_two_people_release_it(with_lot: Lotproof) -> None:
    held = with_lot.json("hold", LOT, "--reason", "smells odd")
    refused = with_lot("may", OPERATOR, "ship", LOT, "--json")
    assert state(with_lot) == "held"

    released = with_lot.json("release", LOT, "--approve", "Li Na", "--approve", "Wang Wei")

    assert released["entry"] > held["entry"]
    assert (refused.exit_code, json.loads(refused.stdout)["answer"]) == (1, "refused")
    assert state(with_lot) == "no_known_problem"
    assert with_lot.json("may", OPERATOR, "ship", LOT)["answer"] == "not_recorded"


@pytest.mark.parametrize(
    "people",
    [
        (),
        ("Li Na",),
        ("Li Na", "Li Na"),
        ("Li Na", " li  na"),
        ("Li Na", "LI NA "),
        ("Li Na", "Ｌｉ Ｎａ"),
        ("Li Na", "Li\u200bNa"),
        ("李娜", "李 娜"),
        ("Li Na", " "),
    ],
)
def test_one_person_in_two_spellings_does_not_release(with_lot: Lotproof, people: tuple[str, ...]) -> None:
    with_lot.json("hold", LOT, "--reason", "smells odd")
    size = with_lot.json("verify")["size"]

    refused = with_lot.refusal("release", LOT, *(word for name in people for word in ("--approve", name)))

    assert refused["code"] == "two_people_needed"
    assert "--approve" in refused["hint"]
    assert state(with_lot) == "held"
    assert with_lot.json("verify")["size"] == size


def test_the_reason_and_the_names_stay_off_the_public_log(with_lot: Lotproof) -> None:
    with_lot.json("hold", LOT, "--reason", "smells of diesel")
    with_lot.json("release", LOT, "--approve", "Li Na", "--approve", "Wang Wei", "--reason", "aired out")

    published = b"".join(file.read_bytes() for file in (with_lot.home / "tiles").rglob("*") if file.is_file())

    assert b"persistentDisposition" in published
    assert not [word for word in (b"diesel", b"Li Na", b"Wang Wei", b"aired") if word in published]


def test_a_hold_needs_a_reason(with_lot: Lotproof) -> None:
    assert with_lot.refusal("hold", LOT)["problems"][0]["where"] == "--reason"


def test_a_recall_holds_everything_and_ends_only_where_that_is_said(with_lot: Lotproof) -> None:
    drilled = with_lot.json("drill", LOT)
    recalled = with_lot.json("recall", LOT, "--reason", "residues")
    assert state(with_lot) == "recalled"

    with_lot.json("release", LOT, "--approve", "Li Na", "--approve", "Wang Wei")
    assert state(with_lot) == "recalled"
    with_lot.json("release", LOT, "--approve", "Li Na", "--approve", "Wang Wei", "--recall")

    assert recalled["recall"].startswith("urn:uuid:")
    assert recalled["affected"] == drilled["affected"]
    assert [one["lot"] for one in recalled["affected"]] == [URI]
    assert state(with_lot) == "no_known_problem"


def test_people_are_told_what_a_recall_reaches_and_what_is_not_recorded(with_lot: Lotproof) -> None:
    said = with_lot.text("recall", LOT, "--reason", "residues")

    assert "Recalled as urn:uuid:" in said
    assert "Not recorded here: open orders, payments." in said


def test_a_correction_takes_back_what_the_event_moved(with_lot: Lotproof) -> None:
    entry = entry_of_the_lot(with_lot)

    corrected = with_lot.json("correct", entry, "--reason", "did_not_occur")

    assert corrected["entry"] == int(entry) + 1
    assert with_lot.json("balance", LOT)["created"] == "0"
    assert with_lot.json("verify")["ok"]


def test_correcting_a_lot_on_hold_needs_two_people(with_lot: Lotproof) -> None:
    entry = entry_of_the_lot(with_lot)
    with_lot.json("hold", LOT, "--reason", "x")

    refused = with_lot.refusal("correct", entry, "--reason", "incorrect_data", "--approve", "Li Na")

    assert refused["code"] == "correction_not_applied"
    assert with_lot.json(
        "correct", entry, "--reason", "incorrect_data", "--approve", "Li Na", "--approve", "Wang Wei"
    )["entry"]


def test_what_is_no_event_cannot_be_corrected(with_lot: Lotproof) -> None:
    assert with_lot.refusal("correct", "0", "--reason", "did_not_occur")["code"] == "no_such_event"
    assert with_lot.refusal("correct", "9999", "--reason", "did_not_occur")["code"] == "no_such_event"


def test_who_is_not_registered_cannot_act(with_lot: Lotproof) -> None:
    refused = with_lot.refusal("hold", LOT, "--reason", "x", "--by", "9520000000011")

    assert refused["code"] == "no_signing_key"
    assert "lotproof org add" in refused["hint"]


@pytest.mark.parametrize("command", ["hold", "recall"])
@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_says_something(with_lot: Lotproof, command: str, reason: str) -> None:
    refused = with_lot.refusal(command, LOT, "--reason", reason)

    assert refused["code"] == "usage"
    assert refused["problems"][0]["where"] == "--reason"
    assert state(with_lot) == "no_known_problem"
