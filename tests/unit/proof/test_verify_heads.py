"""Heads entries in a log that is read as a whole: one that lies is found, and where."""

from collections.abc import Callable
from typing import Any

import pytest

from lotproof.proof.tile_source import TileSource
from lotproof.proof.verify import VerifyState, verify_log
from support.log_builder import FARM, PACKER, LogBuilder, event, first_fault, located, lot, orchard

Lie = Callable[[dict[str, tuple[int, bytes]]], object]


def stated(every: int, entries: int, behind: int = 0) -> LogBuilder:
    """A log with a heads entry after every few events, each covering all but the last few before it."""
    log = LogBuilder().begin()
    for number in range(entries):
        log.add_event(event(lot(f"A{number % 7}"), lot(f"B{number}")))
        if number % every == every - 1:
            log.add_heads(len(log.leaves) - behind)
    return log


@pytest.mark.parametrize(
    ("every", "entries", "behind"), [(1, 20, 0), (3, 40, 2), (5, 30, 4), (300, 900, 290)]
)
def test_right_heads_entries_verify_at_every_depth_that_reads_chains(
    every: int, entries: int, behind: int
) -> None:
    log = stated(every, entries, behind)

    for depth in ({}, {"signatures": False}):
        report = verify_log(log.source(), log_key=log.log_key, **depth)
        assert report.ok, report.fault
    assert verify_log(TileSource(log.tiles().__getitem__), log_key=log.log_key).ok


def _leave_out(heads: dict[str, Any]) -> None:
    del heads[lot("A1")]


def _add(heads: dict[str, Any]) -> None:
    heads[lot("Z")] = (0, bytes(32))


def _rename(heads: dict[str, Any]) -> None:
    heads[lot("Z")] = heads.pop(lot("A1"))


def _date_back(heads: dict[str, Any]) -> None:
    heads[lot("A1")] = (0, bytes.fromhex(stated(3, 20).hash_of(5)))


def _renumber(heads: dict[str, Any]) -> None:
    heads[lot("A1")] = (heads[lot("A1")][0] + 1, heads[lot("A1")][1])


@pytest.mark.parametrize("lie", [_leave_out, _add, _rename, _date_back, _renumber])
@pytest.mark.parametrize("behind", [0, 2])
def test_heads_that_lie_are_found_where_they_stand(lie: Lie, behind: int) -> None:
    log = stated(3, 20)
    index = log.add_heads(len(log.leaves) - behind, lie=lie)
    log.add_event(event(lot("A1")))
    tiles = TileSource(log.tiles().__getitem__)

    assert located(log) == (index, "heads")
    assert located(log, signatures=False) == (index, "heads")
    from_tiles = verify_log(tiles, log_key=log.log_key).fault
    assert from_tiles is not None
    assert (from_tiles.index, from_tiles.field) == (index, "heads")


def test_the_fault_says_what_is_wrong() -> None:
    log = stated(3, 20)
    log.add_heads(lie=_leave_out)

    what = first_fault(log).what

    assert what == f"it counts {len(log.heads) - 1} chains, and entries 0 to 29 have {len(log.heads)}"


def test_heads_of_another_moment_are_found() -> None:
    log = stated(3, 20)
    earlier = log.heads_of(12)
    index = log.add_heads(lie=lambda heads: (heads.clear(), heads.update(earlier)))

    assert located(log) == (index, "heads")


def test_a_heads_entry_cannot_cover_itself() -> None:
    log = LogBuilder().begin()
    index = log.add_heads(stated={"size": 5})

    assert located(log) == (index, "heads")


@pytest.mark.parametrize("back", [0, 1])
def test_a_heads_entry_covers_more_than_the_one_before(back: int) -> None:
    log = stated(3, 20)
    log.add_heads(29)
    index = log.add_heads(29 - back)

    assert located(log) == (index, "heads")


def test_only_the_authoritys_party_states_heads() -> None:
    log = stated(3, 6)
    index = log.add_heads(by=FARM, key="farm")

    assert located(log) == (index, "heads")
    assert verify_log(log.source(), signatures=False).ok  # who signed is seen with the signatures


def test_a_party_cannot_sign_heads_in_the_authoritys_name() -> None:
    log = stated(3, 6)
    index = log.add_heads(key="packer")

    assert located(log) == (index, "signature")


def test_a_verification_goes_on_where_it_ended_with_heads_on_both_sides() -> None:
    log = stated(4, 30, behind=3)
    for cut in range(8, len(log.leaves)):
        first = LogBuilder().begin()
        first.nodes, first.leaves = [], []
        first.frontier = type(log.frontier)()
        for leaf in log.leaves[:cut]:
            first.append(leaf)
        left = verify_log(first.source(), log_key=log.log_key).state
        assert left is not None

        report = verify_log(log.source(), log_key=log.log_key, state=VerifyState.from_bytes(left.to_bytes()))

        assert report.ok, report.fault
        assert report.state is not None
        assert report.state.covered == verify_log(log.source()).state.covered  # type: ignore[union-attr]


def test_a_heads_entry_that_goes_back_is_found_across_two_runs() -> None:
    log = stated(3, 20)
    left = verify_log(log.source()).state
    index = log.add_heads(20)

    assert located(log, state=left) == (index, "heads")


def test_a_state_from_before_there_were_heads_entries_is_read() -> None:
    log = orchard(30)
    left = verify_log(log.source()).state
    assert left is not None
    older = left.to_bytes().replace(b'"covered":0,', b"")
    log.add_heads()

    assert verify_log(log.source(), state=VerifyState.from_bytes(older)).ok


def test_an_earlier_entry_that_was_changed_between_two_runs_is_found_when_heads_are_taken_back() -> None:
    log = stated(3, 20)
    left = verify_log(log.source()).state
    log.add_event(
        event(lot("A1"), parentID="https://id.gs1.org/00/095212345000000018"), by=PACKER, key="packer"
    )
    log.add_heads(28)
    source = log.source()
    source.kept_leaves[28] = source.kept_leaves[28].replace(b"12.5", b"13.5")

    fault = verify_log(source, state=left).fault

    assert fault is not None
    assert (fault.index, fault.field) == (28, "leaf")
