"""POST /log/entries: what a party signed with a key that it keeps itself. On both databases."""

from __future__ import annotations

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from werkzeug.test import TestResponse

from lotproof.ledger.key_acts import revoke_key
from lotproof.proof.checkpoint import open_checkpoint
from lotproof.proof.did_key import multibase_decode, multibase_encode
from lotproof.proof.merkle import leaf_hash, verify_inclusion
from lotproof.proof.note import NoteVerifier
from support.client_entries import FARM_URI, KEY, bind, payload, picked, post, refused, size, submit
from support.own_key import body, did, harvest_payload, new_key, proof_of, signed_act
from support.served import CONTEXT, Served, seen
from support.world import FARM, PACKER, check_ledger, lot

ORDER_L = 2**252 + 27742317777372353535851937790883648493


def test_a_party_signs_a_harvest_itself(client: Served) -> None:
    response = submit(client, payload())

    told: Any = response.json
    assert response.status_code == 201
    assert json.loads(told["leaf"])["signed"] == payload()
    assert leaf_hash(told["leaf"].encode()).hex() == told["leafHash"]
    assert client.world.balance(lot("C1")).created == 100
    check_ledger(client.world)


def test_the_answer_leads_to_an_inclusion_proof_that_anybody_may_ask_for(client: Served) -> None:
    told: Any = submit(client, payload()).json
    proof: Any = client.get(told["inclusion"], who=None).json

    log = client.world.log
    checkpoint = open_checkpoint(proof["checkpoint"].encode(), NoteVerifier.parse(log.verifier_key))
    hashes = [bytes.fromhex(one) for one in proof["hashes"]]
    leaf = bytes.fromhex(told["leafHash"])
    assert verify_inclusion(leaf, told["index"], checkpoint.size, hashes, checkpoint.root)
    assert client.get("/log/entries/100000/inclusion", who=None).status_code == 404


def test_a_repetition_is_answered_by_the_same_entry(client: Served) -> None:
    first = submit(client, payload())
    before = size(client)
    again = submit(client, payload())

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json["index"] == first.json["index"]  # type: ignore[index]
    assert again.json["repeated"] is True  # type: ignore[index]
    assert size(client) == before
    check_ledger(client.world)


def test_what_a_revoked_key_signs_is_refused_and_a_repetition_is_still_answered(client: Served) -> None:
    first: Any = submit(client, payload(picked("B1"))).json
    with client.world.log.unit_of_work() as uow:
        revoke_key(uow, did(KEY), client.world.log.operator)

    again = submit(client, payload(picked("B1")))
    refused(client, submit(client, payload()), 409, "key_revoked")

    assert again.json["index"] == first["index"]  # type: ignore[index]


def test_what_is_signed_while_its_key_is_being_revoked_waits_and_is_refused(client: Served) -> None:
    answers: list[TestResponse] = []
    sending = threading.Thread(target=lambda: answers.append(submit(client, payload())))
    client.bearer(FARM)  # made before, so that the thread writes nothing else

    with client.world.log.unit_of_work() as uow:
        revoke_key(uow, did(KEY), client.world.log.operator)
        sending.start()
        sending.join(0.3)
        assert not answers
    sending.join(30)

    refused(client, answers[0], 409, "key_revoked")


def test_one_entry_that_is_sent_many_times_at_once_is_one(client: Served) -> None:
    client.bearer(FARM)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: submit(client, payload()), range(24)))

    assert sorted({one.status_code for one in answers}) == [200, 201]
    assert [one.status_code for one in answers].count(201) == 1
    assert len({one.json["index"] for one in answers}) == 1  # type: ignore[index]
    check_ledger(client.world)


def test_guards_hold_as_for_an_own_act_and_a_document_leaves_findings(client: Served) -> None:
    submit(client, payload(picked("G1", kg=10)))
    more = picked("G1", kg=11, action="OBSERVE", bizStep="shipping", disposition="in_transit",
                  eventTime="2026-06-01T15:40:00+08:00")  # fmt: skip

    own = submit(client, payload(more, kind="shipping"))
    document = submit(client, payload(more, kind="shipping", role="submitter"))

    assert (own.status_code, document.status_code) == (409, 201), (own.text, document.text)
    assert own.json["code"] in [one["code"] for one in document.json["findings"]]  # type: ignore[index]
    assert client.world.holds(lot("G1")) == [own.json["code"]]  # type: ignore[index]
    check_ledger(client.world)


def test_a_key_of_a_person_or_device_signs_for_its_own_organisation_only(client: Served) -> None:
    bind(client, new_key("phone"), PACKER.party_uri, subject="person")

    refused(client, submit(client, payload(), new_key("phone")), 409, "key_not_bound")
    assert (
        submit(client, payload(picked("P1"), PACKER.party_uri), new_key("phone"), PACKER).status_code == 201
    )
    check_ledger(client.world)


def test_a_payload_of_another_party_is_refused(client: Served) -> None:
    refused(client, submit(client, payload(party=PACKER.party_uri)), 403, "not_your_party")


def test_a_key_that_was_never_bound_is_refused(client: Served) -> None:
    refused(client, submit(client, payload(), new_key("stranger")), 409, "key_not_bound")


def test_a_signature_for_another_log_is_refused(client: Served) -> None:
    data = body(payload(), proof_of(payload(), KEY, "other.example/log"))

    refused(client, post(client, data), 400, "invalid_proof")


def test_a_payload_that_was_changed_is_refused(client: Served) -> None:
    proof = proof_of(payload(), KEY, client.world.log.origin)

    refused(client, post(client, body(payload(picked("C1", kg=101)), proof)), 400, "signature_invalid")


def test_two_signatures_are_refused(client: Served) -> None:
    proofs = [proof_of(payload(), key, client.world.log.origin) for key in (KEY, new_key("other"))]

    assert refused(client, post(client, body(payload(), *proofs)), 400, "invalid_payload") == ["proof"]


def test_a_signature_that_was_made_larger_by_the_order_is_refused(client: Served) -> None:
    """Ed25519 without its range check takes S + L for S: the same signature in two texts."""
    proof = proof_of(payload(), KEY, client.world.log.origin)
    value = multibase_decode(proof["proofValue"])
    larger = int.from_bytes(value[32:], "little") + ORDER_L
    proof["proofValue"] = multibase_encode(value[:32] + larger.to_bytes(32, "little"))

    refused(client, post(client, body(payload(), proof)), 400, "signature_invalid")


@pytest.mark.parametrize(
    "public",
    [
        bytes(32),
        b"\x01" + bytes(31),
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        (2**255 - 19 + 3).to_bytes(32, "little"),
        b"\xff" * 32,
        (2).to_bytes(32, "little"),
    ],
    ids=["order 4", "order 1", "order 8", "not canonical", "all ones", "no point"],
)
def test_public_keys_that_are_none_are_refused(client: Served, public: bytes) -> None:
    name = multibase_encode(b"\xed\x01" + public)
    proof = proof_of(payload(), KEY, client.world.log.origin, verificationMethod=f"did:key:{name}#{name}")

    refused(client, post(client, body(payload(), proof)), 400, "invalid_key")


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"about": []}, "signed.about"),
        ({"about": sorted([lot("C1").uri, lot("C2").uri])}, "signed.about"),
        ({"kind": "receiving"}, "signed.kind"),
        ({"corrects": "0" * 64}, "signed.corrects"),
    ],
)
def test_what_does_not_follow_from_the_event_is_refused(
    client: Served, changes: dict[str, Any], where: str
) -> None:
    assert refused(client, submit(client, payload(**changes)), 400, "payload_differs") == [where]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"role": "operator"}, "signed.role"),
        ({"note": "for ever"}, "signed.note"),
        ({"event": []}, "signed.event"),
        ({"event": {"type": "ObjectEvent"}}, "signed.event.@context"),
        ({"seen": "all"}, "signed.seen"),
        ({"approvals": ["Li Hua"]}, "signed.approvals"),
        ({"_sd": [1]}, "signed._sd"),
    ],
)
def test_a_payload_of_another_shape_is_refused(client: Served, changes: dict[str, Any], where: str) -> None:
    signed = {**harvest_payload(FARM_URI, picked()), **changes}

    assert refused(client, submit(client, signed), 400, "invalid_signed") == [where]


def test_an_event_that_is_none_is_refused_with_its_paths(client: Served) -> None:
    signed = payload(picked(action="EAT", eventTimeZoneOffset="somewhere"))

    where = refused(client, submit(client, signed), 400, "invalid_event")

    assert set(where) == {"signed.event.action", "signed.event.eventTimeZoneOffset"}


def test_a_long_list_comes_beside_its_digest(client: Served) -> None:
    serials = [f"https://id.gs1.org/01/{lot('L1').gtin14}/10/L1/21/{n}" for n in range(201)]
    data = json.dumps(serials, separators=(",", ":")).encode()
    digest = {"sha256": hashlib.sha256(data).hexdigest(), "count": 201, "size": len(data)}
    event = picked("L1") | {"epcList": digest}
    event.pop("quantityList")
    signed = {**payload(event), "about": [lot("L1").uri]}

    given = submit(client, signed, lists={"epcList": serials})
    missing = submit(client, signed)
    other = submit(client, signed, lists={"epcList": serials[1:]})

    assert given.status_code == 201, given.text
    assert (missing.status_code, missing.json["code"]) == (400, "list_missing")  # type: ignore[index]
    assert other.status_code == 400
    check_ledger(client.world)


def test_what_was_seen_has_to_be_known(client: Served) -> None:
    first: Any = submit(client, payload(picked("S1"))).json
    look = seen("S1", **{"@context": CONTEXT, "eventTime": "2026-06-01T15:31:00+08:00"})

    known = submit(client, payload(look, kind="storage", seen=[first["leafHash"]]))
    unknown = submit(client, payload(picked(), seen=[first["leafHash"]]))

    assert known.status_code == 201, known.text
    refused(client, unknown, 400, "seen_unknown")


def test_an_own_event_is_corrected_by_who_signed_it(client: Served) -> None:
    first: Any = submit(client, payload(picked("K1"))).json
    declared = picked(
        "K1", errorDeclaration={"declarationTime": "2026-06-01T08:10:00Z", "reason": "did_not_occur"}
    )
    signed = payload(declared, kind="correction", corrects=first["leafHash"])

    unsaid = submit(client, payload(declared, kind="correction"))
    done = submit(client, signed)

    assert (unsaid.status_code, unsaid.json["code"]) == (400, "payload_differs")  # type: ignore[index]
    assert done.status_code == 201, done.text
    assert client.world.balance(lot("K1")).created == 0
    check_ledger(client.world)


def test_names_twice_and_bodies_that_are_too_large_or_of_another_kind_are_refused(client: Served) -> None:
    text = body(payload(), proof_of(payload(), KEY, client.world.log.origin)).decode()
    twice = text.replace('"kind": "harvest"', '"kind": "harvest", "kind": "harvest"').encode()

    refused(client, post(client, twice), 400, "duplicate_name")
    refused(client, post(client, b" " * 4_000_001), 413, "body_too_large")
    refused(client, post(client, text.encode(), Content_Type="text/plain"), 415, "unsupported_media_type")
    refused(client, post(client, text.encode(), who=None), 401, "not_authorised")
    refused(client, post(client, text.encode(), scope="read"), 401, "not_authorised")
    refused(client, post(client, b"{}"), 400, "invalid_payload")


def test_an_entry_that_would_be_too_large_is_refused(client: Served) -> None:
    event = picked(certificationInfo=[f"https://example.org/{'c' * 200}/{n}" for n in range(300)])

    refused(client, submit(client, payload(event)), 400, "event_too_large")


def test_a_client_brings_replaces_and_revokes_its_keys(served: Served) -> None:
    origin, first, second = served.world.log.origin, new_key("first"), new_key("second")

    def sent(act: str, key: Any, also: Any = (), **how: Any) -> TestResponse:
        signed, proofs = signed_act(origin, act, FARM_URI, key, also, **how)
        return post(served, body(signed, *proofs), path="/log/keys", scope="keys")

    answers = [
        sent("bind", first),
        sent("bind", first),
        sent("rotate", second, [first], replaces=did(first)),
        sent("revoke", second),
    ]

    assert [one.status_code for one in answers] == [201, 200, 201, 201]
    listed: Any = served.get("/log/keys").json
    valid = {one["key"]: one["isValid"] for one in listed["keys"] if one["custody"] == "own"}
    assert valid == {did(first): False, did(second): False}
    check_ledger(served.world)


def test_a_key_act_of_another_party_or_with_another_bearer_is_refused(served: Served) -> None:
    signed, proofs = signed_act(served.world.log.origin, "bind", PACKER.party_uri, KEY)
    data = body(signed, *proofs)

    assert post(served, data, path="/log/keys", scope="keys").json["code"] == "not_your_party"  # type: ignore[index]
    assert post(served, data, PACKER, "/log/keys", "capture").status_code == 401
    assert served.get("/log/keys", who=None).status_code == 401
    check_ledger(served.world)
