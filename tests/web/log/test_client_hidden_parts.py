"""POST /log/entries: what a client has to hide, and what it must not. On both databases."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from support.client_entries import payload, picked, refused, submit
from support.own_key import hide
from support.served import CONTEXT, Served, seen
from support.world import check_ledger, lot

ORDERED = [{"type": "po", "bizTransaction": "urn:epc:id:gdti:0614141.06012.1234"}]


def bought(**changes: Any) -> dict[str, Any]:
    return picked(**{"bizTransactionList": ORDERED, **changes})


def test_what_is_private_is_hidden_by_the_client_and_opened_beside_it(client: Served) -> None:
    signed, opened = hide(payload(bought()), "/event/bizTransactionList")

    response = submit(client, signed, disclosures=opened)

    leaf = response.json["leaf"]  # type: ignore[index]
    (event,) = client.events(MATCH_anyEPCClass=lot("C1").uri)
    assert response.status_code == 201
    assert "06012" not in leaf
    assert event["bizTransactionList"] == bought()["bizTransactionList"]
    check_ledger(client.world)


def test_what_is_private_and_stands_in_the_clear_is_refused_with_its_path(client: Served) -> None:
    signed = payload(
        bought(**{"lotproof:price": 7, "@context": [*CONTEXT, {"lotproof": "https://lotproof.example/"}]})
    )

    where = refused(client, submit(client, signed), 400, "private_in_the_clear")

    assert where == ["signed/event/bizTransactionList", "signed/event/lotproof:price"]


def test_what_is_public_and_hidden_is_refused_with_its_path(client: Served) -> None:
    signed, opened = hide(payload(), "/event/readPoint")

    assert refused(client, submit(client, signed, disclosures=opened), 400, "hidden_too_much") == [
        "signed/event/readPoint"
    ]


@pytest.mark.parametrize("spoil", ["none", "twice", "other", "no base64", "spaces", "short salt"])
def test_disclosures_that_do_not_open_what_is_hidden_are_refused(client: Served, spoil: str) -> None:
    signed, (one,) = hide(payload(bought()), "/event/bizTransactionList")
    _, (other,) = hide(payload(bought(bizTransactionList=[])), "/event/bizTransactionList")
    given = {"none": [], "twice": [one, one], "other": [other], "no base64": ["é"], "spaces": ["WyAxLCAyLCAzXQ"],
             "short salt": ["WyJhIiwiL2V2ZW50L2EiLDFd"]}[spoil]  # fmt: skip

    refused(client, submit(client, signed, disclosures=given), 400, "invalid_disclosure")


def released(*people: tuple[str, str]) -> dict[str, Any]:
    at = "2026-06-01T08:00:00Z"
    return {"approvals": [{"person": person * 32, "at": at, "name": name} for person, name in people]}


def test_a_release_is_approved_by_two_people_whose_names_are_hidden(client: Served) -> None:
    submit(client, payload(picked("H1")))
    client.world.record("hold", lots=(lot("H1"),), code="manual", reason="a test")
    event = seen("H1", "other", **{"@context": CONTEXT, "disposition": "sellable_accessible",
                                   "eventTime": "2026-06-01T16:30:00+08:00"})  # fmt: skip
    event |= {"persistentDisposition": {"unset": ["non_sellable_other"]}}
    client.world.later(hours=1)

    def sent(*people: tuple[str, str]) -> TestResponse:
        whole = payload(event, kind="release", **released(*people))
        names = [f"/approvals/{n}/name" for n in range(len(people))]
        signed, opened = hide(whole, *names)
        return submit(client, signed, disclosures=opened)

    one = sent(("a", "Li Hua"))
    same = sent(("a", "Li Hua"), ("b", "LI HUA"))
    clear = submit(client, payload(event, kind="release", **released(("a", "Li Hua"), ("b", "Wang Wei"))))
    two = sent(("a", "Li Hua"), ("b", "Wang Wei"))

    assert one.json["code"] == same.json["code"] == "two_people_needed"  # type: ignore[index]
    assert clear.json["code"] == "private_in_the_clear"  # type: ignore[index]
    assert two.status_code == 201, two.text
    assert client.world.holds(lot("H1")) == []
    check_ledger(client.world)
