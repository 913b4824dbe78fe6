"""Believe what a reverse proxy says about a request, and nobody else.

Without this anybody could send an `X-Forwarded-For` and be taken for somebody else.
"""

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from lotproof_schemas.networks import Network, is_in

FROM_PROXY = "lotproof.from_proxy"
"""In a request's environment where it came through a trusted proxy."""
UNBELIEVED = "lotproof.unbelieved"
"""In it where it came through a proxy that nobody trusts: who asks is then unknown, and the address is the proxy's."""
_CLAIMS = ("HTTP_X_REQUEST_ID", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
_FORWARDED = "HTTP_X_FORWARDED_"

Wsgi = Callable[[Any, Any], Iterable[bytes]]


class TrustedProxies:
    """A WSGI application around another. trusted: from where a proxy connects, one hop away."""

    def __init__(self, app: Wsgi, trusted: Iterable[Network]) -> None:
        self._direct = app
        self._through_proxy = ProxyFix(app, x_for=1, x_proto=1, x_host=1)
        self._trusted = tuple(trusted)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        if is_in(environ.get("REMOTE_ADDR"), self._trusted):
            environ[FROM_PROXY] = True
            return self._through_proxy(environ, start_response)
        claims = [name for name in environ if name in _CLAIMS or name.startswith(_FORWARDED)]
        for name in claims:
            del environ[name]
        environ[UNBELIEVED] = bool(claims)
        return self._direct(environ, start_response)
