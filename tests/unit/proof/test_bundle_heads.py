"""Bundles that show what is not in them: newest and absent as of a heads entry, and never more."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from lotproof.kernel.errors import LogFaultError
from lotproof.proof.bundle import BundleReport, ProvenHeads, check, make
from lotproof.proof.canonical import jcs
from lotproof.proof.heads import prove, record_of
from support.heads_tree import HeadsInMemory
from support.log_builder import FARM, LogBuilder, event, lot

LOT, OTHER, NEVER = lot("A1"), lot("B"), lot("Z")
KEYS = (0, 1, 2, 3)


def log_with(*lots: str, **heads: Any) -> LogBuilder:
    """A log of one event for each of these lots, and a heads entry."""
    log = LogBuilder().begin()
    for one in lots:
        log.add_event(event(one))
    log.add_heads(**heads)
    return log


def heads_of(log: LogBuilder, index: int, subject: str, size: int | None = None) -> ProvenHeads:
    """The heads entry at `index`, and its places for a subject."""
    heads = log.heads_of(index if size is None else size)
    tree = HeadsInMemory([record_of(chain, seq, head) for chain, (seq, head) in heads.items()])
    return ProvenHeads(log.proven(index)[0], prove(tree, subject))


def bundled(
    log: LogBuilder, subject: str, entries: tuple[int, ...], index: int, size: int | None = None
) -> bytes:
    """A bundle with heads."""
    shown = heads_of(log, index, subject, size)
    return make(log.note(), log.log_key, subject, log.proven(*entries), log.proven(*KEYS), shown)


@pytest.fixture(scope="module")
def log() -> LogBuilder:
    """A1 at 4 and 6, B at 5, heads at 7, A1 again at 8."""
    log = log_with(LOT, OTHER, LOT)
    log.add_event(event(LOT))
    return log


@pytest.fixture(scope="module")
def data() -> bytes:
    """A bundle of A1 whose newest entry is covered by the heads entry at 7."""
    return bundled(log_with(LOT, OTHER, LOT), LOT, (4, 6), 7)


def changed(bundle: bytes, change: Callable[[dict[str, Any]], object]) -> BundleReport:
    """What is said of a bundle with something in it changed, canonical again."""
    value = json.loads(bundle)
    change(value)
    return check(jcs(value))


def field(report: BundleReport) -> str:
    """Where a bundle is wrong."""
    assert report.fault is not None
    assert report.newest == ""
    assert report.as_of is None
    return report.fault.field


def test_the_newest_entry_is_shown_as_of_an_entry_and_a_time(data: bytes) -> None:
    report = check(data)

    assert report.ok
    assert json.loads(data)["v"] == 2
    assert report.as_of is not None
    assert (report.as_of.size, report.as_of.index, report.as_of.covered, report.as_of.later) == (7, 7, 2, 0)
    assert report.newest == "newest as of entry 6 (entry 7 states it, recorded 2026-05-01T06:00:08.000Z)"
    assert [index for index, _ in report.entries] == [4, 6]
    assert report.says.endswith("not pinned")


def test_entries_after_the_heads_are_there_and_not_called_the_newest(log: LogBuilder) -> None:
    report = check(bundled(log, LOT, (4, 6, 8), 7))

    assert report.as_of is not None
    assert (report.as_of.covered, report.as_of.later) == (2, 1)
    assert report.newest == (
        "its first 2 entries are all as of entry 6 (entry 7 states it, recorded 2026-05-01T06:00:08.000Z)"
        "; 1 came later, and whether that is all is not shown"
    )


def test_a_lot_that_is_younger_than_the_heads_had_no_entry_then() -> None:
    log = log_with(OTHER)
    log.add_event(event(LOT))

    report = check(bundled(log, LOT, (6,), 5))

    assert report.as_of is not None
    assert (report.as_of.covered, report.as_of.later) == (0, 1)
    assert report.newest.startswith("no entry about it as of entry 4 ")


def test_a_lot_that_the_log_never_heard_of_is_shown_absent() -> None:
    report = check(bundled(log_with(LOT, OTHER), NEVER, (), 6))

    assert report.ok
    assert report.entries == ()
    assert (
        report.newest
        == "no entry about it as of entry 5 (entry 6 states it, recorded 2026-05-01T06:00:07.000Z)"
    )


def test_a_bundle_without_heads_says_what_it_does_not_show(log: LogBuilder) -> None:
    report = check(make(log.note(), log.log_key, LOT, log.proven(4, 6, 8), log.proven(*KEYS)))

    assert report.ok
    assert report.as_of is None
    assert report.newest == "that nothing newer exists is not shown"


def test_a_bundle_that_leaves_out_the_end_of_the_chain_is_refused(log: LogBuilder) -> None:
    with pytest.raises(LogFaultError) as refused:
        bundled(log, LOT, (4,), 7)

    assert "it states number 1 as the newest, and number 0 is here" in refused.value.message


def test_a_lot_that_has_entries_cannot_be_shown_absent(log: LogBuilder) -> None:
    for index in (4, 8):
        without = json.loads(bundled(log, NEVER, (), 7))
        assert field(check(jcs(without | {"subject": LOT}))) == "heads"
        del index
    with pytest.raises(LogFaultError):
        bundled(log, LOT, (), 7)


def test_a_bundle_with_nothing_about_its_subject_needs_heads(log: LogBuilder) -> None:
    with pytest.raises(LogFaultError) as refused:
        make(log.note(), log.log_key, NEVER, [], log.proven(*KEYS))

    assert "no entry about its subject" in refused.value.message


def test_the_places_of_another_heads_entry_show_nothing() -> None:
    log = log_with(LOT, OTHER, LOT)
    log.add_event(event(LOT))
    log.add_heads()
    older = json.loads(bundled(log, LOT, (4, 6, 8), 7))["heads"]

    def keep_places(value: dict[str, Any]) -> None:
        value["heads"]["places"] = older["places"]

    assert field(changed(bundled(log, LOT, (4, 6, 8), 9), keep_places)) == "heads"


def test_heads_that_somebody_else_states_show_nothing() -> None:
    log = log_with(LOT, by=FARM, key="farm")

    with pytest.raises(LogFaultError) as refused:
        bundled(log, LOT, (4,), 5)

    assert "is not the authority's party" in refused.value.message


def test_heads_that_cover_themselves_show_nothing() -> None:
    log = log_with(LOT, stated={"size": 6})

    with pytest.raises(LogFaultError) as refused:
        bundled(log, LOT, (4,), 5)

    assert "it covers 6 entries, and only 5 stand before it" in refused.value.message


def test_only_a_heads_entry_states_heads(log: LogBuilder) -> None:
    shown = ProvenHeads(log.proven(5)[0], heads_of(log, 7, LOT).places)

    with pytest.raises(LogFaultError) as refused:
        make(log.note(), log.log_key, LOT, log.proven(4, 6, 8), log.proven(*KEYS), shown)

    assert "it is no heads entry" in refused.value.message


def test_a_heads_entry_stands_in_its_own_place_and_nowhere_else(data: bytes) -> None:
    value = json.loads(data)
    heads = value["heads"]["entry"]

    assert field(check(jcs(value | {"entries": [*value["entries"], heads]}))) == "canonical"
    assert field(check(jcs(value | {"keys": [*value["keys"], heads]}))) == "canonical"


def test_every_flipped_bit_is_found(data: bytes) -> None:
    for byte in range(0, len(data), 7):
        flipped = data[:byte] + bytes([data[byte] ^ 1 << byte % 8]) + data[byte + 1 :]

        assert not check(flipped, json.loads(data)["logKey"]).ok


def _place(value: dict[str, Any]) -> dict[str, Any]:
    return value["heads"]["places"][0]  # type: ignore[no-any-return]


def _flip(value: dict[str, Any], byte: int) -> None:
    record = bytearray(base64.b64decode(_place(value)["record"]))
    record[byte] ^= 1
    _place(value)["record"] = base64.b64encode(record).decode()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda value: value.update(v=3), "canonical"),
        (lambda value: value.update(v=1), "canonical"),
        (lambda value: value.update(v="2"), "canonical"),
        (lambda value: value.pop("heads"), "canonical"),
        (lambda value: value.update(heads=None), "canonical"),
        (lambda value: value.update(heads=[]), "canonical"),
        (lambda value: value["heads"].update(more=1), "canonical"),
        (lambda value: value["heads"].pop("places"), "canonical"),
        (lambda value: value["heads"].update(places={}), "canonical"),
        (lambda value: value["heads"].update(places=[]), "heads"),
        (lambda value: value["heads"].update(places=[1]), "canonical"),
        (lambda value: value["heads"].update(places=value["heads"]["places"] * 2), "heads"),
        (lambda value: value["heads"].update(places=value["heads"]["places"] * 3), "canonical"),
        (lambda value: value["heads"].update(entry=1), "canonical"),
        (lambda value: value["heads"]["entry"].update(index=6), "canonical"),
        (lambda value: value["heads"]["entry"].update(index=5), "leaf"),
        (lambda value: value["heads"]["entry"]["proof"].pop(), "leaf"),
        (lambda value: value["heads"]["entry"].update(leaf="AA=="), "leaf"),
        (lambda value: _place(value).update(more=1), "canonical"),
        (lambda value: _place(value).update(index="0"), "canonical"),
        (lambda value: _place(value).update(index=True), "canonical"),
        (lambda value: _place(value).update(index=-1), "heads"),
        (lambda value: _place(value).update(index=_place(value)["index"] + 1), "heads"),
        (lambda value: _place(value)["proof"].pop(), "heads"),
        (lambda value: _place(value)["proof"].append(_place(value)["proof"][0]), "heads"),
        (lambda value: _place(value).update(proof="x"), "canonical"),
        (lambda value: _place(value)["proof"].append("AA=="), "canonical"),
        (lambda value: _place(value).update(record="AA=="), "canonical"),
        (lambda value: _place(value).update(record=_place(value)["record"] + "\n"), "canonical"),
        (lambda value: _flip(value, 0), "heads"),
        (lambda value: _flip(value, 40), "heads"),
        (lambda value: _flip(value, 71), "heads"),
        (lambda value: value["keys"].pop(1), "key"),
    ],
)
def test_anything_else_in_the_heads_of_a_bundle_is_refused(data: bytes, change: Any, where: str) -> None:
    assert field(changed(data, change)) == where


def test_a_bundle_with_two_keys_is_refused(data: bytes) -> None:
    other = LogBuilder("other.example/log").log_key
    text = data.decode().replace('"logKey":', f'"logKey":"{other}","logKey":')

    assert field(check(text.encode())) == "canonical"
    assert field(changed(data, lambda value: value.update(logKey=[value["logKey"], other]))) == "canonical"


def test_an_entry_of_an_unknown_kind_about_the_lot_is_read_for_its_structure() -> None:
    log = LogBuilder().begin()
    log.add_event(event(LOT))
    log.add("weather", {"by": FARM, "role": "author", "kind": "hail", "about": [LOT]}, ["farm"])
    log.add_heads()

    report = check(bundled(log, LOT, (4, 5), 6))

    assert report.ok
    assert [entry.kind for _, entry in report.entries] == ["event", "weather"]
