"""Saved views are one's own, of our own lists, and can be removed."""

import pytest
from flask.testing import FlaskClient

from lotproof.people.roles import Role
from lotproof.people.saved_views import MOST_VIEWS
from support.forms import submit
from support.people import browser_of, person
from support.served import Served
from support.world import FARM, World


@pytest.fixture
def client(world: World, served: Served) -> FlaskClient:
    return browser_of(world, served, person(world, "Li Na", FARM.party_uri, Role.SUPPLIER))


def save(
    client: FlaskClient, name: str = "Soon over", path: str = "/dev/ui", query: str = "state=expired"
) -> int:
    return submit(client, "/dev/ui", "/views", path=path, query=query, name=name).status_code


def test_a_view_leads_to_the_list_as_it_was(client: FlaskClient) -> None:
    answer = submit(
        client, "/dev/ui", "/views", path="/dev/ui", query="q=a&state=expired", name=" Soon  over "
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, "/dev/ui?q=a&state=expired")
    assert (
        '<a class="pick view" href="/dev/ui?q=a&amp;state=expired">Soon over</a>'
        in client.get("/dev/ui").text
    )


def test_the_same_name_takes_the_place_of_the_one_before(client: FlaskClient) -> None:
    save(client)
    save(client, query="state=approved")

    text = client.get("/dev/ui").text
    assert "state=approved" in text
    assert "?state=expired&" not in text


def test_a_view_is_its_owners_alone(world: World, served: Served, client: FlaskClient) -> None:
    save(client)
    other = browser_of(world, served, person(world, "Wang Fang", FARM.party_uri, Role.SUPPLIER))

    assert "Soon over" not in other.get("/dev/ui").text
    assert submit(other, "/dev/ui", "/views/1/forget").status_code == 404
    assert submit(client, "/dev/ui", "/views/1/forget").headers["Location"] == "/dev/ui"
    assert "Soon over" not in client.get("/dev/ui").text


def test_filters_of_several_lines_are_refused(client: FlaskClient) -> None:
    assert save(client, query="q=a\r\nX-Evil: 1") == 400


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_a_view_leads_nowhere_else(client: FlaskClient, path: str) -> None:
    assert save(client, path=path) == 400


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_view_needs_a_name(client: FlaskClient, name: str) -> None:
    assert save(client, name=name) == 400


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_there_is_an_end_to_views(client: FlaskClient) -> None:
    assert {save(client, f"v{n}") for n in range(MOST_VIEWS)} == {303}
    assert save(client, "one more") == 409
