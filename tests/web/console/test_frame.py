"""What stands around every signed-in page."""

import re

import pytest
from flask.testing import FlaskClient

from lotproof.people.roles import Role
from lotproof_web import navigation
from lotproof_web.navigation import MOST_AT_THE_SIDE, side_entries
from support.forms import submit, token_on
from support.people import actor_of, browser_of, person
from support.served import Served
from support.statements import counted
from support.world import FARM, PACKER, World


@pytest.fixture
def farmer(world: World, served: Served) -> FlaskClient:
    """Somebody of the farm."""
    return browser_of(world, served, person(world, "Li Na", FARM.party_uri, Role.OWNER, Role.SUPPLIER))


def test_a_visitor_is_led_to_the_sign_in_page_and_back(served: Served) -> None:
    answer = served.client.get("/tasks?x=1")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/tasks%3Fx%3D1"


def test_the_page_names_the_organisation_and_where_one_can_go(farmer: FlaskClient) -> None:
    page = farmer.get("/tasks?lang=en")

    assert page.status_code == 200
    assert "Farm" in page.text
    assert "Name your first field or place" in page.text
    assert 'href="/tasks" aria-current="page"' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_who_has_nothing_to_do_is_told_what_will_stand_here(world: World, served: Served) -> None:
    driver = browser_of(world, served, person(world, "Ma Lin", PACKER.party_uri, Role.CARRIER))

    assert "Nothing to do." in driver.get("/tasks?lang=en").text


def test_scripts_carry_the_nonce_of_their_answer_and_nothing_else_may_run(farmer: FlaskClient) -> None:
    page = farmer.get("/tasks")

    nonces = set(re.findall(r'nonce="([^"]+)"', page.text))
    policy = page.headers["Content-Security-Policy"]
    assert len(nonces) == 1
    assert f"script-src 'nonce-{nonces.pop()}'" in policy
    assert "unsafe" not in policy


def test_a_page_costs_few_statements(world: World, farmer: FlaskClient) -> None:
    with counted(world.log.engine) as sent:
        assert farmer.get("/tasks").status_code == 200

    assert len(sent) <= 12, sent


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nobody_has_more_entries_than_fit(
    world: World, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "_exists", lambda _href: True)

    with served.app.app_context():
        for role in Role:
            entries = side_entries(actor_of(world, person(world, f"One {role}", FARM.party_uri, role)))
            assert 2 <= len(entries) <= MOST_AT_THE_SIDE, role


def test_who_belongs_to_two_organisations_acts_for_the_other(world: World, served: Served) -> None:
    account = person(world, "Li Na", FARM.party_uri, Role.SUPPLIER)
    with world.log.unit_of_work() as uow:
        from sqlalchemy import insert

        from lotproof.people.models import Membership

        row = {"account": account, "party": PACKER.party_uri, "roles": "warehouse", "since": world.clock.now}
        uow.db.execute(insert(Membership), row)
    client = browser_of(world, served, account)

    answer = submit(client, "/tasks", "/acting-for", party=PACKER.party_uri)

    assert answer.status_code == 303
    assert 'class="cut">Packer<' in client.get("/tasks").text


def test_nobody_acts_for_an_organisation_that_she_does_not_belong_to(farmer: FlaskClient) -> None:
    assert submit(farmer, "/tasks", "/acting-for", party=PACKER.party_uri).status_code == 404


def test_a_form_without_its_token_does_nothing(farmer: FlaskClient) -> None:
    answer = farmer.post("/acting-for?lang=en", data={"party": FARM.party_uri})

    assert answer.status_code == 400
    assert "Please send it again" in answer.text
    assert FARM.party_uri not in answer.text  # nobody knows whether the form was ours


def test_a_form_of_ours_whose_token_is_old_keeps_what_was_typed_but_passwords(farmer: FlaskClient) -> None:
    answer = farmer.post(
        "/acting-for?lang=en",
        data={"party": "something <typed>", "password": "secret-1"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert answer.status_code == 400
    assert 'value="something &lt;typed&gt;"' in answer.text
    assert "secret-1" not in answer.text
    assert token_on(answer)


def test_a_form_of_another_site_is_forbidden_even_with_a_token(farmer: FlaskClient) -> None:
    token = token_on(farmer.get("/tasks"))

    answer = farmer.post(
        "/acting-for",
        data={"party": FARM.party_uri, "csrf_token": token},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403


def test_a_token_is_good_in_every_process_and_for_its_own_browser_only(
    world: World, served: Served, farmer: FlaskClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from support.served import serve

    other = serve(world, tmp_path_factory.mktemp("other"))
    token = token_on(farmer.get("/tasks"))
    cookies = [farmer.get_cookie("session"), farmer.get_cookie("forms")]
    there, stranger = other.app.test_client(), other.app.test_client()
    for cookie in cookies:
        assert cookie is not None
        there.set_cookie(cookie.key, cookie.value)
    assert cookies[0] is not None
    stranger.set_cookie("session", cookies[0].value)

    sent = {"party": FARM.party_uri, "csrf_token": token}
    assert there.post("/acting-for", data=sent).status_code == 303
    assert stranger.post("/acting-for", data=sent).status_code == 400


def test_a_public_page_sets_no_cookie(served: Served) -> None:
    assert "Set-Cookie" not in served.client.get("/").headers


def test_every_component_is_shown_to_whoever_asks(served: Served, farmer: FlaskClient) -> None:
    assert served.app.test_client().get("/dev/ui").status_code == 200
    assert farmer.get("/dev/ui").status_code == 200
    assert farmer.get("/more").status_code == 200
