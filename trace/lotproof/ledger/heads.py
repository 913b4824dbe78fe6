"""Heads entries of the running log: when one is due, how it comes onto the log, and proofs from the newest.

- The heads are gathered and hashed outside of the append lock, from one moment of the database; only the small
  entry that states them is appended, like any other.
- One process at a time does it; whoever finds another at it leaves it to that one.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select, text

from lotproof.kernel.errors import LogFaultError, RefusedError
from lotproof.ledger import heads_file
from lotproof.ledger import tables as t
from lotproof.ledger.heads_build import MOST_HERE, build, build_apart
from lotproof.ledger.heads_file import HeadsFile
from lotproof.ledger.log import Log
from lotproof.ledger.proofs import log_size
from lotproof.ledger.submitting import Draft
from lotproof.proof.canonical import jcs
from lotproof.proof.entry import parse
from lotproof.proof.heads import (
    KIND,
    HeadPlace,
    Heads,
    prove,
    read_statement,
    statement,
    verify_absent,
    verify_newest,
)
from lotproof.storage.engine import reading
from lotproof.storage.one_process import one_process_at

LARGE = 10_000
_SHARE = 20
_AT_LEAST_EVERY = timedelta(days=1)
_building = threading.Lock()

NEWEST = (
    select(t.entry.c.entry_index, t.entry.c.record_time, t.entry.c.leaf)
    .where(t.rare_kinds, t.entry.c.kind == text(f"'{KIND}'"))
    .order_by(t.entry.c.entry_index.desc())
    .limit(1)
)
"""The newest heads entry. Both conditions are needed for the small index to be used."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A heads entry on the log."""

    index: int
    recorded_at: datetime
    heads: Heads
    leaf: bytes


def newest_stated(db: Connection) -> Stated | None:
    """Return the newest heads entry, None where there is none yet."""
    row = db.execute(NEWEST).one_or_none()
    if row is None:
        return None
    return Stated(row.entry_index, row.record_time, read_statement(parse(row.leaf).signed), row.leaf)


def is_due(newest: Stated | None, size: int, now: datetime, every: timedelta) -> bool:
    """Return whether the log has grown enough, and long enough ago, for another heads entry.

    A verifier hashes the whole tree for each of them: one of more than 10,000 chains therefore waits for a
    twentieth as many new entries, though never more than a day.
    """
    if newest is None:
        return size > 0
    fresh = _grown(newest, size)
    since = now - newest.recorded_at
    if since < timedelta(0):  # the clock was set back
        since = every
    enough = newest.heads.chains // _SHARE if newest.heads.chains > LARGE else 1
    return since >= every and (fresh >= enough or (fresh > 0 and since >= _AT_LEAST_EVERY))


def state_heads(log: Log) -> tuple[Stated, bool]:
    """Put the heads of all chains onto the log; returns the newest heads entry, and whether it is new.

    Nothing is written where nothing but the newest heads entry itself came since.
    Raises: RefusedError `heads_busy` while another process is at it; NotFoundError `no_signing_key`;
    LotproofError `heads_not_built`.
    """
    with one_process_at(log.engine, "stating heads") as free:
        if not free:
            raise _busy()
        with reading(log.engine) as db:
            newest, size = newest_stated(db), log_size(db)
            chains = db.execute(select(t.head.c.chain_count)).scalar_one()
        if newest is not None and not _grown(newest, size):
            return newest, False
        heads = _build(log, chains)
        if newest is None or heads.size > newest.heads.size:
            _append(log, heads)
        with reading(log.engine) as db:
            now = newest_stated(db)
    assert now is not None
    if log.around.heads is not None:
        heads_file.forget_before(log.around.heads, now.heads.size)
    return now, now != newest


def prove_heads(db: Connection, folder: Path | None, stated: Stated, chain: str) -> tuple[HeadPlace, ...]:
    """Prove what a heads entry states of a chain: its newest entry, or that it has none.

    folder: where the records lie; they are made again from the log where they are missing or damaged.
    Raises: LogFaultError `heads_differ` where the log does not give what was stated.
    """
    places = _from_file(folder, stated, chain)
    if places is None:
        with _building:
            places = _from_file(folder, stated, chain) or prove(build(db, folder, stated.heads.size), chain)
    if not _holds(stated.heads, chain, places):
        raise LogFaultError(
            "heads_differ",
            f"the chains' heads are not those that entry {stated.index} states",
            "run: lotproof verify",
        )
    return places


def absent_as_of(db: Connection, folder: Path | None, chain: str) -> Stated | None:
    """Return the newest heads entry if it shows that a chain has no entry, by a few small reads; None if not.

    Nothing is made again where the records are missing: a page may ask.
    """
    stated = newest_stated(db)
    places = _from_file(folder, stated, chain) if stated is not None else None
    shown = stated is not None and places is not None and verify_absent(stated.heads, chain, places)
    return stated if shown else None


def _from_file(folder: Path | None, stated: Stated, chain: str) -> tuple[HeadPlace, ...] | None:
    if folder is None:
        return None
    try:
        with HeadsFile(folder, stated.heads.size) as file:
            places = prove(file, chain)
    except (OSError, ValueError):
        return None
    if _holds(stated.heads, chain, places):
        return places
    heads_file.forget(folder, stated.heads.size)
    return None


def _holds(heads: Heads, chain: str, places: tuple[HeadPlace, ...]) -> bool:
    return verify_newest(heads, chain, places) is not None or verify_absent(heads, chain, places)


def _grown(newest: Stated, size: int) -> int:
    """How many entries came that it does not cover, besides itself."""
    return size - newest.heads.size - 1


def _build(log: Log, chains: int) -> Heads:
    folder = log.around.heads
    if folder is not None and chains > MOST_HERE:
        return build_apart(log.engine, folder)
    with reading(log.engine) as db:
        return build(db, folder).heads


def _append(log: Log, heads: Heads) -> None:
    with log.unit_of_work() as uow:
        uow.submit(Draft(KIND, statement(log.operator, heads), jcs(heads.as_dict())))


def _busy() -> RefusedError:
    return RefusedError(
        "heads_busy", "another process is putting the heads together", "its entry is on the log in a moment"
    )
