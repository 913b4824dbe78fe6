"""Logs that others made: verified as deep as can be claimed, and no deeper."""

from __future__ import annotations

import pytest

from lotproof.proof.any_log import TreeReport, is_ours, parse_any_note, verify_tree
from lotproof.proof.note import NoteSigner
from lotproof.proof.tile_source import TileSource
from support.log_builder import orchard
from support.opaque_log import leaves, opaque_log

SIZES = (1, 2, 255, 256, 257, 511, 512, 700)


def checked(files: dict[str, bytes], key: str | None = None, *, entries: bool = True) -> TreeReport:
    """Verify files as somebody who has nothing else."""
    return verify_tree(TileSource(files.__getitem__, parse_any_note), key, entries=entries)


@pytest.mark.parametrize("entries", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_a_log_of_opaque_entries_is_verified(size: int, entries: bool) -> None:
    files, key = opaque_log(leaves(size))

    report = checked(files, key, entries=entries)

    assert report.ok, report.fault
    assert (report.size, report.checked, report.entries) == (size, size, entries)
    assert report.signed_by == "other.example/log"
    assert report.frontier is not None
    assert report.frontier.size == size
    assert not is_ours(TileSource(files.__getitem__))


@pytest.mark.parametrize("entries", [True, False])
def test_every_changed_file_is_found_and_named(entries: bool) -> None:
    files, key = opaque_log(leaves(700))
    for path, data in files.items():
        if "entries" in path and not entries:
            continue
        for at in (0, len(data) // 2, len(data) - 1):
            changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            fault = checked({**files, path: changed}, key, entries=entries).fault
            assert fault is not None, (path, at)
            if path.startswith("tile/") and "entries" not in path and entries:
                assert fault.place == path, (path, at, fault)


@pytest.mark.parametrize("entries", [True, False])
def test_a_missing_file_and_one_of_a_wrong_width_are_named(entries: bool) -> None:
    files, key = opaque_log(leaves(700))
    for path, data in files.items():
        if "entries" in path and not entries:
            continue
        gone = {other: kept for other, kept in files.items() if other != path}
        fault = checked(gone, key, entries=entries).fault
        assert fault is not None, path
        if path != "checkpoint":
            assert (fault.place, fault.what) == (path, "the file is missing")
            short = checked({**files, path: data[:-32]}, key, entries=entries).fault
            assert short is not None
            assert short.place == path


def test_a_partial_tile_that_is_gone_is_read_from_the_full_one() -> None:
    small, key = opaque_log(leaves(100))
    large, _ = opaque_log(leaves(256))
    files = {path: data for path, data in large.items() if path != "checkpoint"}

    report = checked({**files, "checkpoint": small["checkpoint"]}, key)

    assert report.ok, report.fault
    assert report.size == 100


def test_further_lines_and_signatures_are_listed_and_nothing_follows_from_them() -> None:
    files, key = opaque_log(leaves(3), lines=("Timestamp: 1234", "by the way"))
    witness = NoteSigner("witness.example", bytes(32))
    text = files["checkpoint"].decode().split("\n\n")[0] + "\n"
    files["checkpoint"] += witness.signature_line(text).encode()

    report = checked(files, key)

    assert report.ok
    assert report.extensions == ("Timestamp: 1234", "by the way")
    assert report.not_checked == (f"witness.example+{witness.verifier.key_id.hex()}",)
    assert checked(files, witness.verifier_key).signed_by == "witness.example"


def test_another_key_and_a_note_that_is_none_are_faults_of_the_checkpoint() -> None:
    files, _ = opaque_log(leaves(3))
    _, strange = opaque_log(leaves(3), key="other")

    assert checked(files).signed_by is None
    for broken in (checked(files, strange), checked({**files, "checkpoint": b"none"}), checked({})):
        assert broken.fault is not None
        assert broken.fault.field == "checkpoint"


def test_a_later_run_begins_where_the_earlier_one_ended() -> None:
    files, key = opaque_log(leaves(300))
    begun = checked(files, key).frontier
    grown, _ = opaque_log(leaves(700))

    later = verify_tree(TileSource(grown.__getitem__, parse_any_note), key, frontier=begun)
    other, _ = opaque_log([b"forked", *leaves(700)[1:]])
    forked = verify_tree(TileSource(other.__getitem__, parse_any_note), key, frontier=begun)
    shorter = verify_tree(TileSource(opaque_log(leaves(299))[0].__getitem__), key, frontier=begun)

    assert later.ok
    assert later.checked == 400
    assert forked.fault is not None
    assert shorter.fault is not None
    assert "299" in shorter.fault.what


def test_our_own_log_is_known_by_its_first_entry() -> None:
    assert is_ours(TileSource(orchard(5).tiles().__getitem__))
    assert is_ours(TileSource({}.__getitem__)), "the strict verifier says what is missing"
