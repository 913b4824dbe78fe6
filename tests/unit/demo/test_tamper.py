"""One changed byte in a copy of the log is found, and the place is named."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select

from lotproof.demo.tamper import tamper_and_verify, verify_copy
from lotproof.kernel.errors import NotFoundError
from lotproof.ledger import publisher
from lotproof.ledger import tables as t
from support.built_season import Built
from support.world import check_ledger, make_world


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_verifier_names_the_entry_whose_byte_was_changed(season: Built) -> None:
    found = tamper_and_verify(season.log)

    assert found.log_size > 700
    assert (found.fault_entry, found.fault_field) == (found.entry, "leaf")
    assert str(found.entry) in found.fault_message


def test_one_bit_of_a_harvests_weight_is_what_was_changed(season: Built, db: Connection) -> None:
    found = tamper_and_verify(season.log)

    leaf: bytes = db.execute(select(t.entry.c.leaf).where(t.entry.c.entry_index == found.entry)).scalar_one()
    assert leaf[found.position] == found.before
    assert (found.before ^ found.after).bit_count() == 1
    assert b'"kind":"harvest"' in leaf
    assert '"quantity":' in found.excerpt_before
    pairs = zip(found.excerpt_before, found.excerpt_after, strict=True)
    assert [(ord(a), ord(b)) for a, b in pairs if a != b] == [(found.before, found.after)]


def test_the_log_is_untouched_and_the_copy_is_gone(
    season: Built, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = _files(season.home / "tiles")

    tamper_and_verify(season.log)

    assert _files(season.home / "tiles") == before
    assert list(tmp_path.iterdir()) == []
    assert verify_copy(season.home / "tiles", season.log.verifier_key).ok


def test_an_unchanged_copy_verifies(db: Connection, season: Built, tmp_path: Path) -> None:
    size = publisher.publish(db, tmp_path)

    report = verify_copy(tmp_path, season.log.verifier_key)
    assert (report.ok, report.size, report.checked) == (True, size, size)


def test_a_ledger_without_a_season_has_nothing_to_change(migrated_engine: Engine, tmp_path: Path) -> None:
    world = make_world(migrated_engine, tmp_path)

    with pytest.raises(NotFoundError, match="no demonstration"):
        tamper_and_verify(world.log)
    check_ledger(world)
