"""Every status has its page, in three languages, and in the frame of whoever is signed in."""

import re

import pytest
from flask import abort
from flask.testing import FlaskClient

from lotproof.kernel.errors import ForbiddenError, LogFaultError
from lotproof.people.roles import Role
from lotproof.people.throttle import TooManyTriesError
from lotproof_web.words.errors import ERRORS
from support.people import browser_of, person
from support.served import Served
from support.world import FARM, World

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
ONE_DATABASE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def served(served: Served) -> Served:
    """With addresses that fail."""

    def fail(status: int) -> None:
        abort(status)

    def refuse() -> None:
        raise ForbiddenError("not_allowed", "your roles do not include this", "ask an owner")

    def fault() -> None:
        raise LogFaultError("log_rolled_back", "secret place")

    def wait() -> None:
        error = TooManyTriesError("too_many_tries", "it was tried too often", "wait")
        error.wait_s = 42
        raise error

    served.app.add_url_rule("/fail/<int:status>", view_func=fail)
    for view in (refuse, fault, wait):
        served.app.add_url_rule(f"/{view.__name__}", view_func=view)
    return served


@pytest.fixture
def farmer(world: World, served: Served) -> FlaskClient:
    return browser_of(world, served, person(world, "Li Na", FARM.party_uri, Role.SUPPLIER))


@ONE_DATABASE
@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_status_has_a_page_of_its_own_in_each_language(
    served: Served, farmer: FlaskClient, tag: str
) -> None:
    for status in ERRORS:
        for client in (served.app.test_client(), farmer):
            page = client.get(f"/fail/{status}?lang={tag}")
            heading = re.search(r"<h1>(.+?)</h1>", page.text)
            assert page.status_code == status
            assert heading
            assert f'lang="{tag}"' in page.text
            assert (heading[1] == ERRORS[status].title) == (tag == "en")


@ONE_DATABASE
def test_whoever_is_signed_in_keeps_her_frame_but_not_for_faults_of_ours(farmer: FlaskClient) -> None:
    assert 'class="bottom"' in farmer.get("/fail/404").text
    assert 'class="bottom"' in farmer.get("/nowhere").text
    assert 'class="bottom"' not in farmer.get("/fail/500").text
    fault = farmer.get("/fault")
    assert fault.status_code == 503
    assert "secret place" not in fault.text


@ONE_DATABASE
def test_a_refusal_says_why_in_the_language_of_the_page(farmer: FlaskClient) -> None:
    assert "Ask an owner of your organisation" in farmer.get("/refuse?lang=en").text
    assert "ask an owner" not in farmer.get("/refuse?lang=zh-Hans").text


@ONE_DATABASE
def test_a_wait_is_told_in_page_shape_and_header(farmer: FlaskClient) -> None:
    page, shape = farmer.get("/wait?lang=en"), farmer.get("/wait", headers={"Accept": "application/json"})

    assert (page.status_code, shape.status_code) == (429, 429)
    assert "Try again in 42 seconds." in page.text
    assert page.headers["Retry-After"] == shape.headers["Retry-After"] == "42"
    assert shape.json["code"] == "too_many_tries"
