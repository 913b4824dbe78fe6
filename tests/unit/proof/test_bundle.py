"""Bundles: what is in one is verified, and what could be otherwise is refused."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lotproof.kernel.errors import InvalidInputError, LogFaultError
from lotproof.proof.bundle import ProvenEntry, check, make
from lotproof.proof.canonical import is_canonical, jcs
from lotproof.proof.entry import ChainLink
from lotproof.proof.note import NoteSigner, sign
from support.log_builder import CRATE, FARM, PACKER, LogBuilder, event, lot

LOT = lot("A1")
KEYS = (0, 2, 3)
MINE = (4, 6, 8)
CARRIED = (9,)


@pytest.fixture(scope="module")
def log() -> LogBuilder:
    """A1 harvested, weighed and packed into a crate that is then shipped; others around it."""
    log = LogBuilder().begin()
    log.add_event(event(LOT))
    log.add_event(event(lot("B")))
    log.add_event(event(LOT))
    log.add_event(event(lot("B")))
    log.add_event(event(LOT, parentID=CRATE), by=PACKER, key="packer")
    log.add_event(event(parentID=CRATE), by=PACKER, key="packer")
    log.add_event(event(lot("C")))
    return log


def bundled(
    log: LogBuilder, entries: tuple[int, ...] = MINE + CARRIED, keys: tuple[int, ...] = KEYS
) -> bytes:
    """A bundle of A1."""
    return make(log.note(), log.log_key, LOT, log.proven(*entries), log.proven(*keys))


def changed(bundle: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The bundle with something in it changed, canonical again."""
    value = json.loads(bundle)
    change(value)
    return jcs(value)


def fault(data: bytes, pinned: str | None = None) -> tuple[int | None, str]:
    """Where a bundle is wrong."""
    report = check(data, pinned)
    assert not report.ok
    assert report.fault is not None
    assert report.entries == ()
    return report.fault.index, report.fault.field


def test_a_bundle_checks_with_nothing_else_at_hand(log: LogBuilder) -> None:
    data = bundled(log)

    report = check(data, log.log_key)

    assert report.ok
    assert report.pinned
    assert (report.subject, report.origin, report.log_key) == (LOT, log.origin, log.log_key)
    assert (report.size, report.root) == (len(log.leaves), log.frontier.root())
    assert [index for index, _ in report.entries] == [*MINE, *CARRIED]
    assert report.entries[0][1].signed["event"]["type"] == "ObjectEvent"
    assert report.says == f"consistent with the pinned key {log.log_key}, as of 11 entries"


def test_without_a_pinned_key_no_more_is_claimed_than_is_shown(log: LogBuilder) -> None:
    report = check(bundled(log))

    assert report.ok
    assert not report.pinned
    assert report.says == f"consistent with key {log.log_key}, not pinned"


def test_a_bundle_is_written_in_one_way(log: LogBuilder) -> None:
    data = bundled(log)

    assert is_canonical(data)
    assert make(log.note(), log.log_key, LOT, log.proven(9, 8, 6, 4), log.proven(3, 2, 0)) == data
    assert fault(data + b"\n") == (None, "canonical")
    assert fault(json.dumps(json.loads(data)).encode()) == (None, "canonical")


def test_every_flipped_bit_is_found(log: LogBuilder) -> None:
    data = bundled(log)
    for byte in range(0, len(data), 11):
        flipped = data[:byte] + bytes([data[byte] ^ 1 << byte % 8]) + data[byte + 1 :]

        assert not check(flipped, log.log_key).ok


def test_a_bundle_of_another_log_is_refused_under_a_pinned_key(log: LogBuilder) -> None:
    other = NoteSigner(log.origin, bytes(32)).verifier_key

    assert fault(bundled(log), other) == (None, "checkpoint")


def test_a_pinned_key_that_is_none_is_an_error_of_the_caller(log: LogBuilder) -> None:
    with pytest.raises(InvalidInputError):
        check(bundled(log), "no key")


def test_only_the_logs_own_signature_is_taken_over(log: LogBuilder) -> None:
    text = log.note().decode().split("\n\n")[0] + "\n"
    witnessed = sign(text, NoteSigner("witness.example/w", bytes(32)), log.signer)

    data = make(witnessed.encode(), log.log_key, LOT, log.proven(*MINE), log.proven(*KEYS))

    assert data == bundled(log, MINE)
    assert fault(changed(data, lambda value: value.update(checkpoint=witnessed))) == (None, "checkpoint")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda value: value.update(v=2), "canonical"),
        (lambda value: value.update(v=True), "canonical"),
        (lambda value: value.update(more=1), "canonical"),
        (lambda value: value.pop("keys"), "canonical"),
        (lambda value: value.update(origin=5), "canonical"),
        (lambda value: value.update(origin="other.example/log"), "checkpoint"),
        (lambda value: value.update(logKey="no key"), "checkpoint"),
        (lambda value: value.update(checkpoint="no note"), "checkpoint"),
        (lambda value: value.update(subject="A1"), "canonical"),
        (lambda value: value.update(subject=lot("C")), "chains"),
        (lambda value: value.update(entries={}), "canonical"),
        (lambda value: value.update(entries=[1]), "canonical"),
        (lambda value: value.update(entries=[], keys=[]), "chains"),
        (lambda value: value["entries"].reverse(), "canonical"),
        (lambda value: value["entries"].append(value["entries"][-1]), "canonical"),
        (lambda value: value["keys"].append(value["entries"][0]), "canonical"),
        (lambda value: value["entries"][0].update(more=1), "canonical"),
        (lambda value: value["entries"][0].update(index="4"), "canonical"),
        (lambda value: value["entries"][0].update(index=True), "canonical"),
        (lambda value: value["entries"][0].update(index=-1), "leaf"),
        (lambda value: value["entries"][0].update(index=5), "leaf"),
        (lambda value: value["entries"][0].update(leaf=value["entries"][1]["leaf"]), "leaf"),
        (lambda value: value["entries"][0].update(leaf=5), "canonical"),
        (lambda value: value["entries"][0].update(leaf=value["entries"][0]["leaf"] + "\n"), "canonical"),
        (lambda value: value["entries"][0].update(proof="z"), "canonical"),
        (lambda value: value["entries"][0]["proof"].pop(), "leaf"),
        (lambda value: value["entries"][0]["proof"].append("YQ=="), "canonical"),
        (lambda value: value["entries"][0].update(proof=value["entries"][0]["proof"] * 40), "canonical"),
        (lambda value: value["keys"].pop(0), "key"),
        (lambda value: value["keys"].pop(1), "key"),
    ],
)
def test_anything_else_in_a_bundle_is_refused(log: LogBuilder, change: Any, field: str) -> None:
    assert fault(changed(bundled(log), change))[1] == field


def test_base64_in_a_bundle_is_strict(log: LogBuilder) -> None:
    data = bundled(log)
    text = next(one["leaf"] for one in json.loads(data)["entries"] if one["leaf"].endswith("="))
    twin = text[: text.index("=") - 1] + chr(ord(text[text.index("=") - 1]) + 1) + text[text.index("=") :]
    assert base64.b64decode(twin) == base64.b64decode(text)

    assert fault(data.replace(text.encode(), twin.encode()))[1] == "canonical"


def test_an_entry_left_out_of_the_lots_chain_is_missed(log: LogBuilder) -> None:
    data = bundled(log)

    def drop(value: dict[str, Any], at: int) -> None:
        del value["entries"][at]

    assert fault(changed(data, lambda value: drop(value, 0))) == (6, "chains")
    assert fault(changed(data, lambda value: drop(value, 1))) == (8, "chains")


def test_an_entry_that_has_nothing_to_do_with_the_lot_is_refused(log: LogBuilder) -> None:
    with pytest.raises(LogFaultError) as refused:
        bundled(log, (4, 5, 6))

    assert refused.value.code == "bundle_does_not_check"
    assert "nothing to do with" in refused.value.message


def test_only_key_entries_stand_among_the_keys(log: LogBuilder) -> None:
    with pytest.raises(LogFaultError) as refused:
        bundled(log, keys=(0, 2, 3, 10))

    assert "stands among the keys" in refused.value.message


def test_what_would_not_check_is_not_made(log: LogBuilder) -> None:
    entry = log.proven(4)[0]
    with pytest.raises(LogFaultError):
        make(log.note(), log.log_key, LOT, [ProvenEntry(5, entry.leaf, entry.proof)], log.proven(*KEYS))


def test_a_wrong_signature_in_a_bundle_is_found() -> None:
    wrong = LogBuilder().begin()
    wrong.add_event(event(LOT), by=FARM, key="packer")
    right = LogBuilder().begin()
    right.add_event(event(LOT))

    assert fault(_unchecked(wrong, (4,), right)) == (4, "signature")


def test_a_signature_for_another_log_is_found() -> None:
    wrong, right = LogBuilder().begin(), LogBuilder().begin()
    wrong.add_event(event(LOT), how={"domain": "other.example/log"})
    right.add_event(event(LOT))

    assert fault(_unchecked(wrong, (4,), right)) == (4, "signature")


def test_times_that_go_back_are_found() -> None:
    wrong, right = LogBuilder().begin(), LogBuilder().begin()
    for one, after in ((wrong, -9), (right, 9)):
        one.add_event(event(LOT))
        one.add_event(event(LOT), how={"after": timedelta(seconds=after)})

    assert fault(_unchecked(wrong, (4, 5), right)) == (5, "recordTime")


def test_two_entries_with_one_place_in_the_chain_are_found() -> None:
    wrong, right = LogBuilder().begin(), LogBuilder().begin()
    for one, links in ((wrong, [ChainLink(LOT, 0)]), (right, None)):
        one.add_event(event(LOT))
        one.add_event(event(LOT), how={"links": links})

    assert fault(_unchecked(wrong, (4, 5), right)) == (5, "chains")


def test_a_bundle_that_is_too_long_is_not_even_read() -> None:
    assert fault(b"[" * (64 * 2**20 + 1)) == (None, "canonical")


def _unchecked(wrong: LogBuilder, entries: tuple[int, ...], right: LogBuilder) -> bytes:
    """A bundle that `make` would not make: that of the right log, filled from the wrong one."""
    data = json.loads(make(right.note(), right.log_key, LOT, right.proven(*entries), right.proven(*KEYS)))
    data["checkpoint"] = wrong.note().decode()
    for name, indexes in (("entries", entries), ("keys", KEYS)):
        data[name] = [
            {
                "index": one.index,
                "leaf": base64.b64encode(one.leaf).decode(),
                "proof": [base64.b64encode(node).decode() for node in one.proof],
            }
            for one in wrong.proven(*indexes)
        ]
    return jcs(data)
