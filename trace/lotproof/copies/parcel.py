"""A parcel: files with their SHA-256, and a manifest that comes last, in a folder or in a tar file.

- `SHA256SUMS` lists every file but itself and the manifest, as `sha256sum -c` reads it; the manifest holds the
  SHA-256 of that list. What has no manifest was stopped half way, and is no parcel.
- The same content gives the same bytes: nothing in a parcel says when it was made.
- A parcel in a folder may be written again: what is the same is left, what no longer belongs is removed.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from lotproof.copies.archive import Archive
from lotproof.kernel.errors import RefusedError
from lotproof.kernel.strict_json import dumps
from lotproof.storage.claim import claim
from lotproof.storage.durable_files import write_file

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
Belongs = Callable[[str], bool]
"""Whether a path, with slashes, is one that this kind of parcel may have."""


class Target(Protocol):
    """Where a parcel's files go."""

    def put(self, path: str, data: bytes) -> None:
        """Keep one file; a path comes once."""

    def finish(self, last: Mapping[str, bytes]) -> None:
        """Keep the last files, in this order, and make the parcel whole and durable."""

    def give_up(self) -> None:
        """Let go of what must not be taken for a parcel."""


class ParcelWriter:
    """Passes files on to a target, and sums them up."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._lines: list[str] = []
        self.bytes = 0

    def put(self, path: str, data: bytes) -> None:
        """Add one file."""
        self._target.put(path, data)
        self._lines.append(f"{hashlib.sha256(data).hexdigest()}  {path}\n")
        self.bytes += len(data)

    def finish(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """Add sums and manifest; return the manifest as it was written."""
        sums = "".join(sorted(self._lines, key=lambda line: line[66:])).encode()
        totals = {"files": len(self._lines), "bytes": self.bytes, "sums": hashlib.sha256(sums).hexdigest()}
        whole = {**manifest, **totals}
        self._target.finish({SUMS: sums, MANIFEST: dumps(whole).encode() + b"\n"})
        return whole


class TarTarget:
    """A tar file, which gets its name when it is whole. private: only its owner may read it.

    Raises: RefusedError `being_written`.
    """

    def __init__(self, path: Path, *, private: bool = False) -> None:
        self._path = path
        self._aside = path.with_name(f".{path.name}.unfinished")
        self._file = _claimed(self._aside, path, 0o600 if private else 0o666)
        if private:
            os.fchmod(self._file.fileno(), 0o600)  # a stop may have left one that others can read
        self._archive = Archive(self._file)

    def put(self, path: str, data: bytes) -> None:
        """Append one file."""
        self._archive.add(path, data)

    def finish(self, last: Mapping[str, bytes]) -> None:
        """Append the last files and give the archive its name."""
        for path, data in last.items():
            self._archive.add(path, data)
        self._archive.finish()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._aside.replace(self._path)  # while it is open: until it is closed nobody else has it
        self._file.close()

    def give_up(self) -> None:
        """Remove the unfinished file."""
        self._aside.unlink(missing_ok=True)
        with suppress(OSError):  # what could not be written before cannot be now
            self._file.close()


class FolderTarget:
    """A folder. belongs: paths that may be in it.  private: only its owner may look into it, if it is made here.

    Raises: RefusedError `not_empty` for a folder of other things, `being_written`.
    """

    def __init__(self, folder: Path, belongs: Belongs, *, private: bool = False) -> None:
        self._folder = folder
        self._claim_path = folder / ".unfinished"
        there = files_in(folder) if folder.exists() else []
        strange = sorted(path for path in there if path not in (MANIFEST, SUMS) and not belongs(path))
        if strange:
            raise RefusedError(
                "not_empty",
                f"{folder} holds other things, as {strange[0]}",
                "name a new folder, or one of an earlier export of the same log",
            )
        folder.mkdir(0o700 if private else 0o777, parents=True, exist_ok=True)
        self._claim = _claimed(self._claim_path, folder, 0o600)
        self._left = set(files_in(folder))
        (folder / MANIFEST).unlink(missing_ok=True)  # until it is whole again it is no parcel

    def put(self, path: str, data: bytes) -> None:
        """Write one file, unless it is there already. It becomes durable when all is."""
        self._left.discard(path)
        place = self._folder / path
        with suppress(FileNotFoundError):
            if place.read_bytes() == data:
                return
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = place.with_name(f".{place.name}.unfinished")
        aside.write_bytes(data)
        aside.replace(place)

    def finish(self, last: Mapping[str, bytes]) -> None:
        """Remove what no longer belongs, and write the last files once all others are on the disk."""
        for path in self._left - last.keys():
            (self._folder / path).unlink(missing_ok=True)
        os.sync()
        for path, data in last.items():
            write_file(self._folder / path, data)
        self._let_go()

    def give_up(self) -> None:
        """Leave what is there: without a manifest it is no parcel, and the next run goes on from it."""
        self._let_go()

    def _let_go(self) -> None:
        self._claim_path.unlink(missing_ok=True)
        self._claim.close()


def _claimed(path: Path, place: Path, mode: int) -> BinaryIO:
    file = claim(path, mode)
    if file is None:
        hint = "wait until that has ended, or name another place"
        raise RefusedError("being_written", f"{place} is being written at this moment", hint)
    return file


def target_of(place: Path, belongs: Belongs, *, private: bool) -> Target:
    """Return where to write: a tar file where the name ends so, else a folder. private: others may not read it."""
    if place.suffix == ".tar":
        return TarTarget(place, private=private)
    return FolderTarget(place, belongs, private=private)


def files_in(folder: Path) -> list[str]:
    """Return the paths of all files below a folder, those of stopped writers left out. Links count as files."""
    found = []
    for parent, folders, names in os.walk(folder):
        linked = [name for name in folders if Path(parent, name).is_symlink()]
        found += [
            Path(parent, name).relative_to(folder).as_posix()
            for name in (*names, *linked)
            if not (name.startswith(".") and name.endswith(".unfinished"))
        ]
    return found
