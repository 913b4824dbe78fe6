"""Notes of documents that are to be removed: of processes that stopped, looked through by several at once."""

from collections.abc import Collection
from pathlib import Path

import pytest

from lotproof.storage.blobs import BlobStore
from lotproof.storage.going import Going, finish_removals, removals_left


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    """A store without documents."""
    return BlobStore(tmp_path / "blobs")


def _left_by_somebody_who_stopped(blobs: BlobStore, data: bytes) -> str:
    name = blobs.put(data)
    with pytest.raises(KeyboardInterrupt), Going(blobs) as going:
        going.note([name])
        raise KeyboardInterrupt
    return name


def _nothing(_names: Collection[str]) -> set[str]:
    return set()


def test_what_a_stop_left_is_removed_unless_the_database_names_it(blobs: BlobStore) -> None:
    kept, gone = (_left_by_somebody_who_stopped(blobs, data) for data in (b"kept", b"gone"))

    assert finish_removals(blobs, lambda names: {kept} & set(names)) == 1

    assert (blobs.exists(kept), blobs.exists(gone)) == (True, False)
    assert not removals_left(blobs)


def test_two_who_finish_the_same_notes_do_not_stumble_over_each_other(blobs: BlobStore) -> None:
    names = {_left_by_somebody_who_stopped(blobs, data) for data in (b"one", b"two")}
    done = []

    def while_another_finishes_the_rest(_names: Collection[str]) -> set[str]:
        done.append(finish_removals(blobs, _nothing))
        return set()

    finish_removals(blobs, while_another_finishes_the_rest)

    assert done == [1], "the note that is being looked at is left to whoever looks at it"
    assert not any(map(blobs.exists, names))
    assert not removals_left(blobs)


def test_who_is_at_it_is_left_alone(blobs: BlobStore) -> None:
    name = blobs.put(b"document")

    with Going(blobs) as going:
        going.note([name])

        assert finish_removals(blobs, _nothing) == 0
        assert blobs.exists(name)

    assert not blobs.exists(name)
