"""What ties entries to those before them: heads that signers had seen, and runs that go on from a state."""

from datetime import timedelta
from typing import Any

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof.proof.keyring import Keyring
from lotproof.proof.verify import Report, VerifyState, verify_log
from support.log_builder import CRATE, FARM, PACKER, LogBuilder, event, located, lot, orchard, seen_log


@pytest.mark.parametrize("depth", [{}, {"signatures": False}])
@pytest.mark.parametrize("seen", [[], [6], [8], [4, 5, 6, 8]])
def test_heads_seen_earlier_are_before_the_entry(seen: list[int], depth: dict[str, Any]) -> None:
    log = seen_log()
    log.add_event(event(parentID=CRATE), by=PACKER, key="packer", seen=[log.hash_of(n) for n in seen])
    log.add_event(event(lot("A1")), seen=[log.hash_of(4)])

    assert verify_log(log.source(), **depth).ok


@pytest.mark.parametrize("depth", [{}, {"signatures": False}])
def test_a_head_that_the_entry_does_not_follow_is_found(depth: dict[str, Any]) -> None:
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
    log.add_event({**event(lot("B")), "lotproof:remark": {"a": 1, "seen": ["ab" * 32]}})

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
def test_a_second_run_reads_only_what_is_new(first: int, depth: dict[str, Any]) -> None:
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


def test_heads_seen_in_entries_that_can_no_longer_be_read_are_not_believed() -> None:
    log = seen_log()
    state = resumed(log, None).state
    log.add_event(event(lot("A1")), seen=[log.hash_of(4)])
    source = log.source()
    source.kept_leaves[3] = b"gone"

    assert _where(verify_log(source, state=state)) == (9, "seen")


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


def _where(report: Report) -> tuple[int | None, str]:
    assert report.fault is not None
    assert report.state is None
    return report.fault.index, report.fault.field
