"""Static files under names that change with their content, so that browsers may keep them for a year."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, url_for

_STATIC = Path(__file__).parent / "static"
_YEAR_S = 365 * 24 * 3600


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
        return response
