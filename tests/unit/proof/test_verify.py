"""The verifier on right logs, and on checkpoints and head tables that do not fit."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from lotproof.proof import signatures
from lotproof.proof.note import NoteSigner
from lotproof.proof.verify import Fault, compare_heads, verify_log
from support.log_builder import FARM, PACKER, event, located, lot, orchard


@pytest.mark.parametrize("entries", [5, 255, 256, 257, 600])
@pytest.mark.parametrize("depth", [{}, {"signatures": False}, {"signatures": False, "chains": False}])
def test_a_right_log_has_no_fault_at_any_depth(entries: int, depth: dict[str, Any]) -> None:
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


@pytest.mark.parametrize(("round_of", "batch"), [(1, 1), (8, 3), (300, 256)])
def test_the_earliest_fault_is_found_however_signatures_are_batched(
    round_of: int, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signatures, "_ROUND", round_of)
    monkeypatch.setattr(signatures, "BATCH", batch)
    log = orchard(600)
    assert verify_log(log.source()).ok

    log.add_key("revoke", "farm", FARM, ["authority"])
    for _ in range(300):
        log.add_event(event(lot("A1")), by=PACKER, key="packer")
    assert verify_log(log.source()).ok
    log.add_event(event(lot("A1")))
    for _ in range(300):
        log.add_event(event(lot("A1")), by=PACKER, key="farm")
    source = log.source()
    source.kept_leaves[1100] = b""

    fault = verify_log(source).fault

    assert fault is not None
    assert (fault.index, fault.field) == (901, "key")


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


# Chain heads


def test_a_table_of_heads_is_compared() -> None:
    log = orchard(30)
    state = verify_log(log.source()).state
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
