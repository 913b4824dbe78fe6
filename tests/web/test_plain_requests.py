"""NUL and numbers of no row are refused before a database is asked, on each kind alike."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from lotproof.people.roles import Role
from support.forms import submit
from support.people import browser_of, person
from support.served import Served
from support.world import FARM, World

NUMBERS = ["0", "2147483647", "2147483648", "99999999999999999999999"]


@pytest.fixture
def client(world: World, served: Served) -> FlaskClient:
    roles = (Role.OWNER, Role.SUPPLIER, Role.QUALITY_MANAGER)
    return browser_of(world, served, person(world, "Li Na", FARM.party_uri, *roles))


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "path",
    [
        "/account/addresses/{}",
        "/invitation/own/{}",
        "/lotbook/receipt/{}",
        "/notices/{}",
        "/organisation/members/{}",
    ],
)
def test_an_address_of_no_row_leads_nowhere(client: FlaskClient, path: str, number: str) -> None:
    assert client.get(path.format(number)).status_code == 404


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "path",
    ["/views/{}/forget", "/lotbook/receipt/{}/undo", "/account/addresses/{}/remove", "/field/season/{}"],
)
def test_nothing_is_done_to_no_row(client: FlaskClient, path: str, number: str) -> None:
    assert submit(client, "/organisation/invite", path.format(number)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/documents/%00",
        "/lotbook/recalls/%00",
        "/invitation/%00",
        "/lotbook/lot/1/%00",
        "/api/v1/documents/%00",
    ],
)
def test_an_address_with_nul_leads_nowhere(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {401, 404}


@pytest.mark.parametrize(
    "path", ["/documents/?type=%00", "/field/harvest?cycle=%00", "/lotbook/holds/new?lot=%00"]
)
def test_a_filter_with_nul_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_a_form_with_nul_is_refused(client: FlaskClient) -> None:
    refused = submit(client, "/lotbook/holds/new", lot="09520000001018/A", reason="a\x00b")

    assert refused.status_code == 400
