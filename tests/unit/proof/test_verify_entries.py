"""Entries that were put into the tree, and are wrong all the same: each is found, and in its place."""

from datetime import timedelta
from typing import Any

import pytest

from lotproof.proof.canonical import jcs
from lotproof.proof.entry import ChainLink, assemble, parse
from lotproof.proof.verify import Fault, verify_log
from support.log_builder import CRATE, FARM, LogBuilder, did, event, first_fault, located, lot, orchard


def append_leaf(log: LogBuilder, **changes: Any) -> None:
    """Append a harvest whose envelope was changed after signing."""
    donor = LogBuilder().begin()
    entry = parse(donor.leaves[donor.add_event(event(lot("A1")))])
    parts: dict[str, Any] = {
        "kind": entry.kind,
        "nonce": entry.nonce,
        "record_time": entry.record_time,
        "chains": entry.chains,
        "signed_jcs": entry.signed_jcs,
        "proof_jcs": jcs(dict(entry.proofs[0])),
    }
    log.append(assemble(**{**parts, **changes}))


@pytest.mark.parametrize("depth", [{}, {"signatures": False}])
def test_time_never_goes_back(depth: dict[str, Any]) -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")), how={"after": timedelta(seconds=-3)})

    assert located(log, **depth) == (4, "recordTime")


def test_entries_may_share_one_time() -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")), how={"after": timedelta(0)})

    assert verify_log(log.source()).ok


@pytest.mark.parametrize("depth", [{}, {"signatures": False}])
@pytest.mark.parametrize(
    ("links", "says"),
    [
        ([ChainLink(lot("A1"), 0)], "goes on with number 0 after 1"),
        ([ChainLink(lot("A1"), 3, "ab" * 32)], "goes on with number 3 after 1"),
        ([ChainLink(lot("A1"), 2, "ab" * 32)], "does not name the entry before it"),
        ([], "not those that the signer named"),
        ([ChainLink(lot("A2"), 0)], "not those that the signer named"),
    ],
)
def test_a_chain_goes_on_where_it_ended(links: list[ChainLink], says: str, depth: dict[str, Any]) -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")))
    log.add_event(event(lot("A1")))
    log.add_event(event(lot("A1")), how={"links": links})

    assert located(log, **depth) == (6, "chains")
    assert says in first_fault(log, **depth).what


def test_a_chain_begins_with_number_0() -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")), how={"links": [ChainLink(lot("A1"), 1, "ab" * 32)]})

    assert located(log, signatures=False) == (4, "chains")


def test_two_entries_with_one_place_in_a_chain_are_found() -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")))
    log.add_event(event(lot("A1")))
    log.add_event(event(lot("A1")), how={"links": [ChainLink(lot("A1"), 1, log.hash_of(4))]})

    assert located(log) == (6, "chains")


def test_an_event_re_homed_to_another_lot_is_found() -> None:
    log = LogBuilder().begin()
    append_leaf(log, chains=[ChainLink(lot("B7"), 0)])

    assert located(log) == (4, "chains")


@pytest.mark.parametrize("about", [[], [lot("B7")], [lot("A1"), lot("B7")]])
def test_a_payload_that_is_about_something_else_than_its_event_is_found(about: list[str]) -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")), about=about)

    assert located(log) == (4, "about")
    assert verify_log(log.source(), signatures=False).ok


def test_an_event_that_cannot_be_read_is_found() -> None:
    log = LogBuilder().begin()
    signed = {**_harvest(), "by": FARM, "about": [], "event": event(epcList=["urn:epc:id:sgtin:wrong"])}
    log.add("event", signed, ["farm"])

    assert located(log) == (4, "about")


def test_a_list_that_stands_as_its_digest_is_not_held_against_the_entry() -> None:
    log = LogBuilder().begin()
    signed = {
        "by": FARM,
        "role": "author",
        "kind": "packing",
        "about": [CRATE],
        "event": {**event(parentID=CRATE), "childEPCs": {"sha256": "ab" * 32, "count": 900, "size": 40_000}},
    }
    log.add("event", signed, ["farm"])

    assert verify_log(log.source()).ok


@pytest.mark.parametrize(
    ("about", "listed"),
    [
        ([lot("A1")], {"sha256": "ab" * 32, "count": 900, "size": 40_000}),
        ([CRATE], {"sha256": "ab" * 32, "count": 200, "size": 40_000}),
        ([CRATE], {"sha256": "ab", "count": 900, "size": 40_000}),
        ([CRATE], {"count": 900}),
    ],
)
def test_what_stands_beside_such_a_list_is_checked(about: list[str], listed: dict[str, Any]) -> None:
    log = LogBuilder().begin()
    made = {**event(parentID=CRATE), "childEPCs": listed}
    log.add("event", {**_harvest(), "by": FARM, "about": about, "event": made}, ["farm"])

    assert located(log) == (4, "about")


def test_what_an_event_is_about_can_be_said_by_the_caller() -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")))

    report = verify_log(log.source(), about=lambda made: [])

    assert report.fault == Fault(4, "about", "it is not what the event is about")


def test_an_entry_that_is_not_canonical_is_found() -> None:
    log, donor = LogBuilder().begin(), LogBuilder().begin()
    right = donor.leaves[donor.add_event(event(lot("A1")))]
    log.append(right.replace(b'"quantity":12.5', b'"quantity":12.50'))

    assert located(log) == (4, "canonical")


@pytest.mark.parametrize("leaf", [b"", b"{}", b"no json", b'{"chains":[]}', b"\xff"])
@pytest.mark.parametrize("depth", [{}, {"signatures": False}])
def test_what_is_no_entry_is_found(leaf: bytes, depth: dict[str, Any]) -> None:
    log = LogBuilder().begin()
    log.append(leaf)

    assert located(log, **depth) == (4, "canonical")


def test_a_wrong_structure_is_found_under_its_own_name() -> None:
    log = LogBuilder().begin()
    append_leaf(log, nonce="no nonce")

    assert located(log) == (4, "canonical")


def test_kinds_from_the_future_are_accepted() -> None:
    log = LogBuilder().begin()
    log.add("weather", {"by": FARM, "role": "author", "kind": "rain", "about": [], "rain": 5}, ["farm"])

    assert verify_log(log.source()).ok


# Signatures and keys


def test_a_changed_signature_is_found() -> None:
    log = LogBuilder().begin()
    donor = LogBuilder().begin()
    other = parse(donor.leaves[donor.add_event(event(lot("A9")))])
    append_leaf(log, proof_jcs=jcs(dict(other.proofs[0])))

    assert located(log) == (4, "signature")
    assert verify_log(log.source(), signatures=False).ok


def test_a_signature_for_another_log_is_found() -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")), how={"domain": "other.example/log"})

    assert located(log) == (4, "signature")


def test_two_signatures_are_one_too_many() -> None:
    log = LogBuilder().begin()
    log.add("event", {**_harvest(), "by": FARM}, ["farm", "packer"])

    assert located(log) == (4, "signature")


def test_a_key_of_another_party_is_found() -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")), by=FARM, key="packer")

    assert located(log) == (4, "signature")


def test_a_key_that_was_never_bound_is_found() -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")), key="stranger")

    assert located(log) == (4, "key")


def test_a_key_is_not_valid_before_it_was_bound() -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")), key="late")
    log.add_key("bind", "late", FARM, ["late", "authority"])

    assert located(log) == (4, "key")


def test_a_revoked_key_is_found() -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")))
    log.add_key("revoke", "farm", FARM, ["authority"])
    log.add_event(event(lot("A1")))

    assert located(log) == (6, "key")


def test_a_key_entry_against_the_rules_is_found() -> None:
    log = LogBuilder().begin()
    log.add_key("bind", "new", FARM, ["new", "packer"])

    assert located(log) == (4, "key")


def test_a_log_begins_with_its_authority() -> None:
    log = LogBuilder()
    log.add_event(event(lot("A1")))

    assert located(log) == (0, "key")


def test_another_authority_than_the_pinned_one_is_found_first() -> None:
    log = orchard(10)

    assert verify_log(log.source(), authority=did("authority")).ok
    assert located(log, authority=did("farm")) == (0, "key")


def test_the_earliest_fault_is_reported_whatever_finds_it() -> None:
    log = orchard(20)
    log.add_event(event(lot("A1")), by=FARM, key="packer")
    log.add_event(event(lot("A1")))
    source = log.source()
    source.kept_leaves[21] += b" "

    fault = verify_log(source).fault

    assert fault is not None
    assert (fault.index, fault.field) == (20, "signature")
    shallow = verify_log(source, signatures=False)
    assert shallow.fault is not None
    assert (shallow.fault.index, shallow.fault.field, shallow.checked) == (21, "leaf", 21)


def _harvest() -> dict[str, Any]:
    return {"role": "author", "kind": "harvest", "about": [lot("A1")], "event": event(lot("A1"))}
