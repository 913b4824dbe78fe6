"""A request with an Idempotency-Key is done once, however often it is sent."""

from io import BytesIO
from typing import Any

import pytest
from flask import jsonify, request

from lotproof.kernel.errors import RefusedError
from lotproof.parties import asking_once
from lotproof.storage.engine import writing
from lotproof_web.api.v1.once import once
from support.served import Served
from support.world import FARM, PACKER, World

done: list[str] = []


@pytest.fixture
def served(served: Served) -> Served:
    """With an address that counts what it does."""
    done.clear()

    @once("read")
    def count() -> Any:
        done.append(request.form.get("what", request.get_data(as_text=True)))
        if "fail" in done[-1]:
            raise RefusedError("no", "no")
        return jsonify({"n": len(done)}), 201, {"Location": f"/api/v1/x/{len(done)}"}

    served.app.add_url_rule("/api/v1/x", view_func=count, methods=["POST"])
    return served


def send(served: Served, key: str | None, who: Any = FARM, **sent: Any) -> Any:
    headers = served.bearer(who, "read") | ({"Idempotency-Key": key} if key is not None else {})
    return served.client.post("/api/v1/x", headers=headers, **sent)


def test_the_second_is_answered_as_the_first(served: Served) -> None:
    first, second = send(served, "k1", data=b"a"), send(served, "k1", data=b"a")

    assert done == ["a"]
    assert (first.status_code, first.json) == (second.status_code, second.json) == (201, {"n": 1})
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Idempotent-Replayed"] == "true"


def test_another_boundary_is_the_same_request_and_another_file_is_not(served: Served) -> None:
    def file(content: bytes) -> dict[str, Any]:
        return {
            "data": {"what": "x", "file": (BytesIO(content), "a.pdf")},
            "content_type": "multipart/form-data",
        }

    answers = [send(served, "k1", **file(content)).status_code for content in (b"1", b"1", b"2")]

    assert answers == [201, 201, 422]
    assert done == ["x"]


def test_the_same_key_for_something_else_is_refused(served: Served) -> None:
    send(served, "k1", data=b"a")
    other = send(served, "k1", data=b"b")

    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert other.json["problems"][0]["where"] == "Idempotency-Key"


def test_keys_of_others_and_requests_without_one_are_their_own(served: Served) -> None:
    for key, who in (("k1", FARM), ("k1", PACKER), (None, FARM), (None, FARM)):
        assert send(served, key, who, data=b"a").status_code == 201

    assert len(done) == 4


def test_while_the_first_is_being_done_the_second_waits(world: World, served: Served) -> None:
    with writing(world.log.engine) as db:
        asking_once.take(db, FARM.party_uri, "k1", _digest_of(served, b"a"), world.clock.now)

    waiting = send(served, "k1", data=b"a")
    world.later(minutes=6)
    freed = send(served, "k1", data=b"a")

    assert (waiting.status_code, waiting.json["code"]) == (409, "idempotency_key_in_use")
    assert freed.status_code == 201


def test_what_failed_may_be_tried_again(served: Served) -> None:
    assert [send(served, "k1", data=b"fail").status_code for _ in range(2)] == [409, 409]
    assert done == ["fail", "fail"]


@pytest.mark.parametrize("key", ["", "x" * 201, "schlüssel"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_key_that_cannot_be_one_is_refused(served: Served, key: str) -> None:
    assert send(served, key, data=b"a").status_code == 422
    assert done == []


def test_answers_are_kept_for_a_day(world: World, served: Served) -> None:
    send(served, "k1", data=b"a")
    world.later(days=1, minutes=1)
    send(served, "k1", data=b"a")

    assert len(done) == 2


def _digest_of(served: Served, body: bytes) -> bytes:
    from lotproof_web.api.v1.once import _digest

    with served.app.test_request_context("/api/v1/x", method="POST", data=body):
        return _digest()
