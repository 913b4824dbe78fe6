"""Ledgers that live through many faults: one of each kind of database for a worker, a new one after a failed test.

What all faults together left is looked at once more at the end: an error there is of some test before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from lotproof.storage.engine import open_engine
from support.databases import Databases, Kind
from support.long_lived import LongLived
from support.one_act import check_all, prepared
from support.tracing import Target
from support.world import make_world


@pytest.fixture(scope="session")
def long_lived(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Kind, LongLived]]:
    """The worker's ledgers, made when they are first asked for."""
    with ExitStack() as stack:

        class Ledgers(dict[Kind, LongLived]):
            def __missing__(self, kind: Kind) -> LongLived:
                url = stack.enter_context(databases.migrated(kind))
                engine, folder = open_engine(url), tmp_path_factory.mktemp(kind)
                stack.callback(engine.dispose)
                self[kind] = LongLived(prepared(make_world(engine, folder)), folder)
                return self[kind]

        ledgers = Ledgers()
        yield ledgers
        for one in ledgers.values():
            check_all(one.world)


@pytest.fixture
def ledger(long_lived: dict[Kind, LongLived], database_kind: Kind) -> Iterator[LongLived]:
    """One of them; what a failing test leaves is not handed to the next one."""
    one = long_lived[database_kind]
    one.broken = True
    yield one
    if one.broken:
        del long_lived[database_kind]


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The process whose children are killed, looked at, or let go side by side."""
    one = Target(tmp_path_factory.mktemp("target"))
    yield one
    one.close()
