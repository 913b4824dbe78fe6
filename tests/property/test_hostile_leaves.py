"""Whatever stands in a leaf or a bundle, the verifier answers with a report and never with an exception."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotproof.proof.bundle import check
from lotproof.proof.canonical import is_canonical, jcs
from lotproof.proof.verify import verify_log
from support.log_builder import LogBuilder, event, lot

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not 2**53 <= abs(x) < 1e21),
    st.text(max_size=20),
    st.sampled_from(["urn:x:y", lot("A1"), "https://id.gs1.org/417/9521234500025", "ab" * 32]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def _paths(value: Any, prefix: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [prefix, *(path for key, one in inner for path in _paths(one, (*prefix, key)))]


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy


def _log() -> LogBuilder:
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")), seen=[])
    return log


BEGUN = _log()
RIGHT = json.loads(BEGUN.leaves[4])
KEY = json.loads(BEGUN.leaves[2])


@pytest.mark.parametrize("depth", [{}, {"signatures": False}])
@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_leaf_with_anything_in_any_place_is_reported(depth: dict[str, Any], data: st.DataObject) -> None:
    base = data.draw(st.sampled_from([RIGHT, KEY]))
    leaf = jcs(_replaced(base, data.draw(st.sampled_from(_paths(base))), data.draw(VALUES)))
    log = LogBuilder().begin()
    log.append(leaf)

    report = verify_log(log.source(), **depth)

    assert report.ok == (report.fault is None)
    if not depth:
        assert report.ok == (leaf == BEGUN.leaves[4])


@given(data=st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_bytes_as_a_leaf_are_reported(data: bytes) -> None:
    log = LogBuilder().begin()
    log.append(data)

    report = verify_log(log.source())

    assert report.fault is not None
    assert (report.fault.index, report.fault.field) == (4, "canonical")


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_bundle_with_anything_in_any_place_is_reported(data: st.DataObject) -> None:
    right = _bundle()
    path = data.draw(st.sampled_from(_paths(right)))

    changed = _replaced(right, path, data.draw(VALUES))

    assert check(jcs(changed)).ok == (changed == right)


@given(value=VALUES)
@settings(max_examples=400, deadline=None)
def test_what_jcs_writes_is_canonical_and_nothing_else_is(value: Any) -> None:
    written = jcs(value)

    assert is_canonical(written)
    for other in (json.dumps(value), json.dumps(value, indent=1), json.dumps(value, ensure_ascii=False)):
        assert is_canonical(other.encode()) == (other.encode() == written)


def _bundle() -> Any:
    from lotproof.proof.bundle import make

    made = make(BEGUN.note(), BEGUN.log_key, lot("A1"), BEGUN.proven(4), BEGUN.proven(0, 2))
    return json.loads(made)
