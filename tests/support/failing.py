"""Failing writes: every statement of a database and every call of `os` that writes, before it is done or after.

A `Fault` names one write by its label and number; what is done in the block is counted, and that one write fails.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event

NOT_STORED, STORED = "failed, not stored", "failed, stored"
OUTCOMES = (NOT_STORED, STORED)
_STATEMENT = re.compile(
    r"\s*(?:WITH \w+ AS \()?(?:(INSERT) INTO|(UPDATE)|(DELETE) FROM|(BEGIN)\b.*|(SELECT)\b.*?\bFROM) *\"?(\w*)",
    re.I | re.S,
)
_FILE_CALLS = ("mkdir", "open", "write", "fsync", "replace", "unlink")


@dataclass
class Fault:
    """Lets the write with this label and number (from 0) fail; None lets nothing fail and only counts.

    done: every write in order, as (label, number).  hit: whether the fault was met.
    """

    label: str | None = None
    number: int = 0
    outcome: str = NOT_STORED
    done: list[tuple[str, int]] = field(default_factory=list)
    hit: bool = False
    _counted: Counter[str] = field(default_factory=Counter)

    def meets(self, label: str) -> bool:
        """Count a write; returns whether it is the one that fails."""
        here = (label, self._counted[label])
        self._counted[label] += 1
        self.done.append(here)
        if here != (self.label, self.number):
            return False
        self.hit = True
        return True


@contextmanager
def failing(engine: Engine, fault: Fault, folders: dict[str, Path]) -> Iterator[Fault]:
    """Let the fault happen in a block. folders: the name of what lies in each, as ("tiles", path)."""
    with pytest.MonkeyPatch.context() as patch:
        _watch_files(patch, fault, folders)
        with _watched(engine, fault, patch):
            yield fault


def _watch_files(patch: pytest.MonkeyPatch, fault: Fault, folders: dict[str, Path]) -> None:
    names: dict[int, str] = {}  # of open files, by handle

    def label(call: str, subject: Any) -> str | None:
        path = names.get(subject) if isinstance(subject, int) else os.fspath(subject)
        for name, folder in folders.items():
            if path is not None and Path(path).is_relative_to(folder):
                inner = os.path.relpath(path, folder)
                what = "folder" if os.path.isdir(path) else _kind(inner)
                return f"{name}: {call} {what}"
        return None

    def watched(call: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def instead(*given: Any, **more: Any) -> Any:
            # A rename is named for where it leads.
            named = label(call, given[1] if call == "replace" else given[0])
            reads = call == "open" and not given[1] & (os.O_WRONLY | os.O_RDWR)
            if named is None or reads or not fault.meets(named):
                done = real(*given, **more)
            elif fault.outcome == NOT_STORED:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(given[0]))
            else:
                done = real(*given, **more)
                if call == "open":
                    os.close(done)
                raise OSError(errno.EIO, os.strerror(errno.EIO), str(given[0]))
            if call == "open":
                names[done] = os.fspath(given[0])
            return done

        return instead

    for call in _FILE_CALLS:
        patch.setattr(os, call, watched(call, getattr(os, call)))


def _kind(path: str) -> str:
    if path.startswith("tile/entries/"):
        return "bundle"
    return "tile" if path.startswith("tile/") else "checkpoint" if path == "checkpoint" else "file"


@contextmanager
def _watched(engine: Engine, fault: Fault, patch: pytest.MonkeyPatch) -> Iterator[None]:
    dialect = engine.dialect
    driver: Any = sqlite3 if dialect.name == "sqlite" else psycopg
    commit = dialect.do_commit

    def fails(said: str) -> None:
        raise driver.OperationalError(said)

    def failing(method: str) -> Callable[..., bool]:
        def hook(cursor: Any, text: str, given: Any, _context: Any = None) -> bool:
            named = _label(text)
            if named is None or not fault.meets(named):
                return False
            if fault.outcome == STORED:
                getattr(cursor, method)(text, *([given] if given else []))
            fails("disk I/O error")
            return True

        return hook

    def committed(connection: Any) -> None:
        if not fault.meets("COMMIT"):
            commit(connection)
        elif fault.outcome == NOT_STORED:
            fails("the commit failed")
        else:
            commit(connection)
            fails("the connection was lost after the commit")

    patch.setattr(dialect, "do_commit", committed)
    hooks: dict[str, Callable[..., bool]] = {
        "do_execute": failing("execute"),
        "do_executemany": failing("executemany"),
        "do_execute_no_params": lambda cursor, text, _context=None: failing("execute")(cursor, text, None),
    }
    for name, hook in hooks.items():
        event.listen(engine, name, hook)
    try:
        yield
    finally:
        for name, hook in hooks.items():
            event.remove(engine, name, hook)


def _label(text: str) -> str | None:
    """A read is one like another; a write is named for its table (of several in one statement, for the first)."""
    found = _STATEMENT.match(text)
    if found is None:
        return None
    verb = next(part for part in found.groups()[:5] if part).upper()
    return verb if verb in ("BEGIN", "SELECT") else f"{verb} {found[6].lower()}"
