"""The servers that the page is measured on, each in a process of its own: pages, pages without cache, an empty view.

Run as `python -m bench.page_server kept|made|empty PORT`, settings from the environment.
"""

from __future__ import annotations

import sys

from flask import Flask
from waitress import serve

THREADS = 16  # as `python -m lotproof_web` has


def main(which: str, port: int) -> None:
    """Serve until killed."""
    serve(
        _empty() if which == "empty" else _pages(which),
        host="127.0.0.1",
        port=port,
        threads=THREADS,
        ident=None,
    )


def _pages(which: str) -> Flask:
    from lotproof_web.page_cache import PageCache
    from lotproof_web.pages.here import CACHE
    from lotproof_web.wsgi import application

    app = application()
    if which == "made":
        app.extensions[CACHE] = PageCache(limit=0)
    return app


def _empty() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "empty", lambda: "")
    return app


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
