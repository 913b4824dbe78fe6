"""A mirror: a verified, read-only copy of somebody's log, and what brings it up to date.

- All of a log is verified before any of it is taken over: signatures, chains, keys, and that the new log begins
  with what is here already. It counts as a mirror when the last of it is in place; until then nothing opens it.
- The log's key is pinned by the first import. Later ones must be signed by the same key.
- A first import is taken over in pieces, and goes on where it was stopped; a later one lands whole or not at all.
- The log comes first: a mirror is one when all its entries are in place. Then they work on the derived tables.
- A log that is shorter and begins the same says nothing new. One that differs is a fork: it is refused, and both
  signed checkpoints are kept as evidence.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection, Engine, insert, select

from lotproof.copies.disclosures import FittingDisclosures
from lotproof.copies.forks import refuse_fork
from lotproof.copies.incoming import Incoming
from lotproof.copies.log_state import verified_state
from lotproof.copies.replaying import identity_of_copy, tell_keys
from lotproof.copies.working import let_work
from lotproof.instance import BLOBS, TILES, Place
from lotproof.kernel.errors import InvalidInputError, LogFaultError, NotFoundError, Problem, RefusedError
from lotproof.ledger import publisher
from lotproof.ledger import tables as t
from lotproof.ledger.adopting import AT_ONCE, Ways, adopt, seal
from lotproof.ledger.lost_blobs import lost_blobs
from lotproof.ledger.proofs import node_reader
from lotproof.ledger.standing import (
    FILLING,
    MIRROR,
    Standing,
    note_worked,
    set_standing,
    standing_of,
    worked_of,
)
from lotproof.lots.rebuild import replay
from lotproof.proof.checkpoint import Checkpoint, open_checkpoint
from lotproof.proof.merkle import Frontier
from lotproof.proof.note import NoteVerifier
from lotproof.proof.signatures import Map
from lotproof.proof.verify import VerifyState, verify_log
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import open_engine, reading, writing

Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Trust:
    """What the importer knows from elsewhere. log_key: name+id+base64.  authority: did of entry 0's key."""

    log_key: str | None = None
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """How the work is done. map: of a process pool.  tick: told of entries taken over.  worked: of those at work.

    log_only: what follows from the entries is left to the next import.
    """

    map: Map | None = None
    tick: Tick = field(default=lambda _entries: None)
    worked: Tick = field(default=lambda _entries: None)
    log_only: bool = False


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What came of an import.

    result: "made", "grown", "up_to_date" or "mirror_ahead" (what was offered is older, and the same history).
    offered: entries of what was imported.  size: entries of the mirror now.  added: entries taken over.
    pinned: the caller named the log's key, now or at the first import.  blobs_missing: named by entries, not here.
    """

    result: str
    origin: str
    log_key: str
    offered: int
    size: int
    added: int
    pinned: bool
    disclosures: int = 0
    blobs_missing: tuple[str, ...] = ()


def import_mirror(place: Place, incoming: Incoming, trust: Trust, work: Work) -> Mirrored:
    """Make a mirror in an empty place, or bring the one that is there up to date.

    Raises: RefusedError `not_empty`, `another_log`; InvalidInputError `log_key_needed`, `export_damaged`;
    LogFaultError `not_verified`, `log_forked`.
    """
    from lotproof.storage.migrate import upgrade  # Alembic: only who makes tables waits for it

    engine = open_engine(place.url)
    try:
        upgrade(engine)
        return _Import(place, engine, incoming, trust, work).run()
    finally:
        engine.dispose()


class _Import:
    def __init__(self, place: Place, engine: Engine, incoming: Incoming, trust: Trust, work: Work) -> None:
        self._place, self._engine, self._incoming, self._work = place, engine, incoming, work
        self._authority = trust.authority
        self._blobs = BlobStore(place.home / BLOBS)
        with reading(engine) as db:
            head, standing = db.execute(select(t.head)).one_or_none(), standing_of(db)
        if head is not None and (standing is None or standing.kind not in (FILLING, MIRROR)):
            raise RefusedError(
                "not_empty",
                f"{place.url.rpartition('@')[2]} holds a ledger of its own, {head.origin}",
                "name an empty --home for the mirror",
            )
        self._is_whole = head is not None and standing is not None and standing.kind == MIRROR
        self._size: int = head.size if head is not None and self._is_whole else 0
        self._here: str = head.checkpoint if head is not None else ""
        self._key = _pinned_key(trust, incoming, head)
        self._pinned = trust.log_key is not None or bool(standing and standing.about.get("pinned"))
        self._note, self._offered = self._read_checkpoint()

    def run(self) -> Mirrored:
        if self._is_whole:
            self._let_work()  # what an import left that was stopped
            if known := self._compare():
                return self._done(known, self._size, 0)
        state = self._verify()
        self._keep_blobs()
        disclosures, missing = self._fill(state)
        with reading(self._engine) as db:
            publisher.publish(db, self._place.home / TILES)
        self._let_work()
        word, size = "grown" if self._is_whole else "made", self._offered.size
        return self._done(word, size, size - self._size, disclosures, missing)

    def _let_work(self) -> None:
        if not self._work.log_only:
            let_work(self._engine, self._blobs, self._work.worked)

    def _done(
        self, word: str, size: int, added: int, disclosures: int = 0, missing: tuple[str, ...] = ()
    ) -> Mirrored:
        origin, offered = self._offered.origin, self._offered.size
        return Mirrored(word, origin, self._key, offered, size, added, self._pinned, disclosures, missing)

    def _read_checkpoint(self) -> tuple[bytes, Checkpoint]:
        note = self._incoming.source().checkpoint()
        if note is None:
            raise NotFoundError(
                "no_checkpoint",
                f"there is no checkpoint in {self._incoming.name}",
                "name the address under which the log's own files stand, as https://example.org/log",
            )
        try:
            return note, open_checkpoint(note, NoteVerifier.parse(self._key))
        except LogFaultError as error:
            raise _not_verified(Problem("checkpoint", "checkpoint", error.message)) from None

    def _compare(self) -> str | None:
        """Return what there is to say where nothing is new. Raises: LogFaultError `log_forked`."""
        with reading(self._engine) as db:
            read = node_reader(db)
            refuse_fork(self._place.home, (self._here, read), self._note, self._incoming.source())
        if self._offered.size == self._size:
            return "up_to_date"
        return "mirror_ahead" if self._offered.size < self._size else None

    def _verify(self) -> VerifyState:
        state = None
        if self._is_whole:
            with reading(self._engine) as db:
                state = verified_state(db)
            self._engine.dispose()  # no connection is open while others verify
        report = verify_log(
            self._incoming.source(),
            log_key=self._key,
            authority=self._authority,
            state=state,
            map=self._work.map,
        )
        if report.fault is not None:
            fault = report.fault
            where = "the log" if fault.index is None else f"entry {fault.index}"
            raise _not_verified(Problem(where, fault.field, str(fault)))
        assert report.state is not None
        return report.state

    def _keep_blobs(self) -> None:
        parcel = self._incoming.parcel
        for path in parcel.paths("blobs/") if parcel else ():
            assert parcel is not None
            if self._blobs.put(parcel.read(path)) != path.replace("/", "").removeprefix("blobs"):
                problem = Problem(path, "file_altered", "its name is not the SHA-256 of its bytes")
                raise InvalidInputError(
                    "export_damaged", f"{path} holds something else", "get the export again", [problem]
                )

    def _fill(self, state: VerifyState) -> tuple[int, tuple[str, ...]]:
        """Take the verified leaves over; returns how many disclosures fitted, and which named blobs are not here."""
        with FittingDisclosures(self._incoming.parcel) as given:
            if self._is_whole:
                with writing(self._engine) as db:
                    for leaves in self._pieces(self._size):
                        self._take(db, leaves, given)
                    missing = self._finish(db, given)
            else:
                for leaves in self._pieces(self._begin(state, given)):
                    with writing(self._engine) as db:
                        self._take(db, leaves, given)
                with writing(self._engine) as db:
                    missing = self._finish(db, given)
            return given.fitted, missing

    def _pieces(self, start: int) -> Iterator[list[bytes]]:
        leaves = self._incoming.source().leaves(start, self._offered.size)
        while piece := list(islice(leaves, AT_ONCE)):
            yield piece

    def _begin(self, state: VerifyState, given: FittingDisclosures) -> int:
        """Make the head of a mirror that is not whole yet; returns how many entries are here from before."""
        with writing(self._engine) as db:
            head = db.execute(select(t.head.c.size, t.head.c.frontier)).one_or_none()
            if head is not None:
                for leaf in db.execute(select(t.entry.c.leaf).execution_options(yield_per=AT_ONCE)).scalars():
                    given.note(leaf)
                return int(head.size)
            authority = state.keyring.bindings()[0]
            row = {
                "id": 1,
                "origin": self._offered.origin,
                "operator": authority.party,
                "authority": authority.did,
            }
            empty = {"size": 0, "frontier": Frontier().to_bytes(), "chain_count": 0, "checkpoint": ""}
            sealed = {"log_key": self._key, "log_seed": b"", "secret": b""}
            db.execute(insert(t.head), row | empty | sealed)
            set_standing(db, Standing(FILLING, self._about(())))
        return 0

    def _take(self, db: Connection, leaves: list[bytes], given: FittingDisclosures) -> None:
        numbered = adopt(db, leaves, Ways(given.parties, identity_of_copy))
        given.keep(db, numbered)
        tell_keys(db, numbered)
        self._work.tick(len(leaves))

    def _finish(self, db: Connection, given: FittingDisclosures) -> tuple[str, ...]:
        seal(db, self._note)
        named = given.blobs | lost_blobs(db)
        missing = tuple(sorted(sha for sha in named if not self._blobs.exists(sha)))
        worked = worked_of(db) if self._is_whole else 0
        set_standing(db, Standing(MIRROR, self._about(missing)))
        note_worked(db, worked)
        if worked is None:
            replay(db, self._blobs, self._size)
        return missing

    def _about(self, missing: tuple[str, ...]) -> dict[str, object]:
        return {"source": self._incoming.name, "pinned": self._pinned, "lost": list(missing)}


def _pinned_key(trust: Trust, incoming: Incoming, head: object) -> str:
    """Return the key that must have signed the checkpoint."""
    known: str | None = getattr(head, "log_key", None)
    if known is not None and trust.log_key not in (None, known):
        raise RefusedError(
            "another_log", f"this mirror is pinned to {known}", "name another --home for another log"
        )
    key = known or trust.log_key or incoming.manifest.get("logKey")
    if not isinstance(key, str):
        raise InvalidInputError(
            "log_key_needed",
            f"{incoming.name} does not say which key signs its checkpoints",
            "give it with --key, as you know it from elsewhere: lotproof log key prints it where the log is kept",
        )
    return key


def _not_verified(problem: Problem) -> LogFaultError:
    return LogFaultError(
        "not_verified",
        f"the log does not hold, and nothing of it was taken over: {problem.message}",
        "ask whoever runs the log; keep what you got as evidence",
        [problem],
    )
