"""Cutting long lists for statements with a limited number of parameters."""

from hypothesis import given
from hypothesis import strategies as st

from lotproof.storage.engine import in_batches


@given(st.lists(st.integers(), max_size=50), st.integers(min_value=1, max_value=9))
def test_batches_hold_every_item_once_in_order_and_none_is_empty(items: list[int], size: int) -> None:
    batches = list(in_batches(items, size))

    assert [item for batch in batches for item in batch] == items
    assert all(0 < len(batch) <= size for batch in batches)
