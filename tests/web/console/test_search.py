"""One search finds what one may see, and no more."""

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from lotproof.people.models import Organisation
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from support.people import browser_of, person
from support.served import Served
from support.statements import counted
from support.world import APPLES, FARM, OPERATOR, PACKER, World

CODE = "91110000600037341L"


@pytest.fixture
def season(world: World) -> World:
    """Two lots of the farm, and its credit code."""
    world.harvested("A-1")
    world.harvested("A-2")
    with writing(world.log.engine) as db:
        row = {"party": FARM.party_uri, "kind": "company", "credit_code": CODE, "created_at": world.clock.now}
        db.execute(insert(Organisation), row)
    return world


def somebody(world: World, served: Served, party: str, *roles: Role) -> FlaskClient:
    return browser_of(world, served, person(world, f"Li {roles[0]}", party, *roles))


@pytest.fixture
def farmer(season: World, served: Served) -> FlaskClient:
    return somebody(season, served, FARM.party_uri, Role.SUPPLIER)


@pytest.fixture
def packer(season: World, served: Served) -> FlaskClient:
    return somebody(season, served, PACKER.party_uri, Role.WAREHOUSE)


def test_lots_are_found_by_the_beginning_of_their_code(farmer: FlaskClient) -> None:
    page = farmer.get("/search?q=A-&lang=en")

    assert page.text.count("A-1") == page.text.count("A-2") == 2  # address and name
    assert "<b>2</b> found" in page.text


@pytest.mark.parametrize(
    "text", [f"{APPLES}/A-1", f"(01){APPLES}(10)A-1", f"https://x.example/01/{APPLES}/10/A-1"]
)
def test_what_a_scanner_reads_is_opened_at_once(farmer: FlaskClient, text: str) -> None:
    answer = farmer.get(f"/search?q={quote(text)}")

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/A-1")


def test_lots_of_others_are_not_found(packer: FlaskClient) -> None:
    for text in ("A-", f"{APPLES}/A-1"):
        assert "Nothing found that you may see." in packer.get(f"/search?q={quote(text)}&lang=en").text


def test_a_credit_code_finds_ones_own_organisation_and_for_staff_any(
    season: World, served: Served, farmer: FlaskClient, packer: FlaskClient
) -> None:
    reviewer = somebody(season, served, OPERATOR.party_uri, Role.REVIEWER)

    assert farmer.get(f"/search?q={CODE.lower()}").headers["Location"] == "/organisation/"
    assert FARM.digits in reviewer.get(f"/search?q={CODE}").headers["Location"]
    assert "Farm" not in packer.get(f"/search?q={CODE}&lang=en").text


@pytest.mark.parametrize("text", ["%", "_", "'", "x" * 5000, "<b>", "{{7*7}}", "苹果"])
def test_whatever_is_typed_is_taken_as_it_stands(farmer: FlaskClient, text: str) -> None:
    page = farmer.get("/search", query_string={"q": text, "lang": "en"})

    assert page.status_code == 200
    assert "A-1" not in page.text
    assert "<b>" not in page.text.replace("<b>", "", 1) or text != "<b>"
    assert ">49<" not in page.text


def test_a_search_costs_a_fixed_number_of_statements(season: World, served: Served) -> None:
    reviewer = somebody(season, served, OPERATOR.party_uri, Role.REVIEWER, Role.AUDITOR, Role.SUPPLIER)

    with counted(season.log.engine) as sent:
        assert reviewer.get("/search?q=A").status_code == 200

    assert len(sent) <= 12, sent


def test_a_visitor_has_to_sign_in(served: Served) -> None:
    assert served.client.get("/search?q=A").status_code == 303
