"""Entries: how a leaf is put together, read back, and what is said about wrong ones."""

import json
from typing import Any

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof.proof.canonical import is_canonical, jcs
from lotproof.proof.entry import MAX_ABOUT, ChainLink, Entry, assemble, check_structure, parse, size_bound
from support.log_builder import FARM, OPERATOR, LogBuilder, did, event, lot

HASH = "ab" * 32
NONCE = "0123456789abcdef0123456789abcdef"
TIME = "2026-05-01T06:00:00.000Z"
PROOF = {"type": "DataIntegrityProof", "proofValue": "z1"}


def signed(**changes: Any) -> dict[str, Any]:
    """A payload that is right, with members changed, or left out where None."""
    made = event(lot("A1"))
    right = {"by": FARM, "role": "author", "kind": "harvest", "about": [lot("A1")], "event": made, **changes}
    return {name: value for name, value in right.items() if value is not None}


def leaf(payload: Any = None, **changes: Any) -> bytes:
    """The leaf of a payload, with members of the envelope changed."""
    payload = signed() if payload is None else payload
    about = payload.get("about", []) if isinstance(payload, dict) else []
    right = {
        "v": 1,
        "kind": "event",
        "nonce": NONCE,
        "recordTime": TIME,
        "chains": [{"id": uri, "seq": 0} for uri in about],
        "signed": payload,
        "proof": PROOF,
        **changes,
    }
    return jcs({name: value for name, value in right.items() if value is not None})


def problems(data: bytes) -> list[tuple[str, str]]:
    """Where and what is wrong with a leaf."""
    return [(problem.where, problem.code) for problem in check_structure(parse(data))]


def test_an_entry_is_assembled_without_writing_its_payload_anew() -> None:
    payload = jcs(signed())
    links = [ChainLink(lot("A1"), 7, HASH), ChainLink(lot("B"), 0)]

    made = assemble("event", NONCE, TIME, links, payload, jcs(PROOF))

    assert is_canonical(made)
    entry = parse(made)
    assert entry == Entry(1, "event", NONCE, TIME, tuple(links), signed(), payload, (PROOF,), made)
    assert (
        assemble("event", NONCE, TIME, jcs([link.as_dict() for link in links]), payload, jcs(PROOF)) == made
    )


def test_the_signed_bytes_are_a_slice_of_the_leaf_whatever_stands_in_them() -> None:
    hostile = {
        "note": '","signed":{"v":1}',
        "nested": {"signed": {"signed": 1}},
        "é": "\u2028",
    }
    payload = signed(event={**event(lot("A1")), "lotproof:remark": hostile})

    entry = parse(leaf(payload))

    assert entry.signed_jcs == jcs(payload)
    assert json.loads(entry.signed_jcs) == payload


def test_members_of_a_chain_cannot_pretend_to_be_the_payload() -> None:
    uri = 'urn:x:","signed":{}'

    entry = parse(leaf(chains=[{"id": uri, "seq": 0}]))

    assert entry.signed_jcs == jcs(signed())


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": True},
        {"v": "1"},
        {"v": None},
        {"more": 1},
        {"kind": 5},
        {"nonce": None},
        {"recordTime": 0},
        {"signed": []},
        {"chains": {}},
        {"chains": [1]},
        {"chains": [{"id": "urn:x:y"}]},
        {"chains": [{"id": "urn:x:y", "seq": 0, "signed": 1}]},
        {"chains": [{"id": 1, "seq": 0}]},
        {"chains": [{"id": "urn:x:y", "seq": 0.5}]},
        {"chains": [{"id": "urn:x:y", "seq": True}]},
        {"chains": [{"id": "urn:x:y", "seq": 1, "prev": "AB" * 32}]},
        {"chains": [{"id": "urn:x:y", "seq": 1, "prev": None}]},
        {"proof": []},
        {"proof": "z"},
        {"proof": [1]},
        {"proof": {"signed": {}}},
        {"proof": {}},
    ],
)
def test_what_has_not_the_form_of_an_entry_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse(leaf(**changes))

    assert refused.value.code == "invalid_entry"
    assert refused.value.problems


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null", b"{"])
def test_other_json_is_no_entry(data: bytes) -> None:
    with pytest.raises(InvalidInputError):
        parse(data)


def test_an_entry_that_is_not_canonical_is_refused() -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse(leaf().replace(b'"v":1', b'"v": 1'))

    assert refused.value.code == "not_canonical"


def test_a_right_entry_has_no_problems() -> None:
    log = LogBuilder().begin()
    log.add_record("party", FARM)
    log.add_record("place", "orchard-7")
    log.add_event(
        event(lot("A1")), seen=[], corrects=HASH, approvals=[{"person": "p1", "at": TIME}], _sd=["a", "b"]
    )

    assert [check_structure(parse(one)) for one in log.leaves] == [[] for _ in log.leaves]


def test_kinds_that_are_not_known_are_accepted_for_their_structure() -> None:
    assert problems(leaf(signed(event=None, future={"x": 1}), kind="from_the_future")) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"kind": "Event"}, ("canonical", "invalid_kind")),
        ({"kind": ""}, ("canonical", "invalid_kind")),
        ({"nonce": NONCE[1:]}, ("canonical", "invalid_nonce")),
        ({"nonce": NONCE.upper()}, ("canonical", "invalid_nonce")),
        ({"recordTime": "2026-05-01T06:00:00Z"}, ("recordTime", "invalid_record_time")),
        ({"recordTime": "2026-02-30T06:00:00.000Z"}, ("recordTime", "invalid_record_time")),
        ({"recordTime": "2026-05-01T06:00:00.000+00:00"}, ("recordTime", "invalid_record_time")),
        ({"chains": []}, ("chains", "chains_not_about")),
        ({"chains": [{"id": lot("A2"), "seq": 0}]}, ("chains", "chains_not_about")),
        ({"chains": [{"id": lot("A1"), "seq": 1}]}, ("chains", "invalid_link")),
        ({"chains": [{"id": lot("A1"), "seq": 0, "prev": HASH}]}, ("chains", "invalid_link")),
        ({"chains": [{"id": lot("A1"), "seq": -1, "prev": HASH}]}, ("chains", "invalid_link")),
    ],
)
def test_a_wrong_envelope_is_said_to_be_wrong(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problem in problems(leaf(**changes))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"by": None}, ("signature", "invalid_signer")),
        ({"by": "a farm"}, ("signature", "invalid_signer")),
        ({"role": "owner"}, ("signature", "invalid_signer")),
        ({"kind": None}, ("canonical", "invalid_kind")),
        ({"kind": ""}, ("canonical", "invalid_kind")),
        ({"about": None}, ("about", "invalid_about")),
        ({"about": "urn:x:y"}, ("about", "invalid_about")),
        ({"about": ["urn:x:b", "urn:x:a"]}, ("about", "invalid_about")),
        ({"about": ["urn:x:a", "urn:x:a"]}, ("about", "invalid_about")),
        ({"about": ["no uri"]}, ("about", "invalid_about")),
        ({"about": [f"urn:x:{n:03}" for n in range(MAX_ABOUT + 1)]}, ("about", "invalid_about")),
        ({"seen": "all"}, ("seen", "invalid_seen")),
        ({"seen": [HASH, HASH]}, ("seen", "invalid_seen")),
        ({"seen": [HASH.upper()]}, ("seen", "invalid_seen")),
        ({"corrects": "that"}, ("canonical", "invalid_corrects")),
        ({"_sd": [1]}, ("canonical", "invalid_sd")),
        ({"_sd": "a"}, ("canonical", "invalid_sd")),
        ({"_sd": ["b", "a"]}, ("canonical", "invalid_sd")),
        ({"approvals": {}}, ("canonical", "invalid_approvals")),
        ({"approvals": [{"at": TIME}]}, ("canonical", "invalid_approvals")),
        ({"approvals": [{"person": "p"}, {"person": "p"}]}, ("canonical", "invalid_approvals")),
        ({"event": None}, ("canonical", "invalid_event")),
        ({"event": []}, ("canonical", "invalid_event")),
    ],
)
def test_a_wrong_payload_is_said_to_be_wrong(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    payload = signed(**changes)
    links = [{"id": uri, "seq": 0} for uri in payload.get("about", []) if isinstance(uri, str)]

    assert problem in problems(leaf(payload, chains=links))


def test_a_leaf_over_the_limit_is_said_to_be_too_large() -> None:
    payload = signed(event=event(lot("A1"), remark="x" * 65_000))

    assert ("canonical", "entry_too_large") in problems(leaf(payload))


@pytest.mark.parametrize(
    ("record", "about", "code"),
    [
        (None, [OPERATOR], "invalid_record"),
        ({"type": "place", "id": "7", "version": 1}, [OPERATOR], "invalid_record"),
        ({"type": "place", "id": 7, "version": 1, "body": {}}, [OPERATOR], "invalid_record"),
        ({"type": "place", "id": "7", "version": "1", "body": {}}, [OPERATOR], "invalid_record"),
        ({"type": "place", "id": "7", "version": 1, "body": []}, [OPERATOR], "invalid_record"),
        ({"type": "place", "id": "7", "version": 1, "body": {}}, [FARM], "about_not_record"),
        ({"type": "party", "id": FARM, "version": 1, "body": {}}, [OPERATOR], "about_not_record"),
    ],
)
def test_a_wrong_record_is_said_to_be_wrong(record: Any, about: list[str], code: str) -> None:
    payload = {"by": OPERATOR, "role": "author", "kind": "record", "about": about, "record": record}

    assert [found for _, found in problems(leaf(payload, kind="record"))] == [code]


@pytest.mark.parametrize(
    ("act", "changes", "about", "code"),
    [
        ("lend", {}, [FARM], "invalid_key_entry"),
        ("bind", {"replaces": did("old")}, [FARM], "invalid_key_entry"),
        ("rotate", {}, [FARM], "invalid_key_entry"),
        ("bind", {"party": "a farm"}, [FARM], "invalid_key_entry"),
        ("bind", {"id": 5}, [FARM], "invalid_key_entry"),
        ("bind", {"custody": "shared"}, [FARM], "invalid_key_entry"),
        ("bind", {"subject": "animal"}, [FARM], "invalid_key_entry"),
        ("bind", {}, [OPERATOR], "about_not_key"),
    ],
)
def test_a_wrong_key_entry_is_said_to_be_wrong(act: str, changes: Any, about: list[str], code: str) -> None:
    key = {"id": did("farm"), "party": FARM, "custody": "platform", "subject": "organisation", **changes}
    payload = {"by": OPERATOR, "role": "author", "kind": act, "about": about, "key": key}

    assert [found for _, found in problems(leaf(payload, kind="key"))] == [code]


@pytest.mark.parametrize("lots", [1, 2, MAX_ABOUT])
def test_the_size_bound_is_never_below_the_final_size(lots: int) -> None:
    about = sorted(lot(f"é-{n}"[-1:] + f"{n}") for n in range(lots))
    payload, proof = jcs(signed(about=about)), jcs(PROOF)
    largest = [ChainLink(uri, 2**53 - 1, HASH) for uri in about]

    bound = size_bound("event", payload, proof, about)

    assert len(assemble("event", NONCE, TIME, largest, payload, proof)) <= bound
    assert bound <= len(assemble("event", NONCE, TIME, largest, payload, proof)) + 2 * lots
