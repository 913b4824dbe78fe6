"""What stands on the log for ever, and on pages and labels, is one line of plain text of some length."""

from __future__ import annotations

import pytest

from lotproof.parties.record_types import check_record

PARTY = "https://id.gs1.org/417/9520000000011"


def problems(name: str) -> list[str]:
    """What is wrong with a party of that name."""
    return [one.message for one in check_record("party", PARTY, {"names": {"en": name}})]


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "two\nlines",
        "bell\x07",
        "\x1b[31mred",
        "turned \u202e here",
        "kept \u2066 apart",
        "x" * 301,
        "\u2028",
    ],
    ids=ascii,
)
def test_a_name_that_would_not_show_as_it_is_is_refused(name: str) -> None:
    assert len(problems(name)) == 1


@pytest.mark.parametrize(
    "name", ["Green Ridge", "青岭合作社", "O’Brien & Söhne", "می\u200cخواهم", "x" * 300], ids=ascii
)
def test_names_of_all_languages_are_taken(name: str) -> None:
    assert problems(name) == []


@pytest.mark.parametrize("variety", ["Fuji\n", "x" * 301], ids=["line", "long"])
def test_other_texts_are_held_to_the_same(variety: str) -> None:
    body = {"names": {"en": "Apples"}, "uom": "KGM", "crop": variety}

    assert len(check_record("product", "09520000100018", body)) == 1
