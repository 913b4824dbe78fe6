"""What a mirror is made of: an export (folder or archive), or a log on the web, read by its paths."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lotproof.copies.export import FORMAT, VERSION, belongs
from lotproof.copies.parcel_reader import Kind, Parcel, open_parcel
from lotproof.copies.scratch import scratch
from lotproof.proof.tile_source import CHECKPOINT, TileSource

EXPORT = Kind("export", FORMAT, VERSION, belongs)
Read = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A log to be taken over. name: for people.  read: bytes at a path.  parcel: None for a log on the web."""

    name: str
    read: Read
    parcel: Parcel | None = None

    def source(self) -> TileSource:
        """Return it as the verifier reads it."""
        return TileSource(self.read)

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What whoever exported it says of it; nothing for a log on the web. None of it is proven."""
        return self.parcel.manifest if self.parcel else {}


@contextmanager
def incoming_parcel(place: Path, home: Path) -> Iterator[Incoming]:
    """Give an export whose sums fit; an archive is unpacked below `home` for as long as it takes.

    Raises: see `open_parcel`.
    """
    with scratch(home) as folder:
        parcel = open_parcel(place, folder, EXPORT)
        yield Incoming(str(place), parcel.read, parcel)


@contextmanager
def incoming_web(address: str, read: Read, home: Path) -> Iterator[Incoming]:
    """Give a log on the web, each file of it fetched once, and kept below `home` for as long as it takes."""
    with scratch(home) as folder:
        yield Incoming(address, _once(read, folder))


def _once(read: Read, folder: Path) -> Read:
    def read_once(path: str) -> bytes:
        kept = folder / path
        if not kept.is_file():
            data = read(path)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(data)
            return data
        return kept.read_bytes()

    return read_once


__all__ = ("CHECKPOINT", "EXPORT", "Incoming", "incoming_parcel", "incoming_web")
