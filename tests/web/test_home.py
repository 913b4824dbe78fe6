"""The first page leads to a lot, or says why it cannot."""

from flask.testing import FlaskClient

from support.story_parts import GOOD


def test_a_code_leads_to_its_lot(client: FlaskClient) -> None:
    response = client.get("/", query_string={"q": f"(01){GOOD.gtin14}(10){GOOD.code}"})

    assert (response.status_code, response.location) == (303, GOOD.path)


def test_a_product_number_leads_to_its_product(client: FlaskClient) -> None:
    assert client.get("/?q=9521234543213").location == "/01/09521234543213"


def test_what_cannot_be_read_is_kept_and_explained_at_the_field(client: FlaskClient) -> None:
    response = client.get("/", query_string={"q": '<b>"apples"'})

    assert response.status_code == 422
    assert 'value="&lt;b&gt;&#34;apples&#34;"' in response.text
    assert 'aria-invalid="true"' in response.text
    assert '<a href="#code">' in response.text


def test_sample_lots_show_in_demo_mode_only(client: FlaskClient, demo_client: FlaskClient) -> None:
    assert GOOD.path not in client.get("/").text
    assert GOOD.path in demo_client.get("/").text


def test_the_language_asked_for_is_remembered_in_a_strict_cookie(client: FlaskClient) -> None:
    response = client.get("/?lang=zh-Hans")

    cookie = response.headers["Set-Cookie"]
    assert "lang=zh-Hans" in cookie
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "您的食物经历了什么" in client.get("/", base_url="https://localhost").text


def test_a_language_that_does_not_exist_is_no_error(client: FlaskClient) -> None:
    for headers in (
        {"Accept-Language": "zh-TW"},
        {"Accept-Language": "\x80;q=x,,"},
        {"Cookie": "lang=../../x"},
    ):
        assert client.get("/?lang=%00", headers=headers).status_code == 200


def test_caches_are_told_that_the_page_depends_on_the_language(client: FlaskClient) -> None:
    response = client.get("/", headers={"Accept-Language": "zh-CN"})

    assert {"Accept-Language", "Cookie"} <= set(response.vary)
    assert response.headers["Content-Language"] == "zh-Hans"
