"""What a disk may hold after the power went: a model, fed with every call that a process made.

Exact: files as bytes, folders as names. What `fsync` or `fdatasync` of a file confirmed is on the disk, and so are the
names in a folder that was synced. Everything else is up to the model, and three states are built of it:

- LOST: nothing of it is there;
- KEPT: all of it is;
- TORN: of each write every sector of 512 bytes, of each truncation, name given, taken or changed by itself, whether it
  is there is drawn; so later writes may be there without earlier ones. A hole reads as zeros.

Not in the model: a drive that confirms what it has not stored, a sector that is half written, damage to what nobody
wrote to, and the file system's own journal, which only makes fewer states possible. SQLite's `-shm` file is left out:
it is memory that processes share, and is made anew when the first one opens the database.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

LOST, KEPT, TORN = "lost", "kept", "torn"
STATES = (LOST, KEPT, TORN)
_SECTOR = 512
_CALL = re.compile(r"(\w+)\((.*)\)\s+= (\d+)$")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass
class _File:
    """on_disk: what is confirmed.  pending: (offset, data), or (size, None) for a truncation, since then."""

    on_disk: bytearray = field(default_factory=bytearray)
    now: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    is_folder: bool = False


_Change = tuple[str, _File | None]
"""A name, and what it names from now on: None for nothing."""


class Disk:
    """folder: what is there already, all of it confirmed. Calls on anything outside of it are passed over."""

    def __init__(self, folder: Path) -> None:
        self._root = str(folder)
        self._handles: dict[int, tuple[_File, str]] = {}
        self._places: dict[int, int] = {}
        self._names: dict[str, _File] = {self._root: _File(is_folder=True)}
        for path in folder.rglob("*"):
            one = _File(is_folder=path.is_dir())
            if path.is_file():
                one.on_disk, one.now = bytearray(path.read_bytes()), bytearray(path.read_bytes())
            self._names[str(path)] = one
        self._on_disk = dict(self._names)
        self._changes: list[_Change] = []

    def follow(self, line: str) -> None:
        """Take over one line of strace; a call that failed did nothing."""
        found = _CALL.match(line)
        if found is None:
            return
        call, given, result = found[1], found[2], int(found[3])
        texts = [bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(given)]
        numbers = [int(part) for part in re.findall(r"(?<![\w\\])(\d+)(?![\w\\])", _TEXT.sub("", given))]
        if call == "openat":
            self._open(os.fsdecode(texts[0]), given, result)
        elif call in ("mkdir", "unlink", "rename", "link"):
            self._rename(call, [os.fsdecode(text) for text in texts])
        elif numbers and numbers[0] in self._handles:
            self._change(call, numbers, texts, result)

    def _open(self, path: str, flags: str, handle: int) -> None:
        self._handles.pop(handle, None)
        if not path.startswith(self._root):
            return
        if path not in self._names:
            assert "O_CREAT" in flags, path
            self._name(path, _File())
        one = self._names[path]
        if "O_TRUNC" in flags and one.now:
            one.pending.append((0, None))
            one.now.clear()
        self._handles[handle], self._places[handle] = (one, path), 0

    def _rename(self, call: str, paths: Sequence[str]) -> None:
        if not paths[-1].startswith(self._root):
            return
        if call == "mkdir":
            self._name(paths[0], _File(is_folder=True))
        elif call == "unlink":
            self._name(paths[0], None)
        else:
            one = self._names[paths[0]]
            if call == "rename":
                self._name(paths[0], None)
            self._name(paths[1], one)

    def _name(self, path: str, one: _File | None) -> None:
        self._changes.append((path, one))
        _take(self._names, path, one)

    def _change(self, call: str, numbers: Sequence[int], texts: Sequence[bytes], result: int) -> None:
        handle = numbers[0]
        one, path = self._handles[handle]
        if call in ("fsync", "fdatasync"):
            self._confirm(one, path)
        elif call == "ftruncate":
            one.pending.append((numbers[1], None))
            _put(one.now, numbers[1], None)
        elif call in ("write", "pwrite64"):
            data = texts[0][:result]
            offset = numbers[-1] if call == "pwrite64" else self._places[handle]
            one.pending.append((offset, data))
            _put(one.now, offset, data)
            self._places[handle] = offset + result if call == "write" else self._places[handle]

    def _confirm(self, one: _File, path: str) -> None:
        if not one.is_folder:
            one.on_disk, one.pending = bytearray(one.now), []
            return
        here = [change for change in self._changes if os.path.dirname(change[0]) == path]
        self._changes = [change for change in self._changes if change not in here]
        for name, named in here:
            _take(self._on_disk, name, named)

    def build(self, folder: Path, state: str, seed: int) -> None:
        """Write into `folder` what may be there if the power goes now. seed: of what is drawn for TORN."""
        chance = Random(seed)
        names = dict(self._on_disk)
        for name, one in self._changes:
            if state == KEPT or (state == TORN and chance.random() < 0.5):
                _take(names, name, one)
        for path, one in sorted(names.items()):
            target = folder / os.path.relpath(path, self._root)
            if not self._is_reached(names, path) or path.endswith("-shm"):
                continue
            if one.is_folder:
                target.mkdir(parents=True, exist_ok=True)
            else:
                target.write_bytes(_contents(one, state, chance))

    def _is_reached(self, names: dict[str, _File], path: str) -> bool:
        """Whether all folders above are there: a file in a folder that has no name is lost."""
        while path != self._root:
            path = os.path.dirname(path)
            if path not in names:
                return False
        return True


def _take(names: dict[str, _File], path: str, one: _File | None) -> None:
    if one is None:
        names.pop(path, None)
    else:
        names[path] = one


def _put(data: bytearray, offset: int, new: bytes | None) -> None:
    if new is None:
        del data[offset:]
        new = b""
    if len(data) < offset:
        data.extend(bytes(offset - len(data)))
    data[offset : offset + len(new)] = new


def _contents(one: _File, state: str, chance: Random) -> bytes:
    if state != TORN:
        return bytes(one.now if state == KEPT else one.on_disk)
    data = bytearray(one.on_disk)
    for offset, new in one.pending:
        for at, part in [(offset, None)] if new is None else _sectors(offset, new):
            if chance.random() < 0.5:
                _put(data, at, part)
    return bytes(data)


def _sectors(offset: int, data: bytes) -> Iterable[tuple[int, bytes]]:
    start = 0
    while start < len(data):
        end = start + _SECTOR - (offset + start) % _SECTOR
        yield offset + start, data[start:end]
        start = end


def states_after(disk: Disk, lines: Sequence[str], cuts: Iterable[int]) -> Iterator[int]:
    """Follow the lines, and stop after each of the numbers in `cuts`, in order, for the caller to build states."""
    done = 0
    for cut in sorted(cuts):
        for line in lines[done:cut]:
            disk.follow(line)
        done = cut
        yield cut
