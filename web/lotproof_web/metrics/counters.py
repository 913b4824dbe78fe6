"""What the serving processes count. Few labels: routes, states and codes, never a lot, a party or an address.

With several processes prometheus-client keeps the counts in files that every process reads; see `gunicorn_conf`.
"""

from prometheus_client import Counter, Gauge, Histogram

# From a page out of the cache to a large document.
_REQUEST_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
_ACT_S = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10)

REQUESTS = Counter("lotproof_requests", "Answered requests", ["method", "route", "status"])
REQUEST_S = Histogram("lotproof_request_seconds", "Time to answer a request", ["route"], buckets=_REQUEST_S)
REFUSALS = Counter("lotproof_refusals", "Requests answered by an error, by its code", ["code"])
ACTS = Counter("lotproof_acts", "Acts that stand on the log")
ENTRIES = Counter("lotproof_entries", "Entries that these acts added")
ACT_S = Histogram(
    "lotproof_acknowledgement_seconds", "From the begin of an act to its place on the log", buckets=_ACT_S
)
LOOP_FAULTS = Gauge(
    "lotproof_loop_faults", "Turns of background work that failed", ["loop"], multiprocess_mode="livesum"
)
CONNECTIONS = Gauge(
    "lotproof_database_connections", "Connections to the database in use", multiprocess_mode="livesum"
)


def note_act(entries: int, seconds: float) -> None:
    """Count one act that stands."""
    ACTS.inc()
    ENTRIES.inc(entries)
    ACT_S.observe(seconds)
