"""An export: the log as it is served, its documents, and nothing that is not for everybody unless it is asked for."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lotproof.copies import export as exporting
from lotproof.copies.archive import members
from lotproof.copies.incoming import EXPORT
from lotproof.copies.parcel_reader import check, open_parcel
from lotproof.kernel.errors import LotproofError
from lotproof.ledger import tables as t
from lotproof.ledger.keys import authority_key
from lotproof.storage.engine import writing
from support.copying import exported, grown, home_tiles, lived_in, manifest_of, verified
from support.world import World


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file in a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_an_export_is_a_log_that_anybody_can_verify(world: World, tmp_path: Path) -> None:
    grown(lived_in(world), 300)

    manifest = exported(world, tmp_path / "export")

    report = verified(tmp_path / "export", world.log.verifier_key)
    assert report.ok
    assert report.size == manifest["size"] > 300
    mine, served = bytes_of(tmp_path / "export"), bytes_of(home_tiles(world))
    tiles = {path for path in mine if path.startswith(("tile/", "checkpoint"))}
    assert {path: mine[path] for path in tiles} == {path: served[path] for path in tiles}


def test_its_sums_are_those_that_any_tool_checks(world: World, tmp_path: Path) -> None:
    exported(lived_in(world), tmp_path / "export")

    told = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"],
        cwd=tmp_path / "export", check=False, capture_output=True,
    )  # fmt: skip

    assert (told.returncode, told.stdout, told.stderr) == (0, b"", b"")
    sums = (tmp_path / "export" / "SHA256SUMS").read_bytes()
    assert manifest_of(tmp_path / "export")["sums"] == hashlib.sha256(sums).hexdigest()


def test_a_long_list_goes_along_as_its_blob(world: World, tmp_path: Path) -> None:
    exported(lived_in(world), tmp_path / "export")

    blobs = [path for path in bytes_of(tmp_path / "export") if path.startswith("blobs/")]

    assert len(blobs) == 1
    assert manifest_of(tmp_path / "export")["blobsMissing"] == []


def test_what_is_hidden_stays_hidden_unless_it_is_asked_for(world: World, tmp_path: Path) -> None:
    lived_in(world)
    exported(world, tmp_path / "public")
    exported(world, tmp_path / "whole", private=True)

    public, whole = bytes_of(tmp_path / "public"), bytes_of(tmp_path / "whole")

    assert not any(b"PO-H1" in data for data in public.values())
    assert [path for path, data in whole.items() if b"PO-H1" in data] == ["private/disclosures-000001.jsonl"]
    assert not any(path.startswith("private") for path in public)


def test_no_key_is_ever_in_it(world: World, tmp_path: Path) -> None:
    exported(lived_in(world), tmp_path / "whole", private=True)
    with writing(world.log.engine) as db:  # a key's row is locked against revocation
        seeds = [authority_key(db, world.log.around.vault).private_bytes_raw()]
        seeds += [bytes(seed) for seed in db.execute(select(t.signing_key.c.sealed_seed)).scalars()]
        seeds.append(bytes(db.execute(select(t.head.c.log_seed)).scalar_one()))

    everything = b"".join(bytes_of(tmp_path / "whole").values())

    assert not any(seed in everything or seed.hex().encode() in everything for seed in seeds)


def test_the_same_log_gives_the_same_bytes_as_folder_and_as_archive(world: World, tmp_path: Path) -> None:
    lived_in(world)
    exported(world, tmp_path / "folder")
    exported(world, tmp_path / "one.tar")
    exported(world, tmp_path / "two.tar")

    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()
    inside = {one.name: one.read(1 << 30) for one in members(tmp_path / "one.tar")}
    assert inside == bytes_of(tmp_path / "folder")
    listed = subprocess.run(
        ["tar", "tf", str(tmp_path / "one.tar")], check=True, capture_output=True, text=True
    )
    assert set(listed.stdout.split()) == set(inside)


def test_an_export_is_brought_up_to_date_in_its_place(world: World, tmp_path: Path) -> None:
    exported(world, tmp_path / "export")
    grown(lived_in(world), 300)

    exported(world, tmp_path / "export")
    exported(world, tmp_path / "fresh")

    assert bytes_of(tmp_path / "export") == bytes_of(tmp_path / "fresh")


@pytest.mark.parametrize("name", ["export", "export.tar"])
@pytest.mark.parametrize("at", range(0, 24, 3))
def test_a_stop_leaves_nothing_that_looks_whole(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, at: int
) -> None:
    lived_in(world)
    place, count = tmp_path / name, 0
    exported(world, tmp_path / "whole")
    put = exporting.ParcelWriter.put

    def stopping(self: exporting.ParcelWriter, path: str, data: bytes) -> None:
        nonlocal count
        count += 1
        if count > at:
            raise KeyboardInterrupt
        put(self, path, data)

    with monkeypatch.context() as patched:
        patched.setattr(exporting.ParcelWriter, "put", stopping)
        for _ in range(2):
            count = 0
            files = len(bytes_of(tmp_path / "whole")) - 2
            if at >= files:
                return
            with pytest.raises(KeyboardInterrupt):
                exported(world, place)
            with pytest.raises(LotproofError) as refused:
                open_parcel(place, tmp_path / "scratch", EXPORT)
            assert refused.value.code in ("export_not_whole", "no_such_export")

    exported(world, place)
    if name == "export":
        assert bytes_of(place) == bytes_of(tmp_path / "whole")
    assert check(place, EXPORT) if place.is_dir() else True


def test_other_things_are_never_overwritten(world: World, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("…")

    with pytest.raises(LotproofError) as refused:
        exported(world, tmp_path / "letters")

    assert refused.value.code == "not_empty"
    assert bytes_of(tmp_path / "letters") == {"dear.txt": "…".encode()}


@pytest.mark.parametrize(
    ("wish", "code"), [({"since": 10_000}, "invalid_since"), ({"since": -1}, "invalid_since")]
)
def test_a_size_that_the_log_never_had_is_refused(
    world: World, tmp_path: Path, wish: dict[str, Any], code: str
) -> None:
    with pytest.raises(LotproofError) as refused:
        exported(world, tmp_path / "export", **wish)

    assert refused.value.code == code
    assert not (tmp_path / "export").exists()
