"""A ledger behind its whole application, as a client of the API meets it. The work behind it is done by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lotproof.kernel.identifiers import Gln
from lotproof.kernel.strict_json import dumps
from lotproof.parties.api_keys import create_api_key
from lotproof.storage.engine import writing
from lotproof_schemas.settings import read_settings
from lotproof_web.binding import BoundServices, bind, build_app
from support.captured import harvest
from support.world import FARM, World

CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]


@dataclass
class Served:
    """The application over a world."""

    world: World
    services: BoundServices
    app: Flask
    keys: dict[tuple[Gln, str], str] = field(default_factory=dict)

    @property
    def client(self) -> FlaskClient:
        """A client without cookies."""
        return self.app.test_client(use_cookies=False)

    def bearer(self, who: Gln, scope: str = "capture") -> dict[str, str]:
        """The header by which an organisation is known."""
        if (who, scope) not in self.keys:
            with writing(self.world.log.engine) as db:
                self.keys[who, scope] = create_api_key(
                    db, who.party_uri, [scope], self.world.clock.now, self.world.entropy
                )
        return {"Authorization": f"Bearer {self.keys[who, scope]}"}

    def get(self, path: str, who: Gln | None = FARM, scope: str = "read", **arguments: Any) -> TestResponse:
        """Ask as an organisation, or as nobody."""
        headers = self.bearer(who, scope) if who else {}
        return self.client.get(path, query_string=arguments, headers=headers)

    def post(self, body: bytes | Mapping[str, Any], who: Gln | None = FARM, **headers: str) -> TestResponse:
        """Send a document as an organisation, or as nobody."""
        data = body if isinstance(body, bytes) else dumps(dict(body)).encode()
        sent = {"Content-Type": "application/json", **(self.bearer(who) if who else {})}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post("/epcis/capture", data=data, headers=sent)

    def work(self) -> None:
        """Let the worker apply what waits."""
        self.services.here.worker.sweep()

    def captured(self, *events: Mapping[str, Any], who: Gln = FARM, **headers: str) -> dict[str, Any]:
        """Send events, let them be applied, and return the finished job."""
        accepted = self.post(document(*events), who, **headers)
        assert accepted.status_code == 202, accepted.text
        self.work()
        job: dict[str, Any] = self.get(accepted.headers["Location"], who).json  # type: ignore[assignment]
        return job

    def events(self, who: Gln = FARM, **arguments: Any) -> list[dict[str, Any]]:
        """Ask for events, and return those of the first page."""
        response = self.get("/epcis/events", who, **arguments)
        assert response.status_code == 200, response.text
        return events_in(response)


def serve(world: World, folder: Path, **settings: str) -> Served:
    """Return a world behind its application."""
    named = {f"LOTPROOF_{name.upper()}": value for name, value in settings.items()}
    services = bind(world.log, read_settings({"LOTPROOF_HOME": str(folder), **named}))
    app = build_app(services)
    app.testing = False  # errors are answered, as they are in service
    return Served(world, services, app)


def limited(served: Served, most_bytes: int) -> Served:
    """The same with another limit for a document."""
    here = replace(served.services.here, capture_limit=most_bytes)
    services = replace(served.services, here=here)
    return Served(served.world, services, build_app(services), served.keys)


def document(*events: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """An EPCIS document around these events."""
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-06-01T08:00:00Z",
        "epcisBody": {"eventList": [dict(event) for event in events]},
    } | changes


def seen(code: str = "X1", step: str = "storing", **changes: Any) -> dict[str, Any]:
    """A look at a lot that changes nothing."""
    look = harvest(code, action="OBSERVE", bizStep=step, disposition="in_progress")
    return look | {"eventTime": "2026-05-02T09:00:00+08:00"} | changes


def events_in(response: TestResponse) -> list[dict[str, Any]]:
    """The events of a query document."""
    found: list[dict[str, Any]] = response.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]  # type: ignore[index]
    return found


def codes(response: TestResponse) -> list[tuple[str, str]]:
    """Where and what the problems of an error are."""
    assert response.json is not None
    found = {"request_id"} if response.status_code >= 500 else set()
    assert set(response.json) == {"code", "message", "hint", "problems"} | found
    return [(problem["where"], problem["code"]) for problem in response.json["problems"]]


class Unsized(BytesIO):
    """A body whose length is not announced."""
