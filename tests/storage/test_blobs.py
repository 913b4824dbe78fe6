"""Blobs are whole or absent, whatever fails, and never change."""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lotproof.kernel.errors import InvalidInputError, LogFaultError, NotFoundError
from lotproof.storage.blobs import BlobStore

PHOTO = b"\xff\xd8 a photo of a field"
SHA = hashlib.sha256(PHOTO).hexdigest()


class Crash(BaseException):
    """The process dies here: no handler of ours runs to its end."""


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def files(store: BlobStore, tmp_path: Path) -> list[str]:
    return sorted(str(p.relative_to(tmp_path / "blobs")) for p in tmp_path.rglob("*") if p.is_file())


def before(call: Callable[..., Any]) -> Callable[..., Any]:
    """A call that fails and was not done."""

    def fail(*_: Any, **__: Any) -> None:
        raise Crash

    return fail


def after(call: Callable[..., Any]) -> Callable[..., Any]:
    """A call that was done, and fails all the same."""

    def fail(*args: Any, **named: Any) -> None:
        call(*args, **named)
        raise Crash

    return fail


def test_a_blob_is_named_by_its_hash_and_comes_back(store: BlobStore, tmp_path: Path) -> None:
    assert store.put(PHOTO) == SHA

    assert store.get(SHA) == PHOTO
    assert store.exists(SHA)
    assert files(store, tmp_path) == [f"{SHA[:2]}/{SHA[2:]}"]


def test_an_empty_blob_is_a_blob(store: BlobStore) -> None:
    assert store.get(store.put(b"")) == b""


def test_the_same_bytes_are_kept_once_whoever_brings_them(store: BlobStore, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(lambda _: store.put(PHOTO), range(32)))

    assert names == {SHA}
    assert len(files(store, tmp_path)) == 1


def test_a_blob_that_nobody_brought_is_not_found(store: BlobStore) -> None:
    assert not store.exists(SHA)
    with pytest.raises(NotFoundError) as caught:
        store.get(SHA)

    assert caught.value.code == "blob_not_found"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", SHA.upper(), SHA[:-1], SHA + "0", SHA[:-1] + "\n"])
def test_a_name_that_is_no_hash_is_refused(store: BlobStore, name: str) -> None:
    for use in (store.get, store.exists):
        with pytest.raises(InvalidInputError) as caught:
            use(name)
        assert caught.value.code == "invalid_hash"


def test_damage_on_disk_is_noticed_and_mended_by_bringing_the_blob_again(
    store: BlobStore, tmp_path: Path
) -> None:
    store.put(PHOTO)
    (tmp_path / "blobs" / SHA[:2] / SHA[2:]).write_bytes(b"something else")

    with pytest.raises(LogFaultError) as caught:
        store.get(SHA)
    store.put(PHOTO)

    assert caught.value.code == "blob_damaged"
    assert store.get(SHA) == PHOTO


@pytest.mark.parametrize("when", [before, after])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_crash_at_any_write_leaves_the_blob_whole_or_absent_and_can_be_repeated(
    store: BlobStore, monkeypatch: pytest.MonkeyPatch, call: str, when: Callable[..., Any]
) -> None:
    store.put(b"another, so that the folders exist")
    with monkeypatch.context() as patch:
        patch.setattr(os, call, when(getattr(os, call)))
        with pytest.raises(Crash):
            store.put(PHOTO)

    assert not store.exists(SHA) or store.get(SHA) == PHOTO
    assert store.put(PHOTO) == SHA
    assert store.get(SHA) == PHOTO


def test_what_a_dead_process_left_between_writing_and_naming_is_never_read_and_can_be_cleared(
    store: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any) -> None:
        patch.setattr(os, "unlink", before(os.unlink))
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", dies)
        with pytest.raises(Crash):
            store.put(PHOTO)

    assert not store.exists(SHA)
    assert len(files(store, tmp_path)) == 1
    assert store.discard_unfinished() == 1
    assert files(store, tmp_path) == []


def test_the_bytes_are_synced_before_they_get_their_name_and_the_name_before_put_returns(
    store: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(PHOTO)  # so that the folders are there and synced
    (store._folder / SHA[:2] / SHA[2:]).unlink()
    done: list[str] = []
    sync, rename = os.fsync, os.replace

    def watched_sync(handle: int) -> None:
        done.append("sync folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "sync bytes")
        sync(handle)

    def watched_rename(*names: Any) -> None:
        done.append("name")
        rename(*names)

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(os, "replace", watched_rename)
    store.put(PHOTO)

    assert done == ["sync bytes", "name", "sync folder"]
