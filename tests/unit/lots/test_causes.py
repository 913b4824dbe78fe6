"""What several bad lots have in common, ranked: most lots explained first, of these the nearest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lotproof.lots.causes import Cause, ancestors, applied_in_time, beyond, rank

AT = datetime(2026, 6, 1, tzinfo=UTC)


def test_distance_is_the_fewest_steps_and_a_seed_is_none_from_itself() -> None:
    past = ancestors([9, 8], [(1, 9), (2, 9), (1, 2), (2, 8)])

    assert past == {9: {9: 0}, 8: {8: 0}, 1: {9: 1, 8: 2}, 2: {9: 1, 8: 1}}


def test_a_circle_ends() -> None:
    assert ancestors([1], [(1, 2), (2, 1)]) == {1: {1: 0}, 2: {1: 1}}


def test_what_touched_several_nodes_is_a_step_beyond_the_nearest() -> None:
    assert beyond([5, 6, 7], {5: {1: 3}, 6: {1: 1, 2: 4}}) == {1: 2, 2: 5}


def test_what_was_applied_after_the_pick_explains_nothing() -> None:
    past = {10: {1: 2, 2: 2}, 11: {1: 1}, 12: {2: 1}}
    picks = [(11, AT), (12, AT + timedelta(days=2))]

    assert applied_in_time(10, AT + timedelta(days=1), past, picks) == {2: 3}
    assert applied_in_time(10, AT - timedelta(days=1), past, picks) == {1: 3, 2: 3}
    assert applied_in_time(10, AT, past, [(11, None)]) == {1: 3}


def test_the_best_explanation_comes_first() -> None:
    far = Cause("far", "lot", {"a": 5, "b": 5})
    near = Cause("near", "cycle", {"a": 1, "b": 2})
    beside = Cause("beside", "lot", {"a": 1, "b": 2})
    part = Cause("part", "lot", {"a": 1})

    assert rank([part, far, near, beside], 1) == (beside, near, far, part)
    assert rank([part, far, near], 2) == (near, far)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40),
    st.lists(st.integers(0, 12), min_size=1, max_size=4, unique=True),
)
def test_ancestors_are_those_of_a_naive_walk(edges: list[tuple[int, int]], seeds: list[int]) -> None:
    past = ancestors(seeds, edges)

    for seed in seeds:
        level, seen = {seed}, {seed: 0}
        for steps in range(1, 14):
            level = {src for src, dst in edges if dst in level} - set(seen)
            seen |= dict.fromkeys(level, steps)
        assert {node: far[seed] for node, far in past.items() if seed in far} == seen
