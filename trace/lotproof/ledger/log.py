"""The log of one instance: opened from its database, written by units of work, published as tiles."""

import hmac
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from lotproof.kernel.clock import Clock
from lotproof.kernel.errors import LogFaultError, LotproofError, NotFoundError
from lotproof.kernel.instants import to_the_millisecond
from lotproof.ledger import key_acts, keys, publisher
from lotproof.ledger import tables as t
from lotproof.ledger.group_commit import GroupCommit
from lotproof.ledger.sequencer import Sequenced, sequence
from lotproof.ledger.standing import MIRROR, read_only, refuse_unready, standing_of
from lotproof.ledger.submitting import Entropy, Terms
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.ledger.vault import Vault
from lotproof.proof.merkle import Frontier, stored_index
from lotproof.proof.note import NoteSigner
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import close_for_writing, in_batches, reading, take_turn, writing

# Any constant does, as long as every process of one database uses the same.
SEQUENCER_LOCK = 0x4C4F5450
_TRIES = 5
"""How often a head that another sequencer moved is read again: each loss means that the other one went on."""
_MOST_IDLE_S = 3
"""Numbering takes milliseconds. Whoever is silent for so long in the midst of it makes room for the others."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the ledger needs from outside. entropy: n random bytes.  tiles: folder, None to publish nothing.

    heads: folder for the records of the newest heads entry, None to make them again for each proof.
    """

    engine: Engine
    clock: Clock
    entropy: Entropy
    vault: Vault
    blobs: BlobStore
    tiles: Path | None = None
    heads: Path | None = None


class Log:
    """An opened log. Its threads and processes may all write; nothing here is cached that another could change."""

    def __init__(self, around: Surroundings) -> None:
        """Raises: NotFoundError `not_initialised`; LogFaultError `log_rolled_back`, `log_forked`,
        `checkpoint_damaged`, `mirror_unfinished`, `wrong_master_key`."""
        self.around = around
        published = publisher.published(around.tiles)
        with reading(around.engine) as db:
            tables = _tables(db)
            head = db.execute(select(t.head)).one_or_none() if t.head.name in tables else None
            if head is None:
                raise not_initialised()
            # A database of an older release has no such table yet.
            standing = standing_of(db) if t.standing.name in tables else None
            refuse_unready(standing)
            publisher.refuse_other_history(db, around.tiles, published)
        self.origin: str = head.origin
        self.operator: str = head.operator
        self.authority: str = head.authority
        self.verifier_key: str = head.log_key
        self.is_mirror = standing is not None and standing.kind == MIRROR
        if self.is_mirror:  # it has no keys, and no door to write by
            close_for_writing(around.engine, partial(read_only, self.origin))
        else:
            self._signer = NoteSigner(head.origin, around.vault.open(head.log_key, head.log_seed))
            self._secret: bytes = around.vault.open("content secret", head.secret)
        self._publishing = threading.Lock()
        self._group = GroupCommit(self._number_for)
        self.acted: Callable[[Sequence[str], float | None], object] = lambda _kinds, _seconds: None
        """Told after every act that stands: the kinds of its entries, and how long it took until they were numbered,
        None where that comes later."""

    @property
    def engine(self) -> Engine:
        """The database of this log."""
        return self.around.engine

    def digest(self, purpose: str, value: bytes) -> bytes:
        """Return a keyed digest (HMAC-SHA-256) of something too short or too personal to keep a plain one of.

        Every process gives the same, also after the master key was replaced. Not for a mirror, which has no secret.
        """
        return hmac.digest(hmac.digest(self._secret, f"digest for {purpose}".encode(), "sha256"), value, "sha256")

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """One action: its rows and entries commit together when the block ends, and are numbered then.

        An exception inside rolls everything back. After the block `receipts` says where the entries stand. On
        PostgreSQL they may be missing there: what was committed stands, and the next sequencing numbers it.
        """
        began = perf_counter()
        now, inline = to_the_millisecond(self.around.clock()), self.engine.dialect.name == "sqlite"
        with writing(self.engine) as db:
            terms = Terms(self.origin, self._secret, now, self.around.entropy)
            uow = UnitOfWork(db, terms, self.around.vault, self.around.blobs)
            yield uow
            uow.close()
            done = sequence(db, self._signer, terms.now) if inline and uow.submissions else []
        if uow.submissions and not inline:
            done = self._numbered(uow.submissions)
        uow.receipts = {one.submission: one for one in done}
        if uow.submissions:
            self.acted(uow.kinds, perf_counter() - began if done else None)

    def sequence(self, awaited: Sequence[int] | None = None) -> list[Sequenced]:
        """Number what waits in the inbox, and return it; a no-op where somebody already numbered `awaited`."""
        for left in reversed(range(_TRIES)):
            try:
                return self._sequence_once(awaited)
            except (LogFaultError, DBAPIError) as error:
                if not left or not _lost_its_turn(error):
                    raise
        raise AssertionError("the last try returns or raises")

    def _sequence_once(self, awaited: Sequence[int] | None) -> list[Sequenced]:
        with writing(self.engine) as db:
            take_turn(db, SEQUENCER_LOCK, _MOST_IDLE_S)
            return sequence(db, self._signer, self.around.clock(), awaited)

    def _numbered(self, submissions: Sequence[int]) -> list[Sequenced]:
        """Number what was committed. An error here is no error of the act, which stands: it is logged, and the
        entries have no receipt yet."""
        try:
            return self._group.numbered(submissions)
        except Exception:
            _logger.warning("entries are accepted, and not numbered yet", exc_info=True)
            return []

    def catch_up(self) -> None:
        """Number what a process left in the inbox that stopped before it came to it; else writes nothing."""
        if self.is_mirror:
            return
        with reading(self.engine) as db:
            waiting = db.execute(select(t.inbox.c.submission).limit(1)).first()
        if waiting:
            self.sequence()

    def publish(self) -> int:
        """Write new tiles and the checkpoint; returns the published size. One thread at a time."""
        if self.around.tiles is None:
            return 0
        with self._publishing, reading(self.engine) as db:
            return publisher.publish(db, self.around.tiles)

    def _number_for(self, submissions: Sequence[int]) -> list[Sequenced]:
        """Number what waits; of these submissions also say where another process placed them."""
        done = self.sequence(submissions)
        left = set(submissions).difference(one.submission for one in done)
        return [*done, *self._find(sorted(left))]

    def _find(self, submissions: Sequence[int]) -> list[Sequenced]:
        if not submissions:
            return []
        with reading(self.engine) as db:
            rows = [
                row
                for some in in_batches(list(submissions))
                for row in db.execute(
                    select(t.entry.c.submission, t.entry.c.entry_index).where(t.entry.c.submission.in_(some))
                )
            ]
            ids = {stored_index(0, row.entry_index): row for row in rows}
            return [
                Sequenced(ids[node.id].submission, ids[node.id].entry_index, node.hash)
                for some in in_batches(list(ids))
                for node in db.execute(select(t.node).where(t.node.c.id.in_(some)))
            ]


def _lost_its_turn(error: LogFaultError | DBAPIError) -> bool:
    """Whether another sequencer went on, or the server ended our session: what was committed or not, the next try
    finds it. A process that was held up for seconds, by load or sleep, meets the second."""
    if isinstance(error, LogFaultError):
        return error.code == "head_moved"
    return error.connection_invalidated


def create(around: Surroundings, origin: str, operator: str) -> Log:
    """Begin a log: its keys, and the authority's key as entry 0. The tables exist already and are empty.

    origin: fixed for ever, a schema-less URL such as "example.org/log".  operator: party URI.
    Raises: LotproofError `already_initialised`.
    """
    seed, secret = around.entropy(32), around.entropy(32)
    authority = Ed25519PrivateKey.from_private_bytes(around.entropy(32))
    signer = NoteSigner(origin, seed)
    log_key = signer.verifier_key
    with writing(around.engine) as db:
        if db.execute(select(t.head.c.id)).first():
            raise LotproofError(
                "already_initialised", "there is a ledger here already", "use it, or another LOTPROOF_HOME"
            )
        db.execute(
            insert(t.head),
            {
                "id": 1,
                "origin": origin,
                "operator": operator,
                "authority": keys.did_of(authority),
                "size": 0,
                "frontier": Frontier().to_bytes(),
                "chain_count": 0,
                "checkpoint": "",
                "log_key": log_key,
                "log_seed": around.vault.seal(log_key, seed, around.entropy(12)),
                "secret": around.vault.seal("content secret", secret, around.entropy(12)),
            },
        )
        # In the same transaction: a log without its authority's key is never seen.
        uow = UnitOfWork(
            db, Terms(origin, secret, around.clock(), around.entropy), around.vault, around.blobs
        )
        key_acts.write_authority(uow, authority, operator)
        sequence(db, signer, uow.now)
    return Log(around)


def not_initialised() -> NotFoundError:
    """The error of whoever opens a log that nobody began."""
    return NotFoundError("not_initialised", "there is no ledger here yet", "run: lotproof init")


def _tables(db: Connection) -> set[str]:
    return set(inspect(db).get_table_names())
