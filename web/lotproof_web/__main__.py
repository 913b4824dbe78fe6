"""Serve the pages: python -m lotproof_web --host 127.0.0.1 --port 8000."""

import argparse

from waitress import serve

from lotproof_schemas.settings import read_settings
from lotproof_web.app import create_app
from lotproof_web.binding import build_services


def main() -> None:
    """Read the settings, bind the services and serve until stopped."""
    settings = read_settings()
    parser = argparse.ArgumentParser(prog="python -m lotproof_web", description="Serve Lotproof's pages.")
    parser.add_argument("--host", default=settings.host, help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=settings.port, help="port to listen on (default: %(default)s)"
    )
    asked = parser.parse_args()
    app = create_app(build_services(settings))
    serve(app, host=asked.host, port=asked.port, ident=None)


if __name__ == "__main__":
    main()
