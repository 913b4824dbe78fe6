"""Whether the process lives, and whether it may be sent requests."""

from flask import Blueprint, Response, jsonify

from lotproof_web.pages.here import services

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """The process answers; nothing else is looked at."""
    return _no_store(jsonify({"status": "ok"}))


@health.get("/readyz")
def readyz() -> Response:
    """200 when all that is needed works, else 503; each check with its state."""
    checks = services().readiness()
    ready = all(check.ok for check in checks)
    response = jsonify(
        {
            "status": "ready" if ready else "not ready",
            "checks": [{"name": check.name, "ok": check.ok, "note": check.note} for check in checks],
        }
    )
    response.status_code = 200 if ready else 503
    return _no_store(response)


def _no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
