"""The pages of one's own account."""

from __future__ import annotations

import re

import pyotp
import pytest

from support.entrance import PASSWORD, PHONE
from support.statements import counted
from support.visiting import Visiting


@pytest.fixture
def her(visiting: Visiting) -> Visiting:
    """She is registered and signed in."""
    visiting.register()
    return visiting


def test_the_account_shows_what_is_kept_in_few_statements(her: Visiting) -> None:
    her.client.get("/account/")
    with counted(her.served.world.log.engine) as statements:
        page = her.client.get("/account/")

    assert page.status_code == 200
    assert len(statements) <= 12
    assert "Li Hua" in page.text
    assert "+8613800138000" in page.text


def test_a_visitor_is_led_to_sign_in(visiting: Visiting) -> None:
    assert visiting.client.get("/account/").location == "/sign-in?next=/account/"


def test_profile_language_and_zone_are_changed(her: Visiting) -> None:
    done = her.submit("/account/profile", name="Li Hua 2", language="zh_Hans", zone="Asia/Urumqi")

    assert done.status_code == 303
    page = her.client.get("/account/")
    assert "Li Hua 2" in page.text
    assert '<html lang="zh-Hans">' in page.text
    assert her.submit("/account/profile", name="", language="en", zone="x").status_code == 422


def test_what_cannot_be_undone_asks_again_and_comes_back(her: Visiting) -> None:
    her.served.world.later(minutes=16)

    led = her.client.get("/account/deactivate")

    assert led.location == "/account/prove?next=/account/deactivate"
    assert her.submit(led.location, password="a wrong password").status_code == 422
    assert her.submit(led.location, password=PASSWORD).location == "/account/deactivate"
    assert her.client.get("/account/deactivate").status_code == 200


def test_she_proves_it_by_a_code_that_is_sent(her: Visiting) -> None:
    her.served.world.later(minutes=16)

    sent = her.submit("/account/prove/code?next=/account/password")

    assert her.submit(sent.location, password=her.code).location == "/account/password"


def test_the_authenticator_is_switched_on_and_asked_for(her: Visiting) -> None:
    begun = her.submit("/account/authenticator/on")
    page = her.client.get(begun.location)
    secret = re.search(r"type ((?:[A-Z2-7]{4} ?){8})", page.text)
    assert secret
    app = pyotp.TOTP(secret[1].replace(" ", ""))
    assert "data:image/svg+xml;base64," in page.text

    assert her.submit(begun.location, code="000000").status_code == 422
    codes = her.submit(begun.location, code=app.at(her.served.world.clock.now))

    recovery = re.findall(r"<code>([A-Z2-7-]{19})</code>", codes.text)
    assert len(recovery) == 10
    her.client.delete_cookie("session")
    step = her.sign_in()
    assert step.location.startswith("/sign-in/step/")
    assert her.token == ""
    her.served.world.later(minutes=1)
    assert her.submit(step.location, code=app.at(her.served.world.clock.now)).location == "/tasks"


def test_sessions_are_listed_and_ended_and_anothers_is_left_alone(her: Visiting) -> None:
    other = Visiting(her.served)
    other.sign_in()
    stranger = Visiting(her.served)
    stranger.register("ann@example.org")
    ids = re.findall(r"/account/sessions/(\d+)/end", her.client.get("/account/").text)
    assert len(ids) == 1

    stranger.submit("/account/", to=f"/account/sessions/{ids[0]}/end")
    assert other.client.get("/account/").status_code == 200
    her.submit("/account/", to=f"/account/sessions/{ids[0]}/end")

    assert other.client.get("/account/").status_code == 303
    assert her.client.get("/account/").status_code == 200


def test_the_address_book_keeps_what_was_typed_and_anothers_is_not_there(her: Visiting) -> None:
    typed = {
        "recipient": "李华", "phone": "13800138000", "country": "CN", "region": "山东省", "city": "烟台市",
        "district": "", "street": "青山村 8 号",
    }  # fmt: skip
    refused = her.submit("/account/addresses/new", **typed)
    assert refused.status_code == 422
    assert "青山村" in refused.text

    assert her.submit("/account/addresses/new", **{**typed, "district": "栖霞市"}).status_code == 303

    link = re.search(r"/account/addresses/(\d+)\"", her.client.get("/account/").text)
    assert link
    stranger = Visiting(her.served)
    stranger.register("ann@example.org")
    assert stranger.client.get(f"/account/addresses/{link[1]}").status_code == 404


def test_agreements_are_given_and_taken_back(her: Visiting) -> None:
    her.submit("/account/", to="/account/consents/news", give="yes")
    her.submit("/account/", to="/account/consents/news")
    refused = her.submit("/account/", to="/account/consents/terms")

    assert refused.status_code == 409
    assert her.client.get("/account/").text.count("News") >= 1


def test_she_takes_her_data_along(her: Visiting) -> None:
    data = her.client.get("/account/data.json")

    assert data.json is not None
    assert data.json["tables"]["account"][0]["phone"] == "+8613800138000"
    assert "attachment" in data.headers["Content-Disposition"]


def test_after_deactivating_nobody_is_signed_in_and_nobody_known(her: Visiting) -> None:
    other = Visiting(her.served)
    other.sign_in()

    assert her.submit("/account/deactivate").status_code == 200
    assert her.submit("/account/deactivate", sure="yes").location == "/"

    assert other.client.get("/account/").status_code == 303
    assert her.sign_in().status_code == 422


def test_another_number_is_taken_after_its_code(her: Visiting) -> None:
    asked = her.submit("/account/contact", contact="new@example.org")

    assert her.submit(asked.location, code=her.code).status_code == 303

    assert "new@example.org" in her.client.get("/account/").text
    assert her.sign_in("new@example.org").status_code == 303
    assert her.sign_in(PHONE).status_code == 303
