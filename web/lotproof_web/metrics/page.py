"""`/metrics`: for those whom the settings name, in the text format of Prometheus."""

import hmac
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import ValueClass
from sqlalchemy.pool import QueuePool

from lotproof.kernel.errors import ForbiddenError, NotFoundError
from lotproof_schemas.networks import is_in
from lotproof_schemas.settings import Settings
from lotproof_web.api.here import Ledger, ledger
from lotproof_web.errors import ERROR_CODE
from lotproof_web.metrics import counters
from lotproof_web.metrics.of_database import VitalSignsCollector
from lotproof_web.proxies import UNBELIEVED
from lotproof_web.request_log import elapsed_s, route

metrics = Blueprint("metrics", __name__)
_SETTINGS = "lotproof_metrics"
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


def measure(app: Flask, here: Ledger, settings: Settings) -> None:
    """Count requests, acts and failures from now on."""
    app.extensions[_SETTINGS] = settings
    here.log.acted = counters.note_act
    for loop in here.loops:
        loop.failed = counters.note_fault
        counters.LOOP_FAULTS.labels(loop.name)  # that it never failed is a figure too

    @app.after_request
    def count(response: Response) -> Response:
        method = request.method if request.method in _METHODS else "other"  # a client may send any word
        counters.REQUESTS.labels(method, route(), str(response.status_code)).inc()
        counters.REQUEST_S.labels(route()).observe(elapsed_s())
        if code := g.get(ERROR_CODE):
            counters.REFUSALS.labels(code).inc()
        pool = here.log.engine.pool
        if isinstance(pool, QueuePool):
            counters.CONNECTIONS.set(pool.checkedout())
        return response


@metrics.get("/metrics")
def page() -> Response:
    """All figures, of all processes."""
    _refuse_strangers()
    of_database = CollectorRegistry()
    of_database.register(VitalSignsCollector(ledger().log))
    response = Response(generate_latest(_counted()) + generate_latest(of_database))
    response.headers["Content-Type"] = CONTENT_TYPE_LATEST
    response.headers["Cache-Control"] = "no-store"
    return response


def _refuse_strangers() -> None:
    """Raises: NotFoundError for whom nothing was said about; ForbiddenError for a wrong token."""
    settings = cast(Settings, current_app.extensions[_SETTINGS])
    given = request.authorization
    if given is None:
        # Behind a proxy that was forgotten in the settings everybody has the proxy's address.
        if request.environ.get(UNBELIEVED) or not is_in(request.remote_addr, settings.metrics_from):
            raise NotFoundError("not_found", "there is no such page here")
        return
    token = given.token if given.type == "bearer" and given.token else ""
    expected = settings.metrics_token or ""
    if not (expected and hmac.compare_digest(token.encode(), expected.encode())):
        raise ForbiddenError(
            "wrong_token", "this token does not open the figures", "see LOTPROOF_METRICS_TOKEN"
        )


def _counted() -> CollectorRegistry:
    if ValueClass.__name__ == "MutexValue":  # one process
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
