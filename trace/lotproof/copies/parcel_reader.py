"""Read a parcel that somebody handed over: every file is summed before anything in it is believed.

Sums find accidents. Against intent they say nothing: whoever changes a file can change its sum. What entries and
checkpoint are worth is for the verifier to say.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lotproof.copies.archive import members
from lotproof.copies.parcel import MANIFEST, SUMS, Belongs, files_in
from lotproof.kernel.errors import InvalidInputError, NotFoundError, Problem
from lotproof.kernel.strict_json import loads

_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")
_LARGEST_MANIFEST = 64 << 20
_PIECE = 1 << 20
_MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of parcel. word: for people.  format, version: what its manifest must say."""

    word: str
    format: str
    version: int
    belongs: Belongs


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel whose sums fit. sums: path -> SHA-256 in hex of every file but the last two."""

    folder: Path
    manifest: Mapping[str, Any]
    sums: Mapping[str, str] = field(repr=False)

    def read(self, path: str) -> bytes:
        """Return one of its files. Raises: LookupError for a path that is none of it."""
        if path not in self.sums:
            raise LookupError(path)
        return (self.folder / path).read_bytes()

    def paths(self, start: str) -> list[str]:
        """Return the paths that begin so, in order."""
        return sorted(path for path in self.sums if path.startswith(start))


def open_parcel(place: Path, scratch: Path, kind: Kind) -> Parcel:
    """Open a folder, or an archive unpacked into `scratch`, which the caller removes.

    Raises: NotFoundError `no_such_<word>`; InvalidInputError `invalid_archive`, `<word>_not_whole`,
    `<word>_damaged` with every file that is missing, altered or not of it.
    """
    if place.is_file():
        unpack(place, scratch, kind)
        return check(scratch, kind)
    if not place.is_dir():
        raise NotFoundError(f"no_such_{kind.word}", f"there is no {place}", "name a folder or a .tar file")
    return check(place, kind)


def unpack(archive: Path, folder: Path, kind: Kind) -> None:
    """Unpack an archive whose members all belong to this kind of parcel, and stand in it once."""
    seen = set[str]()
    for member in members(archive):
        if member.name in seen or not (member.name in (MANIFEST, SUMS) or kind.belongs(member.name)):
            what = "stands in it twice" if member.name in seen else f"belongs to no {kind.word}"
            hint = "nothing was kept; get it again from where it came from"
            raise InvalidInputError("invalid_archive", f"{member.name!r} {what}", hint)
        seen.add(member.name)
        place = folder / member.name
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            for piece in member.pieces():
                file.write(piece)


def check(folder: Path, kind: Kind) -> Parcel:
    """Check all sums in a folder."""
    manifest = _manifest(folder, kind)
    sums_text = _small(folder / SUMS)
    if hashlib.sha256(sums_text).hexdigest() != manifest["sums"]:
        raise _damaged(kind, [Problem(SUMS, "file_altered", "it is not the list that the manifest names")])
    sums = _read_sums(sums_text, kind)
    problems = list(_problems(folder, sums))
    if problems:
        raise _damaged(kind, problems)
    return Parcel(folder, manifest, sums)


def _manifest(folder: Path, kind: Kind) -> dict[str, Any]:
    if not (folder / MANIFEST).is_file():
        raise InvalidInputError(
            f"{kind.word}_not_whole",
            f"there is no {MANIFEST} in {folder}: the {kind.word} was stopped before its end, or is none",
            f"make it again: lotproof {kind.word}. A bare folder of tiles is checked by: lotproof verify --log DIR",
        )
    try:
        manifest = loads(_small(folder / MANIFEST))
    except InvalidInputError as error:
        raise _damaged(kind, [Problem(MANIFEST, "file_altered", error.message)]) from None
    if not isinstance(manifest, dict) or manifest.get("format") != kind.format or "sums" not in manifest:
        raise InvalidInputError(f"not_{kind.word}", f"{folder} holds no {kind.word} of Lotproof")
    if manifest.get("v") != kind.version:
        raise InvalidInputError(
            f"newer_{kind.word}",
            f"the {kind.word} is of version {manifest.get('v')}, and this release reads {kind.version}",
            "use the release that wrote it, or a newer one",
        )
    return manifest


def _small(path: Path) -> bytes:
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST_MANIFEST:
            raise InvalidInputError("invalid_archive", f"{path} is a link, or far too large")
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _read_sums(text: bytes, kind: Kind) -> dict[str, str]:
    sums: dict[str, str] = {}
    for line in text.decode("utf-8", "replace").splitlines():
        match = _LINE.fullmatch(line)
        if not match or match[2] in sums or not kind.belongs(match[2]):
            raise _damaged(
                kind, [Problem(SUMS, "file_altered", f"this line has no place in it: {line[:90]}")]
            )
        sums[match[2]] = match[1]
    return sums


def _problems(folder: Path, sums: Mapping[str, str]) -> Iterator[Problem]:
    for path in sorted({*files_in(folder)} - sums.keys() - {MANIFEST, SUMS}):
        yield Problem(path, "file_unexpected", "the list of files does not name it")
    for path, sha in sums.items():
        place = folder / path
        if _is_linked(folder, place):
            yield Problem(path, "file_unexpected", "it is a link, or lies behind one")
        elif not place.is_file():
            yield Problem(path, "file_missing", "the list of files names it, and it is not there")
        elif _sum(place) != sha:
            yield Problem(path, "file_altered", "its bytes are not those that were written")


def _is_linked(folder: Path, place: Path) -> bool:
    """Whether a file is a link, or one of the folders between it and the parcel's is."""
    while place != folder:
        if place.is_symlink():
            return True
        place = place.parent
    return False


def _sum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _damaged(kind: Kind, problems: list[Problem]) -> InvalidInputError:
    first, count = problems[0], len(problems)
    more = f", and {count - 1} more" if count > 1 else ""
    return InvalidInputError(
        f"{kind.word}_damaged",
        f"the {kind.word} is damaged: {first.where}: {first.message}{more}",
        "nothing was taken from it; get it again from where it came from",
        problems[:_MOST_PROBLEMS],
    )
