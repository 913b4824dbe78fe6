"""Put the JSON interface and its documentation into the application."""

from typing import Any

from flask import Blueprint, Flask, Response, jsonify, make_response, render_template
from flask_smorest import Api

import lotproof
from lotproof_schemas.api_v1 import ErrorOut
from lotproof_web.api.v1.documents import documents
from lotproof_web.api.v1.lots import lots
from lotproof_web.api.v1.parties import parties
from lotproof_web.api.v1.resource import Resource

RESOURCES: tuple[Resource, ...] = (lots, parties, documents)
"""Every part of the interface; each domain adds its own."""
_NOTE = """Every request bears a key: `Authorization: Bearer lp_…`. Every error has one shape: a stable `code`, a
`message`, a `hint` of what to do next, and all `problems` with their places. What was read carries an `ETag`;
ask with `If-None-Match` and it costs nothing. What writes takes an `Idempotency-Key`, so that it can be sent again."""


class OneShapeApi(Api):
    """flask-smorest, whose errors are those of the whole application: one table, one shape, pages for people."""

    ERROR_SCHEMA = ErrorOut

    def _register_error_handlers(self) -> None:
        """Leave them: the extension's own would answer people in JSON, and drop Allow from a 405."""


def register(app: Flask) -> None:
    """Add the resources, /api/openapi.json and /api/docs."""
    app.config.update(API_TITLE="Lotproof", API_VERSION=lotproof.__version__, OPENAPI_VERSION="3.1.0")
    api = OneShapeApi(app, spec_kwargs={"info": {"description": _NOTE}, "security": [{"key": []}]})
    api.spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    for resource in RESOURCES:
        api.register_blueprint(resource)
    app.register_blueprint(_documentation(api.spec.to_dict()))


def _documentation(spec: dict[str, Any]) -> Blueprint:
    pages = Blueprint("api_docs", __name__)

    @pages.get("/api/openapi.json")
    def openapi() -> Response:
        """The interface, for programs."""
        return jsonify(spec)

    @pages.get("/api/docs")
    def docs() -> Response:
        """The interface, for people."""
        return make_response(render_template("api_docs.html"))

    return pages
