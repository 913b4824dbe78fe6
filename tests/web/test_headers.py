"""Every answer carries the security headers."""

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from lotproof_web.app import create_app
from support.page_services import FakeServices, FakeSettings
from support.story_parts import GOOD

PATHS = [
    "/",
    GOOD.path,
    "/nope",
    "/healthz",
    "/static/shell.css",
    f"{GOOD.path}/qr.svg",
    f"{GOOD.path}/label.pdf",
]


@pytest.mark.parametrize("path", PATHS)
def test_scripts_and_other_sites_are_forbidden(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_a_page_that_asks_for_a_nonce_may_run_scripts_that_carry_it(app: Flask) -> None:
    app.add_url_rule("/with", view_func=lambda: render_template_string("{{ csp_nonce() }} {{ csp_nonce() }}"))
    client = app.test_client()

    first, second = client.get("/with"), client.get("/with")

    nonce, again = first.text.split()
    assert nonce == again
    assert f"script-src 'nonce-{nonce}'" in first.headers["Content-Security-Policy"]
    assert nonce not in second.text


def test_a_server_without_https_does_not_promise_it() -> None:
    client = create_app(FakeServices(FakeSettings(public_url="http://localhost:8000"))).test_client()

    response = client.get("/?lang=en")

    assert "Strict-Transport-Security" not in response.headers
    assert "Secure" not in response.headers["Set-Cookie"]


def test_versioned_files_are_kept_for_a_year_and_others_are_asked_about(client: FlaskClient) -> None:
    assert "immutable" in client.get("/static/shell.css?v=1", buffered=True).headers["Cache-Control"]
    assert client.get("/static/shell.css", buffered=True).headers["Cache-Control"] == "no-cache"
