"""What the address asks of a list, and its CSV."""

import pytest
from flask import Flask

from lotproof_web.lists import Filter, Listing, csv_answer, read_list

STATE = Filter("state", "State", [("open", "Open"), ("done", "Done")])
SORTS = [("newest", "Newest first"), ("name", "Name")]


def asked(app: Flask, query: str) -> Listing:
    with app.test_request_context(f"/things?{query}"):
        return read_list([STATE], SORTS)


def test_search_filter_order_and_page_stand_in_the_address(app: Flask) -> None:
    found = asked(app, "q=%20apple%20&state=open&sort=name&page=3")

    assert (found.q, found.chosen, found.sort, found.page) == ("apple", {"state": "open"}, "name", 3)
    assert (found.offset, found.limit) == (50, 26)
    assert found.url(page=4) == "/things?q=apple&state=open&sort=name&page=4"
    assert [(chip.text, chip.href) for chip in found.chips] == [("Open", "/things?q=apple&sort=name")]
    assert found.csv_url == "/things?q=apple&state=open&sort=name&format=csv"


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "٣", "99999999999999999999", ""])
def test_what_a_list_does_not_know_is_left_out(app: Flask, page: str) -> None:
    found = asked(app, f"state=drop&sort=--&page={page}&q=%00")

    assert (found.q, found.chosen, found.sort, found.page) == ("", {}, "newest", 1)
    assert not found.is_narrowed
    assert found.url() == "/things"


def test_csv_holds_no_formulas(app: Flask) -> None:
    with app.test_request_context():
        text = csv_answer("things", ["Name", "kg"], [["=1+1", -5], ["@x", None], ["苹果", 2]]).get_data(True)

    assert text.splitlines() == ["\ufeffName,kg", "'=1+1,-5", "'@x,", "苹果,2"]
