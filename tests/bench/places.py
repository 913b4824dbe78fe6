"""Where the benchmarks run: databases and logs that are made for one measurement and removed after it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from bench.sizes import Sizes
from lotproof.kernel.clock import system_clock
from lotproof.kernel.identifiers import Gln
from lotproof.ledger.log import Log, Surroundings, create
from lotproof.ledger.vault import Vault
from lotproof.parties.actions import register_party
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import open_engine
from support.databases import Databases, Kind
from support.postgres import stop_shared

OPERATOR, FARM = Gln("9520000000004"), Gln("9520000000011")
ORIGIN = "lotproof.example/bench"


@dataclass(frozen=True, slots=True)
class Bench:
    """One run. kinds: of databases to measure on.  folder: for files, removed at the end."""

    folder: Path
    databases: Databases
    sizes: Sizes
    kinds: Sequence[Kind] = ("sqlite", "postgresql")

    @contextmanager
    def engine(self, kind: Kind) -> Iterator[Engine]:
        """Give a database with all tables and no rows."""
        with self.databases.migrated(kind) as url:
            engine = open_engine(url)
            try:
                yield engine
            finally:
                engine.dispose()

    @contextmanager
    def log(self, kind: Kind, *, tiles: Path | None = None, heads: Path | None = None) -> Iterator[Log]:
        """Give a log with its operator and one farm on it. tiles: where it is published, if at all.  heads: folder."""
        with self.engine(kind) as engine:
            blobs = BlobStore(self.folder / "blobs")
            log = create(
                Surroundings(engine, system_clock, os.urandom, Vault(bytes(32)), blobs, tiles, heads),
                ORIGIN,
                OPERATOR.party_uri,
            )
            with log.unit_of_work() as uow:
                for gln, name in ((OPERATOR, "Operator"), (FARM, "Farm")):
                    register_party(uow, log.operator, gln, {"names": {"en": name}})
            yield log


@contextmanager
def bench(sizes: Sizes, kinds: Sequence[Kind]) -> Iterator[Bench]:
    """Give a place for one run, and clean up after it."""
    with tempfile.TemporaryDirectory(prefix="lotproof-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        databases = Databases(folder, folder)
        try:
            yield Bench(folder, databases, sizes, kinds)
        finally:
            databases.close()
            stop_shared(folder)
