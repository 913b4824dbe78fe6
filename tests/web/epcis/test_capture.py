"""POST /epcis/capture: taken whole or refused with every problem, and applied behind the request."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from sqlalchemy import update

from lotproof.ledger import tables as t
from lotproof.storage.engine import writing
from support.captured import harvest
from support.served import Served, codes, document, limited, seen
from support.world import FARM, OPERATOR, PACKER, SHOP, check_ledger, lot


def test_a_document_is_accepted_and_then_applied(served: Served) -> None:
    response = served.post(document(harvest(), seen()))

    location = response.headers["Location"]
    waiting = served.get(location).json
    served.work()
    done = served.get(location).json

    assert response.status_code == 202
    assert location == f"/epcis/capture/{response.json['captureID']}"  # type: ignore[index]
    assert (response.headers["GS1-EPCIS-Version"], response.headers["GS1-CBV-Version"]) == ("2.0", "2.0")
    assert (waiting["running"], waiting["success"], "finishedAt" in waiting) == (True, True, False)  # type: ignore[index]
    assert (done["running"], done["success"], done["errors"]) == (False, True, [])  # type: ignore[index]
    assert (done["events"], done["entries"], done["repeated"]) == (2, 2, 0)  # type: ignore[index]
    assert served.world.balance(lot("X1")).created == 100
    check_ledger(served.world)


def test_the_same_document_again_gives_no_entry(served: Served) -> None:
    served.captured(harvest(), seen())

    again = served.captured(harvest(), seen())

    assert (again["success"], again["entries"], again["repeated"]) == (True, 0, 2)
    check_ledger(served.world)


def test_one_event_with_its_context_is_a_document(served: Served) -> None:
    response = served.post(harvest() | {"@context": document()["@context"]})
    served.work()

    assert response.status_code == 202
    assert served.world.balance(lot("X1")).created == 100


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "application/ld+json"])
def test_both_media_types_of_the_standard_are_read(served: Served, media_type: str) -> None:
    assert served.post(document(harvest()), Content_Type=media_type).status_code == 202


@pytest.mark.parametrize(
    "headers",
    [{"Content_Type": "application/xml"}, {"Content_Type": ""}, {"Content_Encoding": "gzip"}],
)
def test_other_formats_are_refused(served: Served, headers: dict[str, str]) -> None:
    response = served.post(document(harvest()), **headers)

    assert response.status_code == 415
    assert response.json["code"] == "unsupported_media_type"  # type: ignore[index]
    assert codes(response) == []


@pytest.mark.parametrize(
    "authorization", [None, "Bearer lp_0_0", "Bearer", "Basic Zm9vOmJhcg==", "Bearer \xe9"]
)
def test_who_is_not_known_may_not_capture(served: Served, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}

    response = served.post(document(harvest()), who=None, **headers)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="lotproof"')
    assert response.json["code"] == "not_authorised"  # type: ignore[index]
    assert codes(response) == []


def test_a_key_that_may_only_read_may_not_capture(served: Served) -> None:
    response = served.post(document(harvest()), who=None, **served.bearer(FARM, "read"))

    assert response.status_code == 401


def test_every_problem_of_a_document_is_told_with_its_path(served: Served) -> None:
    wrong_digit = [{"epcClass": "https://id.gs1.org/01/09520000100019/10/X1", "quantity": 1, "uom": "KGM"}]
    bad = [harvest(), harvest("X2", bizStep="invented"), harvest("X3", quantityList=wrong_digit)]

    response = served.post(document(*bad))
    job = served.get("/epcis/capture").json[0]  # type: ignore[index]

    assert response.status_code == 400
    assert response.json["code"] == "document_refused"  # type: ignore[index]
    assert codes(response) == [
        ("$.epcisBody.eventList[1].bizStep", "unknown_biz_step"),
        ("$.epcisBody.eventList[2].quantityList[0].epcClass", "invalid_check_digit"),
    ]
    assert (job["running"], job["success"], job["entries"]) == (False, False, 0)
    assert [error["where"] for error in job["errors"]] == [where for where, _ in codes(response)]
    assert served.events() == []


def test_proceed_keeps_the_good_events_and_tells_of_the_bad(served: Served) -> None:
    job = served.captured(harvest(), harvest("X2", bizStep="invented"), GS1_Capture_Error_Behaviour="proceed")

    assert (job["captureErrorBehaviour"], job["running"], job["success"]) == ("proceed", False, False)
    assert (job["events"], job["entries"]) == (2, 1)
    assert [(error["type"], error["code"]) for error in job["errors"]] == [
        ("epcisException:ValidationException", "unknown_biz_step")
    ]
    check_ledger(served.world)


def test_another_error_behaviour_is_refused(served: Served) -> None:
    response = served.post(document(harvest()), GS1_Capture_Error_Behaviour="ignore")

    assert response.status_code == 400
    assert codes(response) == [("GS1-Capture-Error-Behaviour", "invalid_parameter")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_document"),
        (b"{", "invalid_json"),
        (b'{"type": "EPCISDocument"} {}', "invalid_json"),
        (b"[]", "not_epcis"),
        (b'{"type": "\xff"}', "invalid_utf8"),
        ('{"type": "EPCISDocument"}'.encode("utf-16"), "invalid_utf8"),
        (b'{"type": "EPCISQueryDocument"}', "unsupported_document"),
        (b'{"type": "EPCISDocument"}', "invalid_document"),
        (b'{"a": NaN}', "invalid_json"),
        (b"[" * 100_000, "not_epcis"),
        (b'{"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "not_epcis"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused_and_leaves_nothing(served: Served, body: bytes, code: str) -> None:
    response = served.post(body)

    assert response.status_code == 400
    assert response.json["code"] == code  # type: ignore[index]
    codes(response)
    assert served.get("/epcis/capture").json == []


def test_depth_numbers_and_names_are_judged_inside_events(served: Served) -> None:
    deep = json.dumps(document(harvest(**{"example:deep": 0}))).replace(
        '"example:deep": 0', '"example:deep": ' + "[" * 500 + "]" * 500
    )
    large = json.dumps(document(harvest(**{"example:n": 2**53 + 1})))
    twice = json.dumps(document(harvest())).replace('"action"', '"action": "ADD", "action"', 1)

    found = [codes(served.post(text.encode()))[0][1] for text in (deep, large, twice)]

    assert found == ["too_deep", "number_too_large", "duplicate_name"]


def test_a_document_beyond_the_limit_is_refused_however_it_is_sent(served: Served) -> None:
    small = limited(served, 1_000)
    body = json.dumps(document(*[harvest(f"X{n}") for n in range(20)])).encode()

    announced = small.post(body)
    streamed = small.client.post(
        "/epcis/capture",
        input_stream=_stream(body),
        headers={"Content-Type": "application/json", **small.bearer(FARM)},
        environ_overrides={"wsgi.input_terminated": True},
    )

    for response in (announced, streamed):
        assert response.status_code == 413
        assert response.json["code"] == "document_too_large"  # type: ignore[index]
        assert response.headers["GS1-EPCIS-Capture-File-Size-Limit"] == "1000"
    assert served.get("/epcis/capture").json == []


def test_an_organisation_without_a_key_of_its_own_here_cannot_submit(served: Served) -> None:
    key = served.bearer(SHOP)
    _forget_seed(served)

    response = served.post(document(harvest()), who=None, **key)

    assert response.status_code == 409
    assert response.json["code"] == "no_signing_key"  # type: ignore[index]


def test_jobs_are_for_who_submitted_them_and_for_the_operator(served: Served) -> None:
    mine = served.captured(harvest(), who=FARM)
    path = f"/epcis/capture/{mine['captureID']}"

    assert served.get(path, FARM).json == mine
    assert served.get(path, OPERATOR).json == mine
    assert [job["captureID"] for job in served.get("/epcis/capture", OPERATOR).json] == [mine["captureID"]]  # type: ignore[union-attr]
    assert served.get("/epcis/capture", PACKER).json == []
    stranger, unknown = served.get(path, PACKER), served.get("/epcis/capture/nothing", PACKER)
    assert (stranger.status_code, unknown.status_code) == (404, 404)
    assert stranger.json["code"] == unknown.json["code"] == "no_such_job"  # type: ignore[index]
    assert served.get(path, None).status_code == 401


def test_jobs_are_listed_newest_first_in_pages(served: Served) -> None:
    sent = []
    for n in range(5):
        served.world.later(seconds=1 if n != 2 else 0)  # two of them in the same instant
        sent.append(served.captured(harvest(f"X{n}"))["captureID"])

    listed, path, pages = [], "/epcis/capture?perPage=2", 0
    while path:
        response = served.client.get(path, headers=served.bearer(FARM))
        listed += [job["captureID"] for job in response.json]  # type: ignore[union-attr]
        path = response.headers.get("Link", "").partition(">")[0][1:]
        pages += 1

    assert pages == 3
    assert served.get("/epcis/capture", perPage=101).status_code == 400
    assert served.get("/epcis/capture", state="done").status_code == 400
    assert sorted(listed) == sorted(sent)
    assert (listed[0], listed[-1]) == (sent[-1], sent[0])


def test_the_interface_says_what_it_takes(served: Served) -> None:
    response = served.client.options("/epcis/capture")

    assert response.status_code == 204
    assert response.headers["GS1-EPCIS-Capture-File-Size-Limit"] == "200000000"
    assert response.headers["GS1-Capture-Error-Behaviour"] == "rollback"
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


@pytest.mark.parametrize(("method", "path"), [("PUT", "/epcis/capture"), ("GET", "/epcis/nothing")])
def test_errors_of_the_address_have_the_shape_of_all_errors(served: Served, method: str, path: str) -> None:
    response = served.client.open(path, method=method)

    assert response.status_code in (404, 405)
    assert codes(response) == []


def _stream(body: bytes) -> BytesIO:
    return BytesIO(body)


def _forget_seed(served: Served) -> None:
    with writing(served.world.log.engine) as db:
        theirs = update(t.signing_key).where(t.signing_key.c.party == SHOP.party_uri)
        db.execute(theirs.values(sealed_seed=None, custody="own"))
