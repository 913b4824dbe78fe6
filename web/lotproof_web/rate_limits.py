"""How often somebody may ask, counted by address in the memory of each process; several processes count apart.

- It keeps a single visitor from taking all of a server. Guessing at passwords and codes, and money, are counted in the
  database: see `lotproof.people.throttle`.
- An IPv6 visitor is her network of 64 bits, as one machine has that many addresses.
- Whoever asks from this machine is not counted: the operator, or a proxy of which nobody said that it may be trusted.
- What costs much more than a page (labels, bundles, traces, files) has a limit of its own besides.
"""

from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from flask import Flask, current_app, request
from flask_limiter import Limiter

_NAME = "lotproof_limiter"
COSTLY_SHARE = 10
"""A tenth of the requests of a minute may be costly ones."""
COSTLY = frozenset(
    {"lots.bundle", "lots.trace", "lots.label", "demo.tamper", "demo.early_harvest", "documents.file"}
)
_FREE = frozenset({"static", "health.healthz", "health.readyz", "metrics.metrics"})
_FREE_PATHS = (
    "/log/",
    "/epcis/",
)  # of programs with much to fetch or send: cheap files, or work behind a key


def limit_requests(app: Flask, per_minute: int) -> None:
    """Refuse (429) whoever asks more often. per_minute: 0 for no limit."""
    if not per_minute:
        return
    limiter = Limiter(
        who,
        application_limits=[f"{per_minute} per minute"],
        application_limits_exempt_when=_is_free,
        storage_uri="memory://",
        strategy="moving-window",
    )
    limiter.init_app(app)
    costly = limiter.shared_limit(
        f"{max(1, per_minute // COSTLY_SHARE)} per minute", "costly", exempt_when=_is_free
    )
    app.extensions[_NAME] = (limiter, costly)


def limit_costly_views(app: Flask) -> None:
    """Give the costly views their own limit, once all views are there."""
    if _NAME in app.extensions:
        costly = app.extensions[_NAME][1]
        for endpoint in COSTLY & app.view_functions.keys():
            app.view_functions[endpoint] = costly(app.view_functions[endpoint])


def wait_of_limit() -> int:
    """Seconds until the limit that refused this request lets it pass; 60 where that is not known."""
    found = current_app.extensions.get(_NAME)
    limit = found[0].current_limit if found else None
    if limit is None:
        return 60
    left = float(limit.window[0]) - datetime.now(UTC).timestamp()  # noqa: TID251 - the limiter counts by this clock
    return min(60, max(1, ceil(left)))


def who() -> str:
    """The visitor's address, or network."""
    text = request.remote_addr or ""
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network(f"{address}/64", strict=False))
    return str(address)


def _is_free() -> bool:
    try:
        is_here = ip_address(request.remote_addr or "").is_loopback
    except ValueError:  # a socket of this machine has no address
        is_here = not request.remote_addr
    return is_here or request.endpoint in _FREE or request.path.startswith(_FREE_PATHS)
