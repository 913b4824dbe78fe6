"""The process tells whether it lives and whether it may be sent requests."""

from flask.testing import FlaskClient

from support.page_services import FakeServices


def test_a_living_process_says_so(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_ready_means_that_every_check_holds(client: FlaskClient, services: FakeServices) -> None:
    assert client.get("/readyz").status_code == 200

    services.ready = False
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json["checks"] == [{"name": "database", "ok": False, "note": "it does not answer"}]  # type: ignore[index]
