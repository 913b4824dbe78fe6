"""The verifier on right logs, on logs that were wrongly made, and on from where it ended."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof.proof.canonical import jcs
from lotproof.proof.entry import ChainLink, assemble, parse
from lotproof.proof.keyring import Keyring
from lotproof.proof.note import NoteSigner
from lotproof.proof.verify import Fault, Report, VerifyState, compare_heads, verify_log
from support.log_builder import CRATE, FARM, PACKER, LogBuilder, did, event, lot, orchard


def fault_of(log: LogBuilder, **how: Any) -> Fault:
    """The fault in a log."""
    fault = verify_log(log.source(), log_key=log.log_key, **how).fault
    assert fault is not None
    return fault


def located(log: LogBuilder, **how: Any) -> tuple[int | None, str]:
    """Where the fault in a log is."""
    fault = fault_of(log, **how)
    return fault.index, fault.field


@pytest.mark.parametrize("entries", [5, 255, 256, 257, 600])
@pytest.mark.parametrize("depth", [{}, {"signatures": False}, {"signatures": False, "chains": False}])
def test_a_right_log_has_no_fault_at_any_depth(entries: int, depth: dict[str, bool]) -> None:
    log = orchard(entries)

    report = verify_log(log.source(), log_key=log.log_key, **depth)

    assert report.ok
    assert report.fault is None
    assert (report.size, report.checked, report.origin) == (entries, entries, log.origin)
    assert report.root == log.frontier.root()
    assert report.pinned


def test_without_a_pinned_key_the_report_says_so() -> None:
    report = verify_log(orchard(6).source())

    assert report.ok
    assert not report.pinned


def test_signatures_may_be_checked_in_other_processes() -> None:
    log = orchard(700)
    right = log.source()
    log.add_event(event(lot("Z")), by=FARM, key="packer")
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        good = verify_log(right, log_key=log.log_key, map=pool.map)
        bad = verify_log(log.source(), log_key=log.log_key, map=pool.map)

    assert good.ok
    assert bad.fault is not None
    assert (bad.fault.index, bad.fault.field) == (700, "signature")


# A checkpoint that does not fit


def test_a_log_without_a_checkpoint_is_at_fault() -> None:
    source = orchard(6).source()
    source.note = None

    report = verify_log(source)

    assert report.fault == Fault(None, "checkpoint", "there is no checkpoint")
    assert (report.size, report.root, report.origin, report.state) == (None, None, None, None)


def test_a_checkpoint_of_another_key_is_refused() -> None:
    log = orchard(6)
    other = NoteSigner(log.origin, bytes(32))

    report = verify_log(log.source(), log_key=other.verifier_key)

    assert report.fault is not None
    assert report.fault.field == "checkpoint"


def test_a_checkpoint_of_another_origin_is_refused() -> None:
    log = orchard(6)
    log.origin = "other.example/log"

    assert located(log) == (None, "checkpoint")


def test_entries_that_the_checkpoint_promises_are_missed() -> None:
    source = orchard(10).source()
    source.kept_leaves.pop()

    fault = verify_log(source).fault

    assert fault is not None
    assert (fault.index, fault.field) == (9, "leaf")


def test_entries_beyond_the_checkpoint_are_noticed() -> None:
    source = orchard(10).source()
    source.kept_leaves.append(b"more")

    fault = verify_log(source).fault

    assert fault is not None
    assert (fault.index, fault.field) == (10, "checkpoint")


# Entries that were put into the tree and are wrong all the same


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
def test_time_never_goes_back(depth: dict[str, bool]) -> None:
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
def test_a_chain_goes_on_where_it_ended(links: list[ChainLink], says: str, depth: dict[str, bool]) -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")))
    log.add_event(event(lot("A1")))
    log.add_event(event(lot("A1")), how={"links": links})

    assert located(log, **depth) == (6, "chains")
    assert says in fault_of(log, **depth).what


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
def test_what_is_no_entry_is_found(leaf: bytes, depth: dict[str, bool]) -> None:
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


# What the signer had seen


def seen_log() -> LogBuilder:
    """A1 harvested twice, packed into a crate, and B alone."""
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")))
    log.add_event(event(lot("A1")))
    log.add_event(event(lot("A1"), parentID=CRATE), by=PACKER, key="packer")
    log.add_event(event(lot("B")))
    log.add_event(event(parentID=CRATE), by=PACKER, key="packer")
    return log


@pytest.mark.parametrize("depth", [{}, {"signatures": False}])
@pytest.mark.parametrize("seen", [[], [6], [8], [4, 5, 6, 8]])
def test_heads_seen_earlier_are_before_the_entry(seen: list[int], depth: dict[str, bool]) -> None:
    log = seen_log()
    log.add_event(event(parentID=CRATE), by=PACKER, key="packer", seen=[log.hash_of(n) for n in seen])
    log.add_event(event(lot("A1")), seen=[log.hash_of(4)])

    assert verify_log(log.source(), **depth).ok


@pytest.mark.parametrize("depth", [{}, {"signatures": False}])
def test_a_head_that_the_entry_does_not_follow_is_found(depth: dict[str, bool]) -> None:
    log = seen_log()
    log.add_event(event(parentID=CRATE), by=PACKER, key="packer", seen=[log.hash_of(7)])

    assert located(log, **depth) == (9, "seen")


def test_a_head_that_nobody_knows_is_found() -> None:
    log = seen_log()
    log.add_event(event(lot("A1")), seen=["ab" * 32])

    assert located(log) == (9, "seen")
    first = LogBuilder().begin()
    first.add_event(event(lot("A1")), seen=[first.hash_of(3)])
    assert located(first) == (4, "seen")


def test_seen_is_read_where_other_members_follow_it() -> None:
    log = seen_log()
    log.add_event(event(lot("B")), seen=[log.hash_of(4)], signature_note="later member")

    assert located(log, signatures=False) == (9, "seen")


def test_a_member_called_seen_inside_an_event_is_not_taken_for_it() -> None:
    log = seen_log()
    log.add_event(event(lot("B"), **{"lotproof:remark": {"a": 1, "seen": ["ab" * 32]}}))

    assert verify_log(log.source()).ok


def test_a_seen_that_is_no_list_of_hashes_is_found() -> None:
    log = seen_log()
    log.add_event(event(lot("B")), seen=["yesterday"])

    assert located(log, signatures=False) == (9, "seen")


# On from where it ended


def resumed(log: LogBuilder, state: VerifyState | None, **how: Any) -> Report:
    """Verify on from a state."""
    return verify_log(log.source(), log_key=log.log_key, state=state, **how)


@pytest.mark.parametrize("depth", [{}, {"signatures": False}, {"signatures": False, "chains": False}])
@pytest.mark.parametrize("first", [5, 255, 256, 300])
def test_a_second_run_reads_only_what_is_new(first: int, depth: dict[str, bool]) -> None:
    log = orchard(first)
    begun = resumed(log, None, **depth).state
    for number in range(300):
        log.add_event(event(lot(f"A{number % 9}")))

    report = resumed(log, begun, **depth)

    assert report.ok
    assert report.checked == 300
    assert report.state is not None
    whole = resumed(log, None, **depth).state
    assert whole is not None
    assert report.state.to_bytes() == whole.to_bytes()


def test_a_state_survives_being_written_and_read() -> None:
    log = orchard(50)
    state = resumed(log, None).state
    assert state is not None

    again = VerifyState.from_bytes(state.to_bytes())

    assert again.to_bytes() == state.to_bytes()
    assert again.size == 50
    log.add_event(event(lot("A1")))
    assert resumed(log, again).checked == 1


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"v":2}', b'{"v":1,"depth":"deep"}'])
def test_what_is_no_state_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInputError) as refused:
        VerifyState.from_bytes(data)

    assert refused.value.code == "invalid_state"


def test_a_state_is_not_changed_by_the_run_that_begins_with_it() -> None:
    log = orchard(20)
    state = resumed(log, None).state
    assert state is not None
    before = state.to_bytes()
    log.add_key("revoke", "farm", FARM, ["authority"])
    log.add_event(event(lot("new")), by=PACKER, key="packer")

    assert resumed(log, state).ok

    assert state.to_bytes() == before


def test_keys_chains_and_times_go_on_over_the_end_of_a_run() -> None:
    log = orchard(20)
    log.add_key("revoke", "farm", FARM, ["authority"])
    state = resumed(log, None).state
    log.add_event(event(lot("A1")))
    assert _where(resumed(log, state)) == (21, "key")

    late = orchard(20)
    state = resumed(late, None).state
    late.add_event(event(lot("A1")), how={"after": timedelta(seconds=-30)})
    assert _where(resumed(late, state)) == (20, "recordTime")


def test_heads_seen_before_the_end_of_a_run_are_known() -> None:
    log = seen_log()
    state = resumed(log, None).state
    log.add_event(event(lot("A1")), seen=[log.hash_of(4)])
    assert resumed(log, state).ok

    log.add_event(event(lot("A1")), seen=[log.hash_of(7)])
    assert _where(resumed(log, state)) == (10, "seen")


def test_a_log_that_became_shorter_is_found() -> None:
    state = resumed(orchard(20), None).state

    assert _where(resumed(orchard(19), state)) == (None, "checkpoint")


def test_a_history_that_was_rewritten_and_signed_again_is_caught_by_an_earlier_state_alone() -> None:
    log = orchard(20)
    state = resumed(log, None).state
    rewritten = LogBuilder().begin()
    for number in range(17):
        rewritten.add_event(event(lot(f"R{number}")))

    assert resumed(rewritten, None).ok
    assert _where(resumed(rewritten, state)) == (None, "checkpoint")


def test_nothing_new_is_verified_at_once() -> None:
    log = orchard(20)

    report = resumed(log, resumed(log, None).state)

    assert (report.ok, report.checked) == (True, 0)


def test_a_deep_run_does_not_begin_with_the_state_of_a_shallow_one() -> None:
    log = orchard(20)
    state = resumed(log, None, signatures=False).state

    with pytest.raises(InvalidInputError) as refused:
        resumed(log, state)

    assert refused.value.code == "state_too_shallow"
    deep = resumed(log, None).state
    shallow = resumed(log, deep, signatures=False).state
    assert shallow is not None
    assert shallow.depth == "chains"


def test_a_run_may_begin_with_another_keyring() -> None:
    log = orchard(20)
    state = resumed(log, None).state
    log.add_event(event(lot("A1")))

    assert _where(resumed(log, state, keys=Keyring())) == (20, "key")


# Chain heads


def test_a_table_of_heads_is_compared() -> None:
    log = orchard(30)
    state = resumed(log, None).state
    assert state is not None
    right = [(chain, seq, bytes.fromhex(digest)) for chain, (seq, digest) in log.heads.items()]

    assert compare_heads(state, right) is None
    chain, seq, digest = right[0]
    changed = bytes([digest[0] ^ 1]) + digest[1:]
    for wrong in (
        [(chain, seq, changed), *right[1:]],
        [(chain, seq + 1, digest), *right[1:]],
        right[1:],
    ):
        fault = compare_heads(state, wrong)
        assert fault is not None
        assert (fault.field, fault.place) == ("head", chain)
    added = compare_heads(state, [*right, ("urn:x:y", 0, digest)])
    assert added is not None
    assert added.place == "urn:x:y"


def test_a_fault_reads_as_a_sentence() -> None:
    assert str(Fault(7, "leaf", "it is wrong")) == "entry 7, leaf: it is wrong"
    assert str(Fault(None, "tile", "it is gone", "tile/0/000")) == "the log, tile (tile/0/000): it is gone"


def _where(report: Report) -> tuple[int | None, str]:
    assert report.fault is not None
    assert report.state is None
    return report.fault.index, report.fault.field


def _harvest() -> dict[str, Any]:
    return {"role": "author", "kind": "harvest", "about": [lot("A1")], "event": event(lot("A1"))}
