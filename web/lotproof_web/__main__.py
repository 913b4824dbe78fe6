"""Serve pages, EPCIS interface and log files: python -m lotproof_web --host 127.0.0.1 --port 8000."""

import argparse

from waitress import serve

from lotproof_schemas.settings import read_settings
from lotproof_web.wsgi import application

_THREADS = 16  # a long document keeps one of them busy while it comes in


def main() -> None:
    """Read the settings, bind the services and serve until stopped."""
    settings = read_settings()
    parser = argparse.ArgumentParser(prog="python -m lotproof_web", description="Serve Lotproof's pages.")
    parser.add_argument("--host", default=settings.host, help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=settings.port, help="port to listen on (default: %(default)s)"
    )
    asked = parser.parse_args()
    app = application(settings)
    # Far beyond the limit a body is not even received; up to there the answer says what the limit is.
    most = 2 * settings.capture_limit
    serve(
        app,
        host=asked.host,
        port=asked.port,
        ident=None,
        threads=_THREADS,
        max_request_body_size=most,
        clear_untrusted_proxy_headers=False,  # `proxies` decides whom to believe
    )


if __name__ == "__main__":
    main()
