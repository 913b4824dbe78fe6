"""What is written down: a line for each request, errors by their place and kind, and no secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from lotproof.storage.engine import reading
from lotproof_web.background import Loop
from lotproof_web.logs import STRUCK_OUT, write_logs
from support.captured import harvest
from support.served import Served, document
from support.world import FARM

# A traceback shows lines of the source, and these are not in the lines that fail.
PHONE, FARMER = "+86 138 0000 0000", "Wang the farmer"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a serving process would write to standard error, in JSON, all of it."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = list(root.handlers), root.level
    write_logs("json", "debug", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def lines(stream: io.StringIO, logger: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, stream.getvalue().splitlines()) if line["logger"] == logger]


def test_a_request_is_one_line_without_what_was_asked_for(app: Flask, written: io.StringIO) -> None:
    answer = app.test_client().get(
        "/01/09521234543213/10/SECRET-LOT?key=hunter2", headers={"X-Key": "hunter3"}
    )

    (line,) = lines(written, "lotproof.request")
    assert line.keys() == {
        "event",
        "method",
        "route",
        "status",
        "ms",
        "request_id",
        "level",
        "logger",
        "timestamp",
    }
    assert (line["method"], line["status"]) == ("GET", answer.status_code)
    assert line["route"] == "/01/<gtin>/10/<path:code>"
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert not any(
        word in written.getvalue() for word in ("SECRET-LOT", "hunter2", "hunter3", "09521234543213")
    )


def test_an_address_that_fits_no_route_is_not_written(app: Flask, written: io.StringIO) -> None:
    app.test_client().get("/lp_000000000000_hunter2")

    assert [line["route"] for line in lines(written, "lotproof.request")] == ["-"]
    assert "hunter2" not in written.getvalue()


def test_the_line_of_a_refusal_says_its_code(app: Flask, written: io.StringIO) -> None:
    app.test_client().get("/nope", headers={"Accept": "application/json"})

    assert [line["code"] for line in lines(written, "lotproof.request")] == ["not_found"]


def test_who_only_looks_whether_we_live_is_told_of_at_the_lowest_level(
    app: Flask, written: io.StringIO
) -> None:
    app.test_client().get("/healthz")

    assert [line["level"] for line in lines(written, "lotproof.request")] == ["debug"]


def test_an_unexpected_error_is_told_by_place_kind_and_request(app: Flask, written: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError(f"the phone number {PHONE} is too long")

    app.add_url_rule("/fail", view_func=fail)
    answer = app.test_client().get("/fail", headers={"Accept": "application/json"})

    (line,) = lines(written, app.logger.name)
    assert line["error"] == "ValueError"
    assert "in fail" in line["trace"]
    assert answer.json["request_id"] in line["event"]  # type: ignore[index]
    assert PHONE not in written.getvalue()


def test_what_a_database_refuses_is_told_without_its_values(served: Served, written: io.StringIO) -> None:
    engine = served.world.log.engine

    def fail() -> None:
        with reading(engine) as db:
            db.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": FARMER})

    Loop("test", fail, 1).take_turn()

    assert FARMER not in written.getvalue()
    assert "test failed" in written.getvalue()


def test_no_secret_gets_into_the_log(served: Served, written: io.StringIO) -> None:
    key = served.bearer(FARM)["Authorization"].removeprefix("Bearer ")
    private = harvest("X1", bizTransactionList=[{"type": "po", "bizTransaction": "urn:secret:PO-4711"}])
    private["example:phone"] = PHONE

    served.post(document(private))
    served.work()
    served.post(document(private, type="nonsense"))
    served.client.get(f"/epcis/events?token={key}")
    served.client.get("/epcis/events", headers={"Authorization": "Bearer lp_0123456789ab_wrong"})
    served.client.get(f"/{key}")
    with served.world.read() as db:
        salts = list(db.execute(text("SELECT salt FROM log_disclosure")).scalars())

    out = written.getvalue()
    assert salts
    assert len(lines(written, "lotproof.request")) >= 5
    assert not [one for one in (key, "wrong", "4711", PHONE, *salts) if one in out]


@pytest.mark.parametrize(
    "secret",
    [
        "lp_0123456789ab_c2VjcmV0LXNlY3JldA",
        "Authorization: Bearer c2VjcmV0",
        "postgresql+psycopg://farm:c2VjcmV0@db/lotproof",
        "5ec12e7" + "0" * 57,
    ],
)
def test_what_looks_like_a_key_is_struck_out_wherever_it_comes_from(
    written: io.StringIO, secret: str
) -> None:
    logging.getLogger("elsewhere").warning("connecting with %s", secret)

    out = written.getvalue()
    assert STRUCK_OUT in out
    assert "c2VjcmV0" not in out
    assert "5ec12e7" not in out


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ("gunicorn.error", "Invalid request from ip=192.0.2.7: Invalid HTTP Header: 'X-Name Wang\\r\\n'"),
        ("gunicorn.error", "Error handling request GET /01/09521234543213/10/Wang?192.0.2.7"),
        ("waitress", "Exception while serving /Wang/192.0.2.7"),
    ],
)
def test_what_a_server_quotes_of_a_request_is_not_written(
    written: io.StringIO, server: str, said: str
) -> None:
    logging.getLogger(server).warning(said)

    (line,) = lines(written, server)
    assert line["event"].endswith(f"request {STRUCK_OUT}") or line["event"].endswith(f"serving {STRUCK_OUT}")
    assert "Wang" not in written.getvalue()
    assert "192.0.2.7" not in written.getvalue()


def test_people_get_text(written: io.StringIO) -> None:
    stream = io.StringIO()
    write_logs("text", "info", stream)

    logging.getLogger("lotproof.request").info("request", extra={"status": 200})

    assert "request" in stream.getvalue()
    assert "status=200" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
