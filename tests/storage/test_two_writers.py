"""Two commands that write to one place at once: one of them says so, and nothing is mixed."""

from __future__ import annotations

from pathlib import Path

import pytest

from lotproof.copies.archive import members
from lotproof.copies.parcel import ParcelWriter, target_of
from lotproof.copies.scratch import scratch
from lotproof.kernel.errors import LotproofError
from lotproof.storage.claim import claim


def belongs(path: str) -> bool:
    """Whatever is called a or b."""
    return path in ("a", "b")


@pytest.mark.parametrize("name", ["copy.tar", "copy"])
def test_a_place_that_is_being_written_is_refused(tmp_path: Path, name: str) -> None:
    first = target_of(tmp_path / name, belongs, private=True)
    with pytest.raises(LotproofError) as refused:
        target_of(tmp_path / name, belongs, private=True)
    assert refused.value.code == "being_written"

    writer = ParcelWriter(first)
    writer.put("a", b"first")
    writer.finish({})

    second = target_of(tmp_path / name, belongs, private=True)  # and free again
    second.give_up()
    assert not list(tmp_path.rglob("*.unfinished"))


def test_an_archive_stays_whole_while_the_next_one_is_begun(tmp_path: Path) -> None:
    place = tmp_path / "copy.tar"
    writer = ParcelWriter(target_of(place, belongs, private=False))
    writer.put("a", b"first")
    writer.finish({})

    next_one = target_of(place, belongs, private=False)
    next_one.put("b", b"never finished")

    assert [one.name for one in members(place)] == ["a", "SHA256SUMS", "manifest.json"]
    next_one.give_up()


def test_what_a_stop_left_is_written_anew(tmp_path: Path) -> None:
    left = tmp_path / ".copy.tar.unfinished"
    left.write_bytes(b"x" * 100_000)
    left.chmod(0o644)
    writer = ParcelWriter(target_of(tmp_path / "copy.tar", belongs, private=True))
    writer.put("a", b"first")
    writer.finish({})

    assert [one.name for one in members(tmp_path / "copy.tar")] == ["a", "SHA256SUMS", "manifest.json"]
    assert (tmp_path / "copy.tar").stat().st_mode & 0o777 == 0o600


def test_a_claim_ends_when_its_file_is_closed(tmp_path: Path) -> None:
    held = claim(tmp_path / "lock")
    assert held is not None
    assert claim(tmp_path / "lock") is None
    held.close()

    again = claim(tmp_path / "lock")
    assert again is not None
    again.close()


def test_two_who_unpack_below_one_home_have_a_folder_each(tmp_path: Path) -> None:
    with scratch(tmp_path) as one:
        (one / "file").write_bytes(b"of the first")
        with scratch(tmp_path) as other:
            assert list(other.iterdir()) == []
        assert (one / "file").read_bytes() == b"of the first"
    assert list(tmp_path.iterdir()) == []


def test_what_a_stop_left_below_a_home_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "incoming" / "0").mkdir(parents=True)
    (tmp_path / "incoming" / "0" / "old").write_bytes(b"")

    with scratch(tmp_path) as folder:
        assert list(folder.iterdir()) == []
