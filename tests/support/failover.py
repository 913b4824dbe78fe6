"""Load on several processes while whoever numbers is killed: what was acknowledged, and for how long nobody was."""

from __future__ import annotations

import http.client
import itertools
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from lotproof.kernel.clock import system_clock
from lotproof.kernel.errors import RefusedError
from lotproof.kernel.strict_json import dumps
from lotproof.ledger import tables as t
from lotproof.ledger.log import SEQUENCER_LOCK
from lotproof.ledger.log_source import DatabaseSource
from lotproof.lots.acts import record
from lotproof.lots.capture_models import CaptureJob
from lotproof.lots.drafting import Author
from lotproof.lots.models import EventLot, Lot
from lotproof.lots.native import Fact
from lotproof.proof.verify import verify_log
from lotproof.storage.engine import in_batches, open_engine, reading
from support.captured import harvest
from support.cluster import Cluster, pause
from support.served import document
from support.world import FARM, ORCHARD, lot, portion

_HOLDER = text(
    "SELECT activity.pid, activity.application_name FROM pg_locks AS locks JOIN pg_stat_activity AS activity"
    " USING (pid) WHERE locks.locktype = 'advisory' AND locks.granted AND locks.objid = :lock"
    " AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@dataclass
class Told:
    """What clients were told. acknowledged: lot code -> when, in seconds; a code is used for one event only.

    numbered: the same of those that also had their place on the log by then.
    """

    acknowledged: dict[str, float] = field(default_factory=dict)
    numbered: dict[str, float] = field(default_factory=dict)
    refused: int = 0


def longest_gap(told: Mapping[str, float], begin: float, end: float) -> float:
    """The longest time between two moments in which nobody was told anything."""
    moments = sorted({begin, end, *(at for at in list(told.values()) if begin < at < end)})
    return max(later - earlier for earlier, later in itertools.pairwise(moments))


class Load:
    """Threads that submit over HTTP, and threads that act directly, each one event after another until stopped."""

    def __init__(self, served: Cluster, http: int = 4, direct: int = 2) -> None:
        self.told = Told()
        self._served = served
        self._numbers = itertools.count()
        self._stop = threading.Event()
        self._failed: list[BaseException] = []
        clients: list[Callable[[str], bool]] = [*[self._submit] * http, *[self._act] * direct]
        self._threads = [threading.Thread(target=self._run, args=(one,), daemon=True) for one in clients]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
        assert not self._failed, self._failed[0]

    def _run(self, send: Callable[[str], bool]) -> None:
        try:
            while not self._stop.is_set():
                code = f"F{next(self._numbers)}"
                # The same event again until it is acknowledged, as a client does that got no answer.
                while not self._stop.is_set():
                    if send(code):
                        self.told.acknowledged[code] = monotonic()
                        break
                    self.told.refused += 1
                    self._stop.wait(0.05)
        except BaseException as error:
            self._failed.append(error)

    def _submit(self, code: str) -> bool:
        try:
            answer = self._served.submit(dumps(document(harvest(code))).encode())
        except (OSError, http.client.HTTPException):
            return False
        assert answer.status in (202, 500, 503), answer.body
        return answer.status == 202

    def _act(self, code: str) -> bool:
        fact = Fact("harvest", system_clock(), place=ORCHARD, portions=(portion(lot(code), "100"),))
        try:
            if record(self._served.log, Author(FARM.party_uri), fact).index is not None:
                self.told.numbered[code] = monotonic()
            return True  # accepted for good, even where it is numbered a moment later
        except DBAPIError:
            # Whether it stands is not known, and the same act a moment later is another one: ask.
            return self._stands(code)
        except RefusedError as error:
            if error.code != "database_busy":
                raise
            return False

    def _stands(self, code: str) -> bool:
        with suppress(DBAPIError), reading(self._served.log.engine) as db:
            return db.execute(select(Lot.id).where(Lot.uri == lot(code).uri)).first() is not None
        return False


def kill_whoever_numbers(served: Cluster) -> None:
    """SIGKILL the worker that holds the numbering lock at this moment, once it is one of the workers."""
    _signal_whoever_numbers(served, signal.SIGKILL)


def freeze_whoever_numbers(served: Cluster) -> None:
    """SIGSTOP the worker that holds the numbering lock; it is not killed, and holds on to its session."""
    _signal_whoever_numbers(served, signal.SIGSTOP)


def thaw(served: Cluster) -> None:
    """Let whoever was frozen go on where it stopped."""
    for pid in served.workers():
        os.kill(pid, signal.SIGCONT)


def kill_one(served: Cluster) -> None:
    """SIGKILL one worker, whatever it does."""
    with suppress(ProcessLookupError):  # the server had just stopped it itself
        os.kill(random.choice(served.workers()), signal.SIGKILL)


def end_session_of_whoever_numbers(served: Cluster) -> None:
    """Let the server end the session that holds the numbering lock, whoever has it."""
    _pid, session = _numbering(served, lambda: [*served.workers(), os.getpid()])
    with _apart(served) as engine, engine.connect() as db:
        db.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": session})


WAYS: Sequence[Callable[[Cluster], None]] = (
    kill_whoever_numbers,
    freeze_whoever_numbers,
    end_session_of_whoever_numbers,
    kill_one,
)


def _signal_whoever_numbers(served: Cluster, number: int) -> None:
    while True:
        pid, _session = _numbering(served, served.workers)
        with suppress(
            ProcessLookupError
        ):  # it was killed before, and its session is still being cleared away
            os.kill(pid, number)
            return


def _numbering(served: Cluster, among: Callable[[], Sequence[int]]) -> tuple[int, int]:
    """Wait until one of these processes numbers; returns it, and its session's process in the server."""
    until = monotonic() + 30
    with _apart(served) as watcher:
        while monotonic() < until:
            with reading(watcher) as db:
                for row in db.execute(_HOLDER, {"lock": SEQUENCER_LOCK}):
                    pid = int(row.application_name.rpartition(" ")[2])
                    if pid in among():
                        return pid, row.pid
    raise AssertionError("nobody was seen numbering")


@contextmanager
def _apart(served: Cluster) -> Iterator[Engine]:
    """Connections of their own: those of the pool may be the very ones that are to be ended."""
    engine = open_engine(served.log.engine.url.render_as_string(hide_password=False))
    try:
        yield engine
    finally:
        engine.dispose()


def settle(served: Cluster, patience_s: float = 60.0) -> None:
    """Wait until everything that was acknowledged has been applied and numbered, as long as that gets on."""
    waiting = select(func.count()).select_from(CaptureJob).where(CaptureJob.state == "staged")
    inbox = select(func.count()).select_from(t.inbox)
    left, until = None, monotonic() + patience_s
    while left != (0, 0):
        assert monotonic() < until, f"documents to apply, entries to number: {left}, and it gets no further"
        with suppress(DBAPIError), reading(served.log.engine) as db:
            now = db.execute(waiting).scalar_one(), db.execute(inbox).scalar_one()
            if now != left:
                left, until = now, monotonic() + patience_s
        pause(0.2)


def check_all_stands_once(served: Cluster, told: Told) -> None:
    """Everything acknowledged is on the log exactly once, and the whole log verifies."""
    uris = [lot(code).uri for code in told.acknowledged]
    with reading(served.log.engine) as db:
        found: dict[str, int] = {}
        for some in in_batches(uris):
            counted = (
                select(Lot.uri, func.count().label("events"))
                .join(EventLot, EventLot.lot == Lot.id)
                .join(t.entry, t.entry.c.submission == EventLot.submission)
            )
            rows = db.execute(counted.where(Lot.uri.in_(some)).group_by(Lot.uri))
            found |= {row.uri: row.events for row in rows}
        assert {uri: found.get(uri, 0) for uri in uris} == dict.fromkeys(uris, 1)
        report = verify_log(DatabaseSource(db), log_key=served.log.verifier_key)
        assert report.ok, report.fault
