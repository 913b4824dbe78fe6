"""GET /epcis/events: by lot, time and step, in pages, and never more than the asker takes part in."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy.exc import OperationalError

from lotproof.epcis.event_hash import event_hash
from lotproof_web.epcis import event_page
from support.captured import harvest
from support.served import Served, codes, events_in, seen
from support.statements import counted
from support.world import APPLES, CASES, FARM, OPERATOR, PACKER, SHOP, check_ledger, lot

LOT = "09520000100018/X1"
SPELLINGS = [
    LOT,
    "9520000100018/X1",
    "https://id.gs1.org/01/09520000100018/10/X1",
    "https://shop.example/x/01/09520000100018/10/X1?17=261231",
    "urn:epc:class:lgtin:9520000.010001.X1",
]


def packed(code: str = "X1", into: str = "C1") -> dict[str, Any]:
    """A lot that becomes another one."""
    return {
        "type": "TransformationEvent",
        "eventTime": "2026-05-03T09:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "bizStep": "repackaging",
        "inputQuantityList": [{"epcClass": lot(code).uri, "quantity": 10, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": lot(into, CASES).uri, "quantity": 10, "uom": "KGM"}],
    }


def steps(found: list[dict[str, Any]]) -> list[str]:
    """The steps of some events, in their order."""
    return [event["bizStep"] for event in found]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_lot_is_found_however_it_is_named(served: Served, spelling: str) -> None:
    served.captured(harvest(), seen(), harvest("X2"))

    assert steps(served.events(MATCH_anyEPC=spelling)) == ["creating_class_instance", "storing"]


def test_the_parameter_says_in_which_role_the_lot_stands(served: Served) -> None:
    served.captured(harvest(), packed())

    assert steps(served.events(MATCH_epcClass=LOT)) == ["creating_class_instance"]
    assert steps(served.events(MATCH_inputEPCClass=LOT)) == ["repackaging"]
    assert steps(served.events(MATCH_outputEPC=LOT)) == []
    assert len(served.events(MATCH_anyEPCClass=f"{LOT}|{CASES}/C1")) == 2
    assert served.events(MATCH_epc=f"{APPLES}/NEVER") == []


def test_times_and_steps_narrow_the_answer(served: Served) -> None:
    served.captured(harvest(), seen(), packed())

    after = served.events(GE_eventTime="2026-05-02T01:00:00Z")
    before = served.events(LT_eventTime="2026-05-02T01:00:00Z")
    both = served.events(GE_eventTime="2026-05-02T01:00:00Z", LT_eventTime="2026-05-03T09:00:00+08:00")

    assert steps(after) == ["storing", "repackaging"]
    assert steps(before) == ["creating_class_instance"]
    assert steps(both) == ["storing"]
    assert steps(served.events(EQ_bizStep="urn:epcglobal:cbv:bizstep:storing|repackaging")) == [
        "storing",
        "repackaging",
    ]
    assert served.events(EQ_bizStep="https://example.org/step/own", MATCH_anyEPC=LOT) == []


@pytest.mark.parametrize(
    ("arguments", "where", "code"),
    [
        ({"EQ_readPoint": "x"}, "EQ_readPoint", "unknown_parameter"),
        ({"per_page": "3"}, "per_page", "unknown_parameter"),
        ({"perPage": "0"}, "perPage", "invalid_parameter"),
        ({"perPage": "1001"}, "perPage", "invalid_parameter"),
        ({"perPage": "٣"}, "perPage", "invalid_parameter"),
        ({"perPage": ["1", "2"]}, "perPage", "invalid_parameter"),
        ({"nextPageToken": "abc"}, "nextPageToken", "invalid_parameter"),
        ({"nextPageToken": "é"}, "nextPageToken", "invalid_parameter"),
        ({"GE_eventTime": "2026-05-02"}, "GE_eventTime", "invalid_parameter"),
        ({"LT_eventTime": "2026-05-02T00:00:00 08:00"}, "LT_eventTime", "invalid_parameter"),
        ({"EQ_bizStep": "invented"}, "EQ_bizStep", "invalid_parameter"),
        ({"EQ_bizStep": "storing|"}, "EQ_bizStep", "invalid_parameter"),
        ({"EQ_bizStep": "|".join(["storing"] * 101)}, "EQ_bizStep", "invalid_parameter"),
        ({"MATCH_epc": "09520000100019/X1"}, "MATCH_epc", "invalid_check_digit"),
        ({"MATCH_epc": "apples"}, "MATCH_epc", "invalid_identifier"),
        ({"MATCH_epc": LOT, "MATCH_anyEPC": LOT}, "MATCH_anyEPC", "invalid_parameter"),
    ],
)
def test_what_cannot_be_asked_is_named(
    served: Served, arguments: dict[str, Any], where: str, code: str
) -> None:
    response = served.get("/epcis/events", **arguments)

    assert response.status_code == 400
    assert codes(response) == [(where, code)]


def test_a_plus_sign_that_was_not_encoded_is_explained(served: Served) -> None:
    response = served.client.get(
        "/epcis/events?GE_eventTime=2026-05-02T00:00:00+08:00", headers=served.bearer(FARM)
    )

    assert "%2B" in response.json["message"]  # type: ignore[index]


@pytest.mark.parametrize(
    "path", ["/epcis/events?EQ_bizStep=a%00b", "/epcis/events/a%00b", "/epcis/capture/%00"]
)
def test_nul_characters_are_refused_before_they_reach_the_database(served: Served, path: str) -> None:
    response = served.client.get(path, headers=served.bearer(FARM))

    assert response.status_code == 400
    assert response.json["code"] == "nul_character"  # type: ignore[index]


def test_pages_hold_every_event_once(served: Served) -> None:
    served.captured(*(harvest(f"X{n}") for n in range(5)))

    found, path, pages = [], "/epcis/events?perPage=2&EQ_bizStep=creating_class_instance", 0
    while path:
        response = served.client.get(path, headers=served.bearer(FARM))
        found += events_in(response)
        path = response.headers.get("Link", "").partition(">")[0][1:]
        pages += 1

    assert pages == 3
    assert [event["quantityList"][0]["epcClass"][-2:] for event in found] == ["X0", "X1", "X2", "X3", "X4"]


def test_a_token_is_good_for_its_own_question_only(served: Served) -> None:
    served.captured(*(harvest(f"X{n}") for n in range(3)))
    link = served.get("/epcis/events", perPage=2).headers["Link"]
    token = link.partition("nextPageToken=")[2].partition(">")[0]

    assert len(served.events(nextPageToken=token, perPage=1)) == 1
    for who, more in ((FARM, {"EQ_bizStep": "storing"}), (PACKER, {})):
        response = served.get("/epcis/events", who, nextPageToken=token, **more)
        assert codes(response) == [("nextPageToken", "invalid_parameter")]


def test_an_organisation_sees_only_what_it_takes_part_in(served: Served) -> None:
    to_packer = {"destinationList": [{"type": "owning_party", "destination": PACKER.party_uri}]}
    served.captured(harvest(), seen(), seen(step="shipping", **to_packer), who=FARM)
    served.captured(harvest("P1"), who=PACKER)

    assert steps(served.events(FARM)) == ["creating_class_instance", "storing", "shipping"]
    assert steps(served.events(PACKER)) == ["shipping", "creating_class_instance"]
    assert served.events(SHOP) == []
    assert served.events(SHOP, MATCH_anyEPC=LOT) == []
    assert len(served.events(OPERATOR, perPage=1000)) >= 4
    check_ledger(served.world)


@pytest.mark.parametrize("scope", ["read", "capture"])
def test_either_scope_may_read(served: Served, scope: str) -> None:
    assert served.get("/epcis/events", FARM, scope).status_code == 200


def test_nobody_reads_without_a_key(served: Served) -> None:
    for path in ("/epcis/events", "/epcis/events/urn:x:y", "/epcis/capture"):
        response = served.get(path, None)

        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="lotproof"'


def test_the_answer_is_a_query_document_that_no_cache_keeps(served: Served) -> None:
    served.captured(harvest(bizTransactionList=[{"type": "po", "bizTransaction": "urn:x:po:1"}]))

    response = served.get("/epcis/events")
    answer = response.json
    event = events_in(response)[0]

    assert answer["type"] == "EPCISQueryDocument"  # type: ignore[index]
    assert answer["schemaVersion"] == "2.0"  # type: ignore[index]
    assert event["bizTransactionList"] == [{"type": "po", "bizTransaction": "urn:x:po:1"}]
    assert event["recordTime"] == "2026-06-01T08:00:00.000Z"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.mimetype == "application/json"
    linked = served.client.get(
        "/epcis/events", headers={**served.bearer(FARM), "Accept": "application/ld+json"}
    )
    assert linked.mimetype == "application/ld+json"


def test_an_event_is_found_by_the_id_that_it_came_with_and_of_two_the_first(served: Served) -> None:
    served.captured(harvest(eventID="urn:uuid:1"), who=FARM)
    served.captured(harvest("X2", eventID="urn:uuid:1"), who=FARM)

    found = events_in(served.get("/epcis/events/urn:uuid:1"))

    assert [event["quantityList"][0]["epcClass"] for event in found] == [lot("X1").uri]
    assert "event_id_conflict" in served.world.findings(lot("X2"))


@pytest.mark.parametrize(
    "hidden", [{}, {"bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:po:1"}]}]
)
def test_an_event_without_an_id_is_found_by_the_hash_of_what_is_public(
    served: Served, hidden: dict[str, Any]
) -> None:
    served.captured(harvest(**hidden))

    name = served.events()[0]["eventID"]
    found = events_in(served.get(f"/epcis/events/{quote(name, safe='')}"))

    assert name == event_hash(harvest() | {"@context": found[0]["@context"]})
    assert [event["eventID"] for event in found] == [name]
    assert found[0].get("bizTransactionList") == hidden.get("bizTransactionList")
    assert events_in(served.client.get(f"/epcis/events/{name}", headers=served.bearer(FARM))) == found


def test_an_event_comes_with_what_declares_it_an_error(served: Served) -> None:
    declared = {"declarationTime": "2026-05-20T08:00:00Z", "reason": "incorrect_data"}
    served.captured(harvest(eventID="urn:uuid:1"))
    served.captured(harvest(eventID="urn:uuid:1", errorDeclaration=declared))

    found = events_in(served.get("/epcis/events/urn:uuid:1"))

    assert ["errorDeclaration" in event for event in found] == [False, True]
    check_ledger(served.world)


def test_who_takes_no_part_in_an_event_does_not_learn_that_it_exists(served: Served) -> None:
    served.captured(harvest(eventID="urn:uuid:1"), who=FARM)

    stranger, unknown = (served.get(f"/epcis/events/urn:uuid:{n}", PACKER) for n in (1, 2))

    assert (stranger.status_code, unknown.status_code) == (404, 404)
    assert stranger.json["code"] == unknown.json["code"] == "no_such_event"  # type: ignore[index]
    assert len(events_in(served.get("/epcis/events/urn:uuid:1", OPERATOR))) == 1


def test_a_long_list_comes_back_whole_and_ends_a_page_that_it_fills(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    serials = [f"https://id.gs1.org/01/{APPLES}/10/X1/21/{n}" for n in range(300)]
    long = seen(epcList=serials, quantityList=[])
    served.captured(long, long | {"eventTime": "2026-05-03T09:00:00+08:00"}, seen())

    whole = served.events()
    monkeypatch.setattr(event_page, "MOST_BYTES", 20_000)
    pages = [served.get("/epcis/events")]
    while "Link" in pages[-1].headers:
        path = pages[-1].headers["Link"].partition(">")[0][1:]
        pages.append(served.client.get(path, headers=served.bearer(FARM)))

    assert [len(event.get("epcList", [])) for event in whole] == [300, 300, 0]
    assert whole[0]["epcList"] == serials
    assert [len(events_in(page)) for page in pages] == [1, 2]
    assert events_in(pages[0]) + events_in(pages[1]) == whole


def test_a_database_that_goes_away_is_said_and_nothing_of_its_inside(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("SELECT secret", {}, Exception("server closed the connection"))

    monkeypatch.setattr(event_page, "find_events", gone)

    response = served.get("/epcis/events")

    assert response.status_code == 503
    assert response.json["code"] == "database_failed"  # type: ignore[index]
    assert "secret" not in response.text
    assert codes(response) == []


def test_the_number_of_statements_does_not_grow_with_the_page(served: Served) -> None:
    served.captured(*(harvest(f"X{n}", **{"example:private": n}) for n in range(60)))
    served.events(perPage=1)

    with counted(served.world.log.engine) as few:
        served.events(perPage=2)
    with counted(served.world.log.engine) as many:
        served.events(perPage=60)

    assert len(many) == len(few)
