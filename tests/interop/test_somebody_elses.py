"""Our logs under Go's own implementation of the same formats, and logs of Go's under our verifier."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lotproof.proof import merkle
from lotproof.proof.any_log import parse_any_note, verify_tree
from lotproof.proof.tile_source import TileSource
from support.copying import grown, home_tiles
from support.log_builder import LogBuilder
from support.world import World

Go = Callable[..., "subprocess.CompletedProcess[str]"]

SIZES = (1, 2, 255, 256, 257, 1000, 65_537)
_EDGES = (1, 2, 3, 127, 128, 255, 256, 257, 511, 512, 513, 65_535, 65_536)


def log_of(size: int) -> LogBuilder:
    """A log of ours with so many leaves, which Go does not look into."""
    log = LogBuilder()
    for n in range(size):
        log.append(f"leaf {n}".encode())
    return log


def written(files: dict[str, bytes], folder: Path) -> Path:
    """Put a log's files into a folder."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def proofs_of(log: LogBuilder) -> dict[str, Any]:
    """Proofs as our code makes them, for trees of many sizes of one log."""
    size = len(log.leaves)

    def read(indexes: Any) -> list[bytes]:
        return [log.nodes[index] for index in indexes]

    def root(of: int) -> str:
        levels = [level for level in reversed(range(of.bit_length())) if of >> level & 1]
        starts, begin = [], 0
        for level in levels:
            starts.append(merkle.stored_index(level, begin >> level))
            begin += 1 << level
        return text(merkle.Frontier(of, read(starts)).root())

    sizes = sorted({*(one for one in _EDGES if one <= size), size})
    inclusion = [
        {"index": index, "size": of, "leaf": text(merkle.leaf_hash(log.leaves[index])), "root": root(of),
         "proof": list(map(text, merkle.inclusion_proof(index, of, read)))}
        for of in sizes for index in sorted({0, of // 2, of - 1})
    ]  # fmt: skip
    consistency = [
        {"old": old, "new": new, "oldRoot": root(old), "newRoot": root(new),
         "proof": list(map(text, merkle.consistency_proof(old, new, read)))}
        for new in sizes for old in sizes if old <= new
    ]  # fmt: skip
    return {"inclusion": inclusion, "consistency": consistency}


def text(hash: bytes) -> str:
    """A hash as Go's JSON has it."""
    return base64.b64encode(hash).decode()


@pytest.mark.parametrize("size", SIZES)
def test_go_accepts_our_checkpoints_tiles_and_proofs(go: Go, tmp_path: Path, size: int) -> None:
    log = log_of(size)
    folder = written(log.tiles(), tmp_path / "log")
    (tmp_path / "proofs").write_text(json.dumps(proofs_of(log)))

    done = go("check", folder, log.log_key, tmp_path / "proofs")

    assert done.returncode == 0, done.stderr
    assert not done.stdout.startswith("0 ")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_go_accepts_what_a_running_ledger_publishes(go: Go, world: World, tmp_path: Path) -> None:
    grown(world, 300).log.publish()
    (tmp_path / "proofs").write_text("{}")

    done = go("check", home_tiles(world), world.log.verifier_key, tmp_path / "proofs")

    assert done.returncode == 0, done.stderr


def test_go_refuses_what_we_would_refuse(go: Go, tmp_path: Path) -> None:
    """Else its yes would say nothing."""
    log = log_of(300)
    files, key = log.tiles(), log.log_key
    good = proofs_of(log)
    (tmp_path / "proofs").write_text(json.dumps(good))
    (tmp_path / "wrong").write_text(
        json.dumps({**good, "inclusion": [{**good["inclusion"][-1], "index": 7}]})
    )
    for number, path in enumerate(("checkpoint", "tile/0/000", "tile/entries/000", "tile/1/000.p/1")):
        data = files[path]
        changed = data[:20] + bytes([data[20] ^ 1]) + data[21:]
        folder = written({**files, path: changed}, tmp_path / str(number))

        assert go("check", folder, key, tmp_path / "proofs").returncode == 1, path
    assert go("check", written(files, tmp_path / "log"), key, tmp_path / "wrong").returncode == 1


@pytest.mark.parametrize("size", SIZES)
def test_we_accept_a_log_that_go_made(go: Go, tmp_path: Path, size: int) -> None:
    made = go("make", tmp_path, "go.example/log", size)
    assert made.returncode == 0, made.stderr
    source = TileSource(lambda path: (tmp_path / path).read_bytes(), parse_any_note)

    report = verify_tree(source, made.stdout.strip())

    assert report.ok, report.fault
    assert (report.size, report.checked, report.signed_by) == (size, size, "go.example/log")
