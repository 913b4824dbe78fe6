"""Send forms as a browser does: fetch the page, take its token, post."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def token_on(page: TestResponse) -> str:
    """The token of a page's forms."""
    found = _TOKEN.search(page.text)
    assert found, f"no form on {page.request.path} ({page.status_code})"
    return found[1]


def submit(client: FlaskClient, path: str, /, to: str | None = None, **fields: Any) -> TestResponse:
    """Fetch the form at `path`, and post the fields to it, or to where `to` says. The answer is not followed."""
    token = token_on(client.get(path))
    return client.post(to or path, data={"csrf_token": token, **fields})


def said(page: TestResponse) -> str:
    """What a page says, without what differs each time it is made: nonces and tokens."""
    return re.sub(r'(nonce|value)="[^"]{16,}"', r'\1=""', page.text)
