"""Somebody of the demonstration is signed in by one click, and lands where she works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from lotproof.demo.accounts import OFFERED
from lotproof.demo.people import BOTH, CONSUMER, FARMER, REVIEWER, Person
from lotproof.people.models import Deed, Session
from lotproof.storage.engine import reading
from lotproof_schemas.settings import read_settings
from lotproof_web.binding import bind, build_app
from lotproof_web.demonstration import SeasonDemonstration
from lotproof_web.words.demo_people import PEOPLE as WORDS
from support.built_season import Built, first_season
from support.forms import submit


@pytest.fixture(scope="module")
def season(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """A season of one's own: signing in writes."""
    built = first_season(run_folder, tmp_path_factory.mktemp("season") / "home")
    yield built
    built.log.engine.dispose()


def app_of(season: Built, **more: str) -> Flask:
    settings = {"LOTPROOF_HOME": str(season.home), "LOTPROOF_DEMO": "true", **more}
    return build_app(bind(season.log, read_settings(settings), SeasonDemonstration))


@pytest.mark.parametrize("who", OFFERED, ids=lambda who: who.key)
def test_everybody_can_be_signed_in_as_and_finds_her_tasks(season: Built, who: Person) -> None:
    client = app_of(season).test_client()

    answer = submit(client, "/demo", "/demo/sign-in", who=who.key)
    tasks = client.get(answer.headers["Location"])

    assert (answer.status_code, answer.headers["Location"]) == (303, "/tasks")
    assert tasks.status_code == 200
    assert who.name in tasks.text


def test_the_page_has_words_for_everybody() -> None:
    assert set(WORDS) == {one.key for one in OFFERED}


def test_the_session_is_a_real_one_and_signing_in_is_noted(season: Built) -> None:
    submit(app_of(season).test_client(), "/demo", "/demo/sign-in", who=REVIEWER.key)

    with reading(season.log.engine) as db:
        session = db.execute(select(Session.__table__).order_by(Session.id.desc()).limit(1)).one()
        deed = db.execute(select(Deed.__table__).order_by(Deed.id.desc()).limit(1)).one()
    assert session.party == next(iter(REVIEWER.works))
    assert (deed.act, deed.detail, deed.account) == ("sign_in", {"by": "demonstration"}, session.account)


def test_who_belongs_to_two_organisations_acts_for_the_first_and_may_change_to_the_other(
    season: Built,
) -> None:
    client = app_of(season).test_client()
    submit(client, "/demo", "/demo/sign-in", who=BOTH.key)

    text = client.get("/tasks").text

    assert "Beijian Orchard" in text
    assert "Lanling Fruit Cooperative" in text


def test_the_cookie_is_kept_from_scripts_and_other_sites_and_asks_for_https_where_the_pages_do(
    season: Built,
) -> None:
    client = app_of(season, LOTPROOF_PUBLIC_URL="https://lots.example").test_client()
    page = client.get("/demo", base_url="https://lots.example")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post(
        "/demo/sign-in", data={"who": FARMER.key, "csrf_token": token}, base_url="https://lots.example"
    )

    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("session=")]
    assert {"HttpOnly", "Secure", "SameSite=Lax"} <= set(cookie.split("; "))


def test_nobody_else_can_be_signed_in_as(season: Built) -> None:
    client = app_of(season).test_client()

    assert submit(client, "/demo", "/demo/sign-in", who="1").status_code == 404
    assert submit(client, "/demo", "/demo/sign-in").status_code == 404
    assert client.get("/tasks").status_code == 303


def test_outside_demo_mode_even_a_season_signs_nobody_in(season: Built) -> None:
    client = app_of(season, LOTPROOF_DEMO="false").test_client()

    assert client.get("/demo").status_code == 404
    assert submit(client, "/dev/ui", "/demo/sign-in", who=CONSUMER.key).status_code == 404


@pytest.mark.parametrize(
    "path", ["/demo/tamper", "/demo/early-harvest", "/demo/lapsed-harvest", "/demo/sign-in"]
)
def test_nothing_is_tried_without_the_forms_token(season: Built, path: str) -> None:
    assert app_of(season).test_client().post(path, data={"who": FARMER.key}).status_code == 400
