"""A name for every request, by which its lines in the log, its answer and the proxy's own log are found together."""

import re
import secrets

from flask import Flask, Response, g, request

from lotproof_web.proxies import FROM_PROXY

HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id() -> str:
    """The name of this request: the trusted proxy's, else one of our own."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "") if request.environ.get(FROM_PROXY) else ""
        g.request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
    name: str = g.request_id
    return name


def identify(app: Flask) -> None:
    """Say the name in every answer, and offer it to templates."""
    app.jinja_env.globals["request_id"] = request_id

    @app.after_request
    def say(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        return response
