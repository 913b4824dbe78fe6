"""One line for every request: method, route, status, milliseconds, name, code of an error. Never what was asked for.

The route is the pattern ("/01/<gtin>/10/<lot>"), not the address: addresses, queries, headers and bodies can hold
keys, names and what is not public.
"""

import logging
from time import perf_counter

from flask import Flask, Response, g, request

from lotproof_web.errors import ERROR_CODE
from lotproof_web.request_ids import request_id

_logger = logging.getLogger("lotproof.request")
_QUIET = ("/healthz", "/readyz", "/metrics")


def route() -> str:
    """The pattern that this request's address fitted, "-" where none did."""
    return request.url_rule.rule if request.url_rule else "-"


def elapsed_s() -> float:
    """Seconds since this request came in."""
    return perf_counter() - float(g.get("came_at", perf_counter()))


def log_requests(app: Flask) -> None:
    """Write the lines. Whoever only looks whether we live is told of when something is wrong."""

    @app.before_request
    def note_time() -> None:
        g.came_at = perf_counter()

    @app.after_request
    def write(response: Response) -> Response:
        quiet = route() in _QUIET and response.status_code < 500
        line = {
            "method": request.method,
            "route": route(),
            "status": response.status_code,
            "ms": round(elapsed_s() * 1000, 1),
            "request_id": request_id(),
        }
        if code := g.get(ERROR_CODE):
            line["code"] = code
        _logger.log(logging.DEBUG if quiet else logging.INFO, "request", extra=line)
        return response
