"""What the EPCIS interface answers: capture jobs, events, and the document that carries them.

Source: GS1 EPCIS 2.0 sections 8.2.7 and 12.6, with the shapes of its OpenAPI document (CaptureJob,
EPCISQueryDocument). Members that the standard does not name (events, entries, repeated) stand beside its own.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields

from lotproof.epcis.vocabulary import EXTENSION_PREFIX, NS
from lotproof.kernel.instants import rfc3339
from lotproof.lots.events import Recorded
from lotproof.lots.public_id import event_id_of

CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {EXTENSION_PREFIX: NS}]
_RUNNING = frozenset({"staging", "staged"})


class _Instant(fields.Field[datetime]):
    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else rfc3339(value)


class _Job(Schema):
    """success: no error so far; what "false" means for the events depends on captureErrorBehaviour."""

    captureID = fields.String(attribute="id")
    createdAt = _Instant(attribute="created_at")
    finishedAt = _Instant(attribute="finished_at")
    running = fields.Function(lambda job: job.state in _RUNNING)
    success = fields.Function(lambda job: job.state != "failed" and not job.errors)
    captureErrorBehaviour = fields.String(attribute="behaviour")
    errors = fields.Function(lambda job: [_error(one) for one in job.errors])
    events = fields.Integer()
    entries = fields.Integer()
    repeated = fields.Integer()


_JOB = _Job()


def dump_job(job: Any) -> dict[str, Any]:
    """Return a capture job (a row of `capture_job`) as the standard shows it."""
    dumped: dict[str, Any] = _JOB.dump(job)
    if dumped["finishedAt"] is None:
        del dumped["finishedAt"]
    return dumped


def dump_event(recorded: Recorded) -> dict[str, Any]:
    """Return an event as its reader may see it, with the eventID that it is found by and its recordTime.

    Where hidden parts of its entry were erased, `lotproof:erased` says how many.
    """
    erased = {f"{EXTENSION_PREFIX}:erased": recorded.erased} if recorded.erased else {}
    return {
        **recorded.event,
        **erased,
        "eventID": event_id_of(recorded.signed),
        "recordTime": rfc3339(recorded.record_time),
    }


def query_document(events: Sequence[dict[str, Any]], at: datetime) -> dict[str, Any]:
    """Return the document that answers a query. Each event keeps the @context that it came with."""
    return {
        "@context": CONTEXT,
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": rfc3339(at),
        "epcisBody": {
            "queryResults": {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": list(events)}}
        },
    }


def _error(problem: dict[str, str]) -> dict[str, str]:
    """A problem as RFC 7807 has it, with what all errors here have."""
    return {"type": "epcisException:ValidationException", "title": problem["message"], **problem}
