"""Take over what was published and is missing here, so that a restored log can go on without a fork.

- The entries are signed and public: they come back byte for byte, under the same checkpoint.
- What was never published does not come back: parts that entries hide, documents, and private keys that were made
  after the backup. They are counted and said.
- Whoever submits again what came back this way finds the entry where all of its content can be read; where parts
  are hidden, a repetition is not recognised, and becomes a second entry.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from lotproof.copies.disclosures import FittingDisclosures
from lotproof.copies.forks import refuse_fork
from lotproof.copies.published import Published, compare
from lotproof.copies.replaying import parties_of, tell_keys
from lotproof.copies.table_files import advance_counters
from lotproof.instance import BLOBS, TILES, Place, master_key_of
from lotproof.kernel.errors import InvalidInputError, LogFaultError, NotFoundError, Problem, RefusedError
from lotproof.ledger import publisher
from lotproof.ledger import tables as t
from lotproof.ledger.adopting import AT_ONCE, Adopted, Ways, adopt, seal
from lotproof.ledger.log_source import DatabaseSource
from lotproof.ledger.lost_blobs import lost_blobs
from lotproof.ledger.proofs import node_reader
from lotproof.ledger.standing import ADOPTED, MIRROR, ROLLED_BACK, Standing, set_standing, standing_of
from lotproof.ledger.submitting import content_digest, identity_of
from lotproof.ledger.vault import Vault
from lotproof.lots.drafting import content_of
from lotproof.lots.long_lists import lengthen
from lotproof.lots.rebuild import rebuild, replay
from lotproof.proof.canonical import jcs
from lotproof.proof.checkpoint import Checkpoint, parse_note_text
from lotproof.proof.signatures import Map
from lotproof.proof.verify import verify_log
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import open_engine, reading, writing
from lotproof.storage.in_use import alone

Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Lost:
    """What did not come back with the entries.

    hidden: parts that entries hide, erased or unknown.  entries: that hide them.  documents: named and not here.
    keys: did of keys of this platform whose private half is gone: their organisations need new ones.
    """

    hidden: int
    entries: tuple[int, ...]
    documents: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Adoption:
    """What came of it. added: entries taken over.  waiting: of them, those that waited here in the inbox."""

    origin: str
    size: int
    added: int
    waiting: int
    lost: Lost


def adopt_published(
    place: Place, published: Published, map: Map | None = None, tick: Tick = lambda _entries: None
) -> Adoption:
    """Take the entries over that are published and missing here; afterwards the log may go on.

    Raises: RefusedError `instance_running`, `read_only_mirror`; NotFoundError `not_initialised`; LogFaultError
    `not_published`, `log_forked`, `not_verified`, `wrong_master_key`; `log_rolled_back` where more was published than
    is offered here. Nothing is changed then.
    """
    engine = open_engine(place.url)
    try:
        with alone(engine):
            return _Adoption(place, engine, published, map, tick).run()
    finally:
        engine.dispose()


@dataclass(slots=True)
class _Adoption:
    place: Place
    engine: Engine
    published: Published
    map: Map | None
    tick: Tick
    hidden: list[tuple[int, int]] = field(default_factory=list)

    def run(self) -> Adoption:
        with reading(self.engine) as db:
            secret, origin = self._open(db)
            note, checkpoint = compare(db, self.published, self.place.home)
            size = int(db.execute(select(t.head.c.size)).scalar_one())
            known = _known_published(db)
        if known is not None and parse_note_text(known).size > checkpoint.size:
            raise _not_newest(self.published, checkpoint.size, parse_note_text(known).size)
        self._verify(checkpoint)
        blobs = BlobStore(self.place.home / BLOBS)
        with writing(self.engine) as db:
            rows = db.execute(select(t.inbox.c.nonce, t.inbox.c.submission))
            waiting = {row.nonce: row.submission for row in rows}
            named, matched = self._take(db, blobs, secret, waiting, (size, checkpoint.size))
            if checkpoint.size > size:
                seal(db, note)
            self._refuse_other_history(db, known)
            advance_counters(db)
            lost = {sha for sha in named | lost_blobs(db) if not blobs.exists(sha)}
            set_standing(db, Standing(ADOPTED, {"lost": sorted(lost)}) if lost else None)
            # What waited here has worked already, and before what is taken over: the order is made anew.
            if waiting:
                rebuild(db, blobs)
            elif checkpoint.size > size:
                replay(db, blobs, size)
            keys = _keys_without_half(db)
        with reading(self.engine) as db:
            publisher.publish(db, self.place.home / TILES)
        hidden = sum(count for _, count in self.hidden)
        entries = tuple(index for index, _ in self.hidden)
        added = max(checkpoint.size - size, 0)
        gone = Lost(hidden, entries, tuple(sorted(lost)), keys)
        return Adoption(origin, size + added, added, matched, gone)

    def _open(self, db: Connection) -> tuple[bytes, str]:
        """Return the log's secret and origin: without its keys it could not go on."""
        head = db.execute(select(t.head)).one_or_none()
        if head is None:
            raise NotFoundError("not_initialised", "there is no ledger here", "restore a backup first")
        standing = standing_of(db)
        if standing is not None and standing.kind == MIRROR:
            raise RefusedError(
                "read_only_mirror",
                f"this is a mirror of {head.origin}",
                "bring it up to date: lotproof import",
            )
        vault = Vault(master_key_of(self.place))
        vault.open(head.log_key, head.log_seed)
        return vault.open("content secret", head.secret), head.origin

    def _verify(self, checkpoint: Checkpoint) -> None:
        """Verify what is here from its beginning, then what was published from where that ends."""
        with reading(self.engine) as db:
            head = db.execute(select(t.head.c.log_key, t.head.c.authority, t.head.c.size)).one()
            report = verify_log(DatabaseSource(db), log_key=head.log_key, authority=head.authority)
        if report.ok and checkpoint.size > head.size:
            source = self.published.source()
            report = verify_log(source, log_key=head.log_key, state=report.state, map=self.map)
        if report.fault is not None:
            raise LogFaultError(
                "not_verified",
                f"nothing was taken over: {report.fault}",
                "look at what was published, and at what was restored: one of them is not this log as it was",
                [Problem("the log", report.fault.field, str(report.fault))],
            )

    def _refuse_other_history(self, db: Connection, known: bytes | None) -> None:
        """What was told of when the backup was restored, and what the home itself published, must be of this log."""
        if known is not None:
            ours = db.execute(select(t.head.c.checkpoint)).scalar_one()
            refuse_fork(self.place.home, (ours, node_reader(db)), known, self.published.source())
        tiles = self.place.home / TILES
        publisher.refuse_other_history(db, tiles, publisher.published(tiles))

    def _take(
        self,
        db: Connection,
        blobs: BlobStore,
        secret: bytes,
        waiting: Mapping[str, int],
        span: tuple[int, int],
    ) -> tuple[set[str], int]:
        if span[1] <= span[0]:
            return set(), 0
        leaves = self.published.source().leaves(*span)
        named, matched = FittingDisclosures(None), 0
        identity = _Identities(db, blobs, secret)
        while piece := list(islice(leaves, AT_ONCE)):
            ways = Ways(lambda one: parties_of(one, one.entry["signed"]), identity, waiting)
            numbered = adopt(db, piece, ways)
            named.keep(db, numbered)
            tell_keys(db, numbered)
            ours = set(waiting.values())
            matched += sum(submission in ours for _, submission in numbered)
            for one, submission in numbered:
                self._count_hidden(db, one, submission)
            self.tick(len(piece))
        return named.blobs, matched

    def _count_hidden(self, db: Connection, one: Adopted, submission: int) -> None:
        digests = len(one.entry["signed"].get("_sd", ()))
        if digests:
            known = select(func.count()).where(t.disclosure.c.submission == submission)
            gone = digests - db.execute(known).scalar_one()
            if gone:
                self.hidden.append((one.index, gone))


class _Identities:
    """Works out what a submission was known by, where all of its content can be read; else its leaf stands for it."""

    def __init__(self, db: Connection, blobs: BlobStore, secret: bytes) -> None:
        self._db, self._blobs, self._secret = db, blobs, secret

    def __call__(self, one: Adopted) -> tuple[bytes, bytes]:
        signed = one.entry["signed"]
        content = None if "_sd" in signed else self._content(one.entry["kind"], signed)
        if content is None:
            return one.hash, one.hash
        keyed = content_digest(content, self._secret)
        declaration = signed.get("event", {}).get("errorDeclaration")
        identity = identity_of(signed["by"], keyed, jcs(declaration) if declaration else b"")
        known = select(t.submission.c.id).where(t.submission.c.identity == identity)
        # The backup may know it: its entry was corrected since, or it came twice with other hidden parts.
        return (one.hash, keyed) if self._db.execute(known).first() else (identity, keyed)

    def _content(self, kind: str, signed: Mapping[str, Any]) -> bytes | None:
        if kind == "record":
            return jcs(signed["record"])
        if kind != "event":
            return None
        try:
            return content_of(lengthen(signed["event"], self._blobs.get))
        except (NotFoundError, InvalidInputError):
            return None


def _known_published(db: Connection) -> bytes | None:
    """The checkpoint that others were known to have when this copy was found to be behind."""
    standing = standing_of(db)
    if standing is None or standing.kind != ROLLED_BACK:
        return None
    return str(standing.about["checkpoint"]).encode()


def _not_newest(published: Published, size: int, known: int) -> LogFaultError:
    return LogFaultError(
        "log_rolled_back",
        f"{known} entries were published, and {published.name} holds only {size} of them: nothing was taken over",
        "name the newest published tiles: going on from these would fork the log",
    )


def _keys_without_half(db: Connection) -> tuple[str, ...]:
    rows = select(t.signing_key.c.did).where(
        t.signing_key.c.custody == "platform",
        t.signing_key.c.revoked.is_(None),
        t.signing_key.c.sealed_seed.is_(None),
    )
    return tuple(sorted(db.execute(rows).scalars()))
