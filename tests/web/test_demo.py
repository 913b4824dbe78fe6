"""The demonstration exists in demo mode only, and really tries what it shows."""

import pytest
from flask.testing import FlaskClient

from support.forms import submit
from support.page_services import FakeServices
from support.story_parts import GOOD, RECALLED


@pytest.mark.parametrize(
    "path", ["/demo", "/demo/tamper", "/demo/early-harvest", "/demo/lapsed-harvest", "/demo/sign-in"]
)
def test_outside_demo_mode_there_is_no_demonstration(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_the_cards_land_on_their_lots(demo_client: FlaskClient) -> None:
    text = demo_client.get("/demo").text

    assert GOOD.path in text
    assert RECALLED.path in text


def test_the_refused_harvest_shows_rule_and_evidence(demo_client: FlaskClient) -> None:
    text = submit(demo_client, "/demo", "/demo/early-harvest").text

    assert "15 days must pass" in text
    assert "Mancozeb" in text
    assert "entry 41 of the log" in text
    assert "harvest_too_early" in text


def test_the_lapsed_certificate_shows_what_is_wrong_and_what_to_do(demo_client: FlaskClient) -> None:
    text = submit(demo_client, "/demo", "/demo/lapsed-harvest").text

    assert "ended on 2026-11-22" in text
    assert "Zhaolu Vegetable Farm" in text
    assert "Renew the certificate" in text


def test_the_changed_byte_shows_where_verification_stopped(demo_client: FlaskClient) -> None:
    text = submit(demo_client, "/demo", "/demo/tamper").text

    assert "Verification stopped at entry 17." in text
    assert "0x36" in text


def test_a_change_that_was_not_found_is_not_called_found(
    demo_client: FlaskClient, demo_services: FakeServices
) -> None:
    demo_services.caught = False

    assert "That should not happen." in submit(demo_client, "/demo", "/demo/tamper").text


def test_other_sites_cannot_start_the_trials(demo_client: FlaskClient) -> None:
    response = demo_client.post("/demo/tamper", headers={"Sec-Fetch-Site": "cross-site"})

    assert response.status_code == 403


def test_the_tour_says_as_whom_one_may_sign_in(demo_client: FlaskClient) -> None:
    text = demo_client.get("/demo").text

    assert "Owner of a family farm" in text
    assert "Sun Yulan" in text
    assert "Sun Family Orchard" in text
