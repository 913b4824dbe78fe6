"""Take a file in, chunk by chunk: on disk, hashed, no larger than allowed, and what its name says it is."""

import hashlib
import os
from dataclasses import dataclass
from typing import IO

import pylibmagic  # noqa: F401 - tells python-magic where the library is

import magic  # isort: skip

from lotproof.documents.files import CHUNK, Spool
from lotproof.documents.formats import format_of_name, require_format
from lotproof.documents.harmful import Watch
from lotproof.documents.refusals import FileTooLargeError, bad_file

_HEAD = 1 << 13


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that was received whole. sha256: in hex.  size: in bytes."""

    sha256: str
    size: int
    media_type: str


def receive_file(stream: IO[bytes], name: str, spool: Spool, most_bytes: int) -> Arrived:
    """Read a stream to its end into the spool; it is durable there when this returns.

    name: as given, of which only the ending counts.
    Raises: WrongFileError `file_type_not_taken`, `file_type_differs`; FileTooLargeError `file_too_large`;
    BadFileError `empty_file`, `harmful_file`.
    """
    promised = format_of_name(name)
    digest, watch, head, size = hashlib.sha256(), Watch(), b"", 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > most_bytes:
            raise FileTooLargeError(
                "file_too_large",
                f"a file may have {most_bytes // 1_000_000} MB",
                "send it in parts, or take a photo with a lower resolution",
            )
        head = head if len(head) >= _HEAD else head + chunk
        digest.update(chunk)
        watch.feed(chunk)
        _write(spool.handle, chunk)
    if not size:
        raise bad_file("empty_file")
    if watch.found:
        raise bad_file("harmful_file")
    media_type = require_format(promised, magic.from_buffer(head[:_HEAD], mime=True), head)
    os.fsync(spool.handle)
    return Arrived(digest.hexdigest(), size, media_type)


def _write(handle: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]
