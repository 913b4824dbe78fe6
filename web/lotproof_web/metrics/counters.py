"""What the serving processes count. Few labels: routes, states and codes, never a lot, a party or an address.

With several processes prometheus-client keeps the counts in files that every process reads; see `gunicorn_conf`.
"""

from collections import Counter as CounterOf
from collections.abc import Sequence

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

# From a page out of the cache to a large document.
_REQUEST_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
_ACT_S = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10)
SEVERAL = "several"
"""The kind of an act that added entries of several kinds."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # else each figure comes twice, once with the time of its first count
REQUESTS = Counter("lotproof_requests", "Answered requests", ["method", "route", "status"])
REQUEST_S = Histogram("lotproof_request_seconds", "Time to answer a request", ["route"], buckets=_REQUEST_S)
REFUSALS = Counter("lotproof_refusals", "Requests answered by an error, by its code", ["code"])
ACTS = Counter("lotproof_acts", "Acts that stand, by the kind of their entries", ["kind"])
ENTRIES = Counter("lotproof_entries", "Entries that these acts added, by their kind", ["kind"])
ACT_S = Histogram(
    "lotproof_acknowledgement_seconds", "From the begin of an act to its place on the log", buckets=_ACT_S
)
LOOP_FAULTS = Counter("lotproof_loop_faults", "Turns of background work that failed", ["loop"])
CONNECTIONS = Gauge(
    "lotproof_database_connections", "Connections to the database in use", multiprocess_mode="livesum"
)


def note_act(kinds: Sequence[str], seconds: float | None) -> None:
    """Count one act that stands. seconds: until it had its place on the log, None where it has none yet."""
    ACTS.labels(kinds[0] if len(set(kinds)) == 1 else SEVERAL).inc()
    for kind, number in CounterOf(kinds).items():
        ENTRIES.labels(kind).inc(number)
    if seconds is not None:
        ACT_S.observe(seconds)


def note_fault(loop: str) -> None:
    """Count one turn of background work that failed."""
    LOOP_FAULTS.labels(loop).inc()
