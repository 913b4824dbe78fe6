"""The audit page and its export."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from lotproof.people.roles import Role
from support.people import browser_of, person
from support.served import Served
from support.statements import counted
from support.world import FARM, World


@pytest.fixture
def auditor(world: World, served: Served) -> FlaskClient:
    """An auditor, in a world in which somebody changed something."""
    world.harvested()
    return browser_of(world, served, person(world, "Aud", world.log.operator, Role.AUDITOR))


def test_only_an_auditor_sees_it(world: World, served: Served) -> None:
    for role in (Role.OPERATOR, Role.OWNER, Role.REVIEWER):
        other = browser_of(world, served, person(world, f"P {role}", FARM.party_uri, role))
        assert other.get("/audit").status_code == 403
        assert other.get("/audit/export.json").status_code == 403


def test_each_look_is_found_by_the_next(auditor: FlaskClient, world: World) -> None:
    auditor.get("/audit?person=nobody")

    page = auditor.get("/audit?act=view_audit")

    assert "looked at the audit page" in page.text
    assert "person: nobody" in page.text


def test_the_page_asks_the_database_little(auditor: FlaskClient, world: World) -> None:
    auditor.get("/audit")
    with counted(world.log.engine) as statements:
        assert auditor.get("/audit").status_code == 200

    assert len(statements) <= 12, statements


def test_the_export_carries_the_state_of_the_log(auditor: FlaskClient) -> None:
    data = auditor.get("/audit/export.json").json
    table = auditor.get("/audit/export.csv").text

    assert data is not None
    assert data["log"]["ok"] is True
    assert len(data["log"]["root"]) == 64
    assert data["log"]["root"] in table
    assert auditor.get("/audit?act=export_audit").text.count("exported the audit page") >= 2


@pytest.mark.parametrize(
    "query", ["since=yesterday", "until=9999-99-99", "party=1234567890123", "since=0001-01-01"]
)
def test_nonsense_is_said_and_never_an_error(auditor: FlaskClient, query: str) -> None:
    assert auditor.get(f"/audit?{query}").status_code in (200, 422)
    assert auditor.get(f"/audit/export.json?{query}").status_code in (200, 400)
