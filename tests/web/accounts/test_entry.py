"""Registering, signing in and out by the pages, and what a hostile visitor tries there."""

from __future__ import annotations

import pytest

from lotproof_web.accounts.door import safe_path
from support.entrance import PASSWORD, PHONE
from support.statements import counted
from support.visiting import Visiting


def test_she_registers_with_her_telephone_and_is_signed_in(visiting: Visiting) -> None:
    done = visiting.register()

    assert (done.status_code, done.location) == (303, "/tasks")
    assert visiting.client.get("/tasks").status_code == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(visiting: Visiting) -> None:
    done = visiting.register()

    cookie = next(one for one in done.headers.getlist("Set-Cookie") if one.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_she_signs_in_by_password_and_comes_to_where_she_wanted(visiting: Visiting) -> None:
    visiting.register()
    visiting.submit("/sign-in", to="/sign-out")
    led = visiting.client.get("/tasks?q=1")
    assert led.location == "/sign-in?next=/tasks%3Fq%3D1"

    done = visiting.sign_in(query="?next=/tasks%3Fq%3D1")

    assert done.location == "/tasks?q=1"


@pytest.mark.parametrize(
    "wanted", ["//evil.example/", "https://evil.example", "/\\evil.example", "/%09/evil", "x"]
)
def test_nobody_is_led_to_another_site(visiting: Visiting, wanted: str) -> None:
    visiting.register()

    done = visiting.submit(
        "/sign-in?next=/tasks", to=f"/sign-in?next={wanted}", contact=PHONE, password=PASSWORD
    )

    assert done.location in ("/tasks", "/%09/evil")


def test_paths_that_browsers_take_for_other_sites_are_none_of_ours() -> None:
    bad = (
        "//evil",
        "/\\evil",
        "\\/evil",
        "/\t/evil",
        "/ /evil",
        "https:evil",
        "javascript:x",
        "",
        "/" + "a" * 3000,
    )

    assert [safe_path(one) for one in bad] == [""] * len(bad)
    assert safe_path("/lotbook/?q=%E8%8B%B9") == "/lotbook/?q=%E8%8B%B9"


def test_a_token_that_somebody_planted_is_not_taken_over(visiting: Visiting) -> None:
    visiting.register()
    planted = visiting.token

    visiting.sign_in()

    assert visiting.token not in ("", planted)
    visiting.client.set_cookie("session", planted)
    assert visiting.client.get("/tasks").status_code == 303


def test_a_wrong_password_keeps_what_was_typed_and_says_nothing_of_accounts(visiting: Visiting) -> None:
    visiting.register()

    known = visiting.sign_in(password="a wrong password")
    unknown = visiting.sign_in(contact="nobody@example.org")

    assert (known.status_code, unknown.status_code) == (422, 422)
    assert PHONE in known.text
    assert "a wrong password" not in known.text
    for page in (known, unknown):
        assert "name and password do not belong together" in page.text


def test_guessing_is_answered_by_429_and_when_to_come_back(visiting: Visiting) -> None:
    visiting.register()
    for _ in range(5):
        visiting.sign_in(password="a wrong password")

    refused = visiting.sign_in()

    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "30"
    assert "Wait 30 seconds" in refused.text


def test_asking_for_codes_answers_the_same_for_everybody(visiting: Visiting) -> None:
    visiting.register()

    pages = []
    for contact in ("+8613800138000", "+8613800138111"):
        asked = visiting.submit("/sign-in/code", contact=contact)
        pages.append(visiting.client.get(asked.location).text.replace(contact[-4:], "last"))

    strip = [page.split("<main")[1].split('name="csrf_token"')[0] for page in pages]
    assert strip[0] == strip[1]


def test_she_signs_in_by_a_code_and_sets_a_new_password_by_another(visiting: Visiting) -> None:
    visiting.register()

    asked = visiting.submit("/sign-in/code", contact=PHONE)
    assert visiting.submit(asked.location, code=visiting.code).status_code == 303
    asked = visiting.submit("/reset", contact=PHONE)
    done = visiting.submit(asked.location, code=visiting.code, password="another green apple")

    assert done.status_code == 303
    assert visiting.sign_in().status_code == 422
    assert visiting.sign_in(password="another green apple").status_code == 303


def test_a_code_that_is_over_is_not_there(visiting: Visiting) -> None:
    assert visiting.client.get("/sign-in/code/nothing").status_code == 404
    assert visiting.client.get("/sign-in/step/nothing").status_code == 404


def test_signing_out_ends_the_session_for_whoever_kept_the_token(visiting: Visiting) -> None:
    visiting.register()
    token = visiting.token

    visiting.submit("/sign-in", to="/sign-out")

    visiting.client.set_cookie("session", token)
    assert visiting.client.get("/tasks").status_code == 303


def test_nothing_is_done_without_the_forms_token(visiting: Visiting) -> None:
    visiting.register()

    assert visiting.client.post("/sign-out").status_code == 400
    assert visiting.client.get("/tasks").status_code == 200


def test_a_long_name_is_refused_at_its_field(visiting: Visiting) -> None:
    refused = visiting.register(name="长" * 101)

    assert refused.status_code == 422
    assert "f-name-error" in refused.text


@pytest.mark.parametrize("path", ["/register", "/sign-in", "/sign-in/code", "/reset"])
def test_the_pages_of_the_door_ask_the_database_little(visiting: Visiting, path: str) -> None:
    with counted(visiting.served.world.log.engine) as statements:
        assert visiting.client.get(path).status_code == 200

    assert len(statements) <= 4
