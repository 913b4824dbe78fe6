"""Static files under names that change with their content, so that browsers may keep them for a year."""

import gzip
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, url_for

_STATIC = Path(__file__).parent / "static"
_YEAR_S = 365 * 24 * 3600

_TEXT = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})


@lru_cache(maxsize=64)
def version(name: str) -> str:
    """The first digits of the file's digest."""
    return sha256((_STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file, with its version."""
    return url_for("static", filename=name, v=version(name))


def serve_assets(app: Flask) -> None:
    """Offer `asset` to templates and let versioned files be kept."""
    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 304):
            kept = f"public, max-age={_YEAR_S}, immutable" if "v" in request.args else "no-cache"
            response.headers["Cache-Control"] = kept
            if response.status_code == 200 and response.mimetype in _TEXT:
                return _smaller(response)
        return response


def _smaller(response: Response) -> Response:
    """Send a text file compressed to whom takes it. Nobody types anything into one, so its size tells nothing."""
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0 and "Range" not in request.headers and request.view_args:
        response.direct_passthrough = False
        response.close()
        response.set_data(_compressed(request.view_args["filename"]))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.remove("ETag")
    return response


@lru_cache(maxsize=64)
def _compressed(name: str) -> bytes:
    return gzip.compress((_STATIC / name).read_bytes(), mtime=0)
