"""Look for marks in everything that an instance keeps: every table, every file, in every spelling of the bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from lotproof.storage.engine import reading


def spellings(mark: str) -> set[bytes]:
    """A text as UTF-8, as UTF-16, and as JSON writes it in ASCII."""
    escaped = json.dumps(mark)[1:-1].encode()
    return {mark.encode(), escaped, mark.encode("utf-16-le"), mark.encode("utf-16-be")}


def found_in(engine: Engine, folder: Path, marks: Sequence[str]) -> list[str]:
    """Where any of the marks is: "table log_disclosure", or the path of a file."""
    wanted = {spelling for mark in marks for spelling in spellings(mark)}
    with reading(engine) as db:
        places = [f"table {name}" for name, row in _rows(db) if any(one in row for one in wanted)]
    for path in sorted(folder.rglob("*")):
        if path.is_file() and any(one in path.read_bytes() for one in wanted):
            places.append(path.name)
    file = engine.url.database or ""
    if engine.dialect.name == "sqlite":
        for path in sorted(Path(file).parent.glob(f"{Path(file).name}*")):
            if any(one in path.read_bytes() for one in wanted):
                places.append(path.name)
    return sorted(set(places))


def _rows(db: Connection) -> Iterator[tuple[str, bytes]]:
    for name in inspect(db).get_table_names():
        for row in db.execute(text(f'SELECT * FROM "{name}"')):
            yield name, b"\0".join(_bytes(value) for value in row)


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).encode()
    return str(value).encode()
