"""Handing documents in by a program."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from lotproof.kernel.identifiers import Gln
from lotproof_web.api.here import keep
from support.papers import eicar, left, noise, pdf, photo, picture, work
from support.served import Served
from support.world import FARM, OPERATOR, SHOP, World

PATH = "/api/v1/documents"
NOTHING = {"quarantine": 0, "clean": 0, "work": 0}


def send(
    served: Served, data: bytes, name: str = "a.jpg", who: Gln | None = FARM, **fields: Any
) -> TestResponse:
    scope, headers = fields.pop("scope", "documents"), fields.pop("headers", {})
    form = {"type": "photo", "subject": FARM.digits, "file": (BytesIO(data), name)} | fields
    form = {name: value for name, value in form.items() if value is not None}
    answer = served.client.post(
        PATH, data=form, headers={**(served.bearer(who, scope) if who else {}), **headers}
    )
    answer.request.environ["wsgi.input"].close()
    return answer


def test_a_document_is_handed_in_and_its_state_asked_for(world: World, served: Served) -> None:
    sent = send(served, photo())
    told: dict[str, Any] = sent.json  # type: ignore[assignment]
    early = served.get(f"{PATH}/{told['id']}", scope="documents")
    work(world)
    later = served.get(sent.headers["Location"], scope="documents")

    assert (sent.status_code, set(told)) == (201, {"id", "sha256", "state"})
    assert told["sha256"] == hashlib.sha256(photo()).hexdigest()
    assert (early.json["state"], later.json["state"]) == ("received", "clean")  # type: ignore[index]
    assert later.json["subject"] == FARM.party_uri  # type: ignore[index]
    assert later.headers["ETag"] != early.headers["ETag"]


def test_the_subject_is_ones_own_party_where_none_is_named(served: Served) -> None:
    sent = send(served, picture(), subject=None)

    assert sent.status_code == 201


@pytest.mark.parametrize(
    ("data", "name", "status", "code"),
    [
        (b"MZ\x90\x00", "licence.pdf", 415, "file_type_not_taken"),
        (b"<html><script>", "photo.jpg", 415, "file_type_not_taken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo.svg", 415, "file_type_not_taken"),
        (b"GIF89a/*" + bytes(20) + b"*/=1;", "photo.jpg", 415, "file_type_not_taken"),
        (picture("PNG"), "photo.jpg", 415, "file_type_differs"),
        (b"", "photo.jpg", 422, "empty_file"),
        (eicar(), "paper.pdf", 422, "harmful_file"),
        (picture() + noise(1_000_000), "photo.jpg", 413, "file_too_large"),
        (picture() + noise(8_000_000), "photo.jpg", 413, "request_entity_too_large"),
    ],
)
def test_what_is_not_taken_is_answered_in_the_one_shape(
    world: World, served: Served, data: bytes, name: str, status: int, code: str
) -> None:
    keep(served.app, replace(served.services.here, document_limit=1_000_000))

    answer = send(served, data, name)

    told: dict[str, Any] = answer.json  # type: ignore[assignment]
    assert (answer.status_code, told["code"]) == (status, code)
    assert set(told) == {"code", "message", "hint", "problems"}
    assert left(world) == NOTHING


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"type": "love_letter"}, "type"),
        ({"type": None}, "type"),
        ({"file": None}, "file"),
        ({"file": "text in place of a file"}, "file"),
        ({"more": "1"}, "more"),
    ],
)
def test_a_form_that_is_not_as_it_should_be_is_told_where(
    served: Served, fields: dict[str, Any], where: str
) -> None:
    answer = send(served, picture(), **fields)

    assert answer.status_code == 422
    assert [one["where"] for one in answer.json["problems"]] == [where]  # type: ignore[index]


def test_a_key_hands_in_nothing_about_others_and_sees_nothing_of_theirs(world: World, served: Served) -> None:
    mine = send(served, pdf(), "paper.pdf")
    path = mine.headers["Location"]

    assert send(served, picture(), subject=SHOP.digits).status_code == 403
    assert send(served, picture(), who=SHOP).status_code == 403
    others, none = served.get(path, SHOP, "documents"), served.get(f"{PATH}/none", SHOP, "documents")
    assert (others.status_code, others.json) == (404, none.json)
    assert served.get(path, OPERATOR, "documents").status_code == 404
    assert served.get(path, FARM, "documents").status_code == 200


def test_a_key_without_the_scope_and_no_key_at_all_are_refused(world: World, served: Served) -> None:
    assert send(served, picture(), scope="read").status_code == 401
    assert send(served, picture() + noise(2_000_000), who=None).status_code in (401, 413)
    assert left(world) == NOTHING


def test_a_document_that_is_sent_again_with_its_key_is_received_once(world: World, served: Served) -> None:
    headers = {"Idempotency-Key": "one"}

    first, second = send(served, picture(), headers=headers), send(served, picture(), headers=headers)

    assert first.json == second.json
    assert left(world)["quarantine"] == 1


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.jpg", "证" * 251 + ".jpg", "a\u202egpj.exe.jpg", "con:aux?.jpg"]
)
def test_odd_names_are_no_obstacle_and_lead_nowhere(world: World, served: Served, name: str) -> None:
    answer = send(served, picture(), name)

    assert answer.status_code == 201
    assert left(world) == {"quarantine": 1, "clean": 0, "work": 0}
