"""What is handed over is not what was written: each kind of damage has its answer, and nothing is taken from it."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lotproof.copies.incoming import incoming_web
from lotproof.copies.mirror import Trust, Work, import_mirror
from lotproof.instance import Place
from lotproof.kernel.errors import LotproofError
from support.copying import MirrorPlace, exported, lived_in, resummed
from support.databases import Databases, Kind
from support.world import World


@pytest.fixture
def database_kind() -> Kind:
    """Nothing of this comes near the database."""
    return "sqlite"


@pytest.fixture
def handed(world: World, tmp_path: Path) -> Path:
    """An export with documents and disclosures, in a folder."""
    exported(lived_in(world), tmp_path / "export", private=True)
    return tmp_path / "export"


@pytest.fixture
def mirror(databases: Databases, tmp_path: Path) -> Iterator[MirrorPlace]:
    """An empty place."""
    with databases.empty("sqlite") as url:
        yield MirrorPlace(Place(tmp_path / "mirror", url))


def refused(mirror: MirrorPlace, place: Path) -> LotproofError:
    """What the import says; afterwards no mirror may be there."""
    with pytest.raises(LotproofError) as error:
        mirror.take(place)
    with pytest.raises(LotproofError) as nothing:
        mirror.open()
    assert nothing.value.code in ("not_initialised", "mirror_unfinished", "no_master_key")
    assert not (mirror.home / "incoming").exists()
    assert error.value.hint
    return error.value


def first(folder: Path, pattern: str) -> Path:
    """The first file of a pattern."""
    return sorted(path for path in folder.glob(pattern) if path.is_file())[0]


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    "pattern", ["tile/0/**/*", "tile/entries/**/*", "blobs/*/*", "private/*", "checkpoint"]
)
@pytest.mark.parametrize(("damage", "code"), [(flip, "file_altered"), (Path.unlink, "file_missing")])
def test_a_file_that_is_missing_or_altered_is_named(
    handed: Path, mirror: MirrorPlace, pattern: str, damage: Callable[[Path], None], code: str
) -> None:
    file = first(handed, pattern)
    damage(file)

    error = refused(mirror, handed)

    assert error.code == "export_damaged"
    assert [(one.where, one.code) for one in error.problems] == [(file.relative_to(handed).as_posix(), code)]


@pytest.mark.parametrize("name", ["notes.txt", "tile/0/x001/999", "blobs/aa/bb", "..hidden"])
def test_a_file_more_than_was_written_is_named(handed: Path, mirror: MirrorPlace, name: str) -> None:
    (handed / name).parent.mkdir(parents=True, exist_ok=True)
    (handed / name).write_text("more")

    error = refused(mirror, handed)

    assert [(one.where, one.code) for one in error.problems] == [(name, "file_unexpected")]


def test_a_link_is_no_file_of_an_export(handed: Path, mirror: MirrorPlace, tmp_path: Path) -> None:
    blob = first(handed, "blobs/*/*")
    outside = tmp_path / "outside"
    blob.rename(outside)
    blob.symlink_to(outside)

    assert refused(mirror, handed).problems[0].code == "file_unexpected"


def test_a_linked_folder_is_none_either(handed: Path, mirror: MirrorPlace, tmp_path: Path) -> None:
    (handed / "blobs").rename(tmp_path / "outside")
    (handed / "blobs").symlink_to(tmp_path / "outside")

    assert {one.code for one in refused(mirror, handed).problems} == {"file_unexpected"}


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("tile/0/**/*", "not_verified"),
        ("tile/entries/**/*", "not_verified"),
        ("checkpoint", "not_verified"),
        ("blobs/*/*", "export_damaged"),
    ],
)
def test_sums_that_were_made_to_fit_deceive_nobody(
    handed: Path, mirror: MirrorPlace, pattern: str, code: str
) -> None:
    flip(first(handed, pattern))
    resummed(handed)

    assert refused(mirror, handed).code == code


@pytest.mark.parametrize("changed", [{"salt": "AAAAAAAAAAAAAAAAAAAAAA"}, {"value": "more"}, {"index": 0}])
def test_a_disclosure_that_opens_nothing_is_refused(
    handed: Path, mirror: MirrorPlace, changed: dict[str, object]
) -> None:
    file = first(handed, "private/*")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    lines[0] |= changed
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    resummed(handed)

    assert refused(mirror, handed).code == "disclosure_does_not_fit"


def test_a_document_that_was_left_out_with_its_sum_is_told(handed: Path, mirror: MirrorPlace) -> None:
    blob = first(handed, "blobs/*/*")
    name = blob.parent.name + blob.name
    blob.unlink()
    resummed(handed)

    assert mirror.take(handed).blobs_missing == (name,)


def test_an_export_of_a_newer_kind_is_not_guessed_at(handed: Path, mirror: MirrorPlace) -> None:
    manifest = json.loads((handed / "manifest.json").read_text())
    (handed / "manifest.json").write_text(json.dumps(manifest | {"v": 2}))

    assert refused(mirror, handed).code == "newer_export"


@pytest.mark.parametrize("data", [b"", b"\xff\x00", b"[[[", b'{"v":1'], ids=["empty", "bytes", "open", "cut"])
def test_a_manifest_that_cannot_be_read_is_named(handed: Path, mirror: MirrorPlace, data: bytes) -> None:
    (handed / "manifest.json").write_bytes(data)

    error = refused(mirror, handed)
    assert (error.code, error.problems[0].where) == ("export_damaged", "manifest.json")


def test_an_address_without_a_log_is_not_called_a_forgery(
    world: World, mirror: MirrorPlace, tmp_path: Path
) -> None:
    def nothing(path: str) -> bytes:
        raise LookupError(path)

    with (
        incoming_web("https://example.org/typo", nothing, tmp_path / "mirror") as incoming,
        pytest.raises(LotproofError) as error,
    ):
        import_mirror(mirror.place, incoming, Trust(world.log.verifier_key, None), Work())
    assert error.value.code == "no_checkpoint"
    assert "https://example.org/typo" in error.value.message


def test_a_folder_of_bare_tiles_is_no_export(handed: Path, mirror: MirrorPlace) -> None:
    (handed / "manifest.json").unlink()

    assert refused(mirror, handed).code == "export_not_whole"


def _archive(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w") as archive:
        for info, data in members:
            archive.addfile(info, io.BytesIO(data))
    return path


def _info(name: str, size: int = 0, **more: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    for key, value in more.items():
        setattr(info, key, value)
    return info


HOSTILE = {
    "up": (_info("../evil", 1), b"x"),
    "absolute": (_info("/tmp/evil", 1), b"x"),
    "within": (_info("blobs/../../evil", 1), b"x"),
    "symlink": (_info("checkpoint", type=tarfile.SYMTYPE, linkname="/etc/passwd"), b""),
    "hardlink": (_info("checkpoint", type=tarfile.LNKTYPE, linkname="manifest.json"), b""),
    "device": (_info("checkpoint", type=tarfile.CHRTYPE), b""),
    "folder": (_info("blobs", type=tarfile.DIRTYPE), b""),
    "sparse": (_info("checkpoint", type=tarfile.GNUTYPE_SPARSE), b""),
    "long name": (_info("blobs/" + "a" * 200, 1), b"x"),
    "not ours": (_info("readme", 1), b"x"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_archive_reaches_nothing_outside_and_holds_plain_files_only(
    mirror: MirrorPlace, tmp_path: Path, name: str
) -> None:
    archive = _archive(tmp_path / "hostile.tar", HOSTILE[name])
    before = sorted(path for path in tmp_path.rglob("*"))

    error = refused(mirror, archive)

    assert error.code == "invalid_archive"
    after = [path for path in tmp_path.rglob("*") if mirror.home not in (path, *path.parents)]
    assert sorted(after) == [path for path in before if mirror.home not in (path, *path.parents)]


def test_a_name_that_comes_twice_is_refused(mirror: MirrorPlace, tmp_path: Path) -> None:
    twice = (_info("checkpoint", 1), b"x")

    assert refused(mirror, _archive(tmp_path / "twice.tar", twice, twice)).code == "invalid_archive"


def test_an_archive_that_says_it_is_huge_costs_nothing(mirror: MirrorPlace, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.tar"
    bomb.write_bytes(_info("checkpoint", 1 << 60).tobuf(tarfile.GNU_FORMAT) + b"little")

    assert refused(mirror, bomb).code == "invalid_archive"


def test_a_packed_archive_is_not_unpacked(mirror: MirrorPlace, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "packed.tar", "w:gz") as archive:
        archive.addfile(_info("checkpoint", 1 << 20), io.BytesIO(bytes(1 << 20)))

    assert refused(mirror, tmp_path / "packed.tar").code == "invalid_archive"


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_an_archive_that_ends_early_is_refused(
    world: World, mirror: MirrorPlace, tmp_path: Path, share: float
) -> None:
    exported(lived_in(world), tmp_path / "export.tar")
    whole = (tmp_path / "export.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: int(len(whole) * share)])

    assert refused(mirror, tmp_path / "cut.tar").code in ("invalid_archive", "export_not_whole")


def test_what_random_changes_leave_is_refused_and_never_crashes(
    world: World, mirror: MirrorPlace, tmp_path: Path
) -> None:
    exported(lived_in(world), tmp_path / "export.tar")
    whole = (tmp_path / "export.tar").read_bytes()
    step = len(whole) // 40

    for at in range(7, len(whole), step):
        if whole[at] == 0 and whole[at - 1] == 0:
            continue  # padding: nobody reads it
        changed = bytearray(whole)
        changed[at] ^= 0x20
        (tmp_path / "changed.tar").write_bytes(bytes(changed))
        with pytest.raises(LotproofError):
            mirror.take(tmp_path / "changed.tar")


def test_a_file_that_nobody_may_read_is_told_as_it_is(handed: Path, mirror: MirrorPlace) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    first(handed, "blobs/*/*").chmod(0)

    with pytest.raises(PermissionError):
        mirror.take(handed)
