"""What a proxy says is believed of trusted proxies alone."""

from __future__ import annotations

import re

import pytest
from flask import Flask, jsonify, request
from flask.testing import FlaskClient

from lotproof_schemas.networks import is_in, networks
from lotproof_web.proxies import TrustedProxies

CLAIMS = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "trace.example",
    "X-Request-ID": "from-the-proxy-1",
}


@pytest.fixture
def behind(app: Flask) -> FlaskClient:
    app.add_url_rule(
        "/who",
        view_func=lambda: jsonify(request.remote_addr, request.url, request.headers.get("X-Forwarded-For")),
    )
    app.wsgi_app = TrustedProxies(app.wsgi_app, networks("10.0.0.0/8"))  # type: ignore[method-assign]
    return app.test_client()


def test_a_trusted_proxy_is_believed(behind: FlaskClient) -> None:
    answer = behind.get("/who", headers=CLAIMS, environ_base={"REMOTE_ADDR": "10.1.2.3"})

    assert answer.json[:2] == ["203.0.113.9", "https://trace.example/who"]  # type: ignore[index]
    assert answer.headers["X-Request-ID"] == "from-the-proxy-1"


def test_of_several_addresses_only_the_one_that_the_proxy_saw_counts(behind: FlaskClient) -> None:
    claims = {**CLAIMS, "X-Forwarded-For": "198.51.100.1, 203.0.113.9"}

    answer = behind.get("/who", headers=claims, environ_base={"REMOTE_ADDR": "10.1.2.3"})

    assert answer.json[0] == "203.0.113.9"  # type: ignore[index]


def test_anybody_else_is_taken_for_who_connected(behind: FlaskClient) -> None:
    answer = behind.get("/who", headers=CLAIMS, environ_base={"REMOTE_ADDR": "192.0.2.1"})

    assert answer.json == ["192.0.2.1", "http://localhost/who", None]
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-ID"])


@pytest.mark.parametrize("given", ["", "x", "with space", "x" * 65, "zwölf-zeichen", '"quoted-id"'])
def test_a_strange_request_id_is_replaced(behind: FlaskClient, given: str) -> None:
    environ = {"REMOTE_ADDR": "10.1.2.3", "HTTP_X_REQUEST_ID": given}

    assert re.fullmatch(r"[0-9a-f]{16}", behind.get("/who", environ_base=environ).headers["X-Request-ID"])


def test_addresses_are_found_in_networks_of_both_kinds() -> None:
    allowed = networks("127.0.0.1, 10.0.0.0/8,2001:db8::/32")

    assert is_in("127.0.0.1", allowed)
    assert is_in("::ffff:10.9.9.9", allowed)
    assert is_in("2001:db8::1", allowed)
    assert not any(is_in(one, allowed) for one in ("127.0.0.2", "::1", "", None, "nonsense"))
