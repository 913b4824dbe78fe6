"""Errors are pages for people and one JSON shape for programs, and tell no more than they should."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lotproof.kernel.errors import (
    ForbiddenError,
    InvalidInputError,
    LogFaultError,
    LotproofError,
    NotFoundError,
    Problem,
    RefusedError,
    UnauthorisedError,
)

JSON = {"Accept": "application/json"}


def failing(app: Flask, error: Exception) -> FlaskClient:
    def fail() -> None:
        raise error

    app.add_url_rule("/fail", view_func=fail)
    return app.test_client()


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (InvalidInputError, 400),
        (UnauthorisedError, 401),
        (ForbiddenError, 403),
        (NotFoundError, 404),
        (RefusedError, 409),
        (LogFaultError, 503),
        (LotproofError, 500),
    ],
)
def test_an_error_of_the_core_has_its_status_and_its_shape(
    app: Flask, kind: type[LotproofError], status: int
) -> None:
    error = kind("some_code", "what", "then", [Problem("a.b", "x", "wrong")])

    response = failing(app, error).get("/fail", headers=JSON)

    assert response.status_code == status
    told = dict(response.json or {})
    assert told.pop("request_id", None) == (response.headers["X-Request-ID"] if status >= 500 else None)
    assert told == {
        "code": "some_code", "message": "what", "hint": "then",
        "problems": [{"where": "a.b", "code": "x", "message": "wrong"}],
    }  # fmt: skip


def test_an_unexpected_error_says_nothing_of_its_inside(app: Flask) -> None:
    client = failing(app, RuntimeError("password 12345"))

    page, shape = client.get("/fail"), client.get("/fail", headers=JSON)

    assert (page.status_code, shape.status_code) == (500, 500)
    assert "12345" not in page.text + shape.text
    assert shape.json["code"] == "internal_server_error"  # type: ignore[index]


def test_a_database_that_is_busy_may_be_asked_again_soon(app: Flask) -> None:
    response = failing(app, RefusedError("database_busy", "others write")).get("/fail", headers=JSON)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")


def test_the_page_of_our_own_fault_says_what_to_tell_us(app: Flask) -> None:
    response = failing(app, RuntimeError("x")).get("/fail")

    assert response.headers["X-Request-ID"] in response.text


def test_a_ledger_that_contradicts_itself_shows_a_page_without_its_inside(app: Flask) -> None:
    response = failing(app, LogFaultError("log_rolled_back", "leaf 17 of /var/lib is gone")).get("/fail")

    assert response.status_code == 503
    assert "/var/lib" not in response.text


def test_a_page_that_does_not_exist_is_a_page(client: FlaskClient) -> None:
    response = client.get("/nope", headers={"Accept-Language": "zh-CN"})

    assert response.status_code == 404
    assert "没有这个页面" in response.text


def test_an_unknown_lot_is_json_for_who_asks_for_json(client: FlaskClient) -> None:
    response = client.get("/01/09521234543213/10/NOPE", headers=JSON)

    assert response.status_code == 404
    assert response.json["code"] == "unknown_lot"  # type: ignore[index]


def test_a_wrong_method_keeps_its_allow_header(client: FlaskClient) -> None:
    response = client.post("/healthz", headers=JSON)

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.json["code"] == "method_not_allowed"  # type: ignore[index]


@pytest.mark.parametrize("accept", ["text/html", "*/*", "text/html,application/xhtml+xml,*/*;q=0.8", ""])
def test_who_does_not_ask_for_json_gets_a_page(client: FlaskClient, accept: str) -> None:
    assert client.get("/nope", headers={"Accept": accept}).mimetype == "text/html"


@pytest.mark.parametrize("path", ["/nope", "/01/09521234543213/10/NOPE", "/01/1/10/NOPE"])
def test_errors_are_not_kept_by_caches(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"
