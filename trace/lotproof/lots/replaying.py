"""Let the entries of the log work once more, in their order: the same rows as when they were recorded.

- No guard asks: what stands on the log has happened. Findings are judged again, holds are entries of their own.
- Judged by the time that the entry's first signature states, which is that of the transaction that wrote it.
- Hidden parts are put back where they are known. Totals, edges, findings and holds do not read them.
- Whether two parties told the same is told by the kept digest of the content; in a copy of somebody's log, which
  has none, by what both say in the clear.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, select

from lotproof.epcis.event import Event
from lotproof.kernel.identifiers import LotId
from lotproof.kernel.instants import parse_instant
from lotproof.ledger import tables as t
from lotproof.ledger.submitting import Terms
from lotproof.ledger.vault import Vault
from lotproof.lots import events
from lotproof.lots.apply import Stamp
from lotproof.lots.corrections import gather_with, objection, standing_original, take_back
from lotproof.lots.drafting import Author, content_of
from lotproof.lots.entering import judge, link_hold, not_held, take_effect
from lotproof.lots.findings import Opened
from lotproof.lots.gathering import gather, lots_named
from lotproof.lots.holds import code_of
from lotproof.lots.kinds import Effect, Kind, classify
from lotproof.lots.long_lists import lengthen, without_long_lists
from lotproof.lots.master_data import settle
from lotproof.lots.models import EventRow
from lotproof.lots.problems import CODES
from lotproof.lots.public_id import digest_in, event_id_of
from lotproof.lots.reading_ahead import Ahead, ReplayWork
from lotproof.parties.actions import keep_record
from lotproof.proof.merkle import leaf_hash
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import in_batches

_BEFORE = datetime.min.replace(tzinfo=UTC)
_WORTH_IT = 4  # events in a row for which it pays to ask ahead
_BY_THEMSELVES = frozenset({Effect.HOLD, Effect.RECALL, Effect.RELEASE, Effect.PLANT, Effect.TREAT})
_BACK = 100  # links of a chain that are looked through at once


@dataclass(frozen=True, slots=True)
class Told:
    """An entry that is to work. leaf: None for one that waits in the inbox.

    together: the same for all entries of one transaction, which are numbered at once.
    """

    submission: int
    kind: str
    signed: Mapping[str, Any]
    proof: Any
    chains: Sequence[Mapping[str, Any]]
    leaf: bytes | None
    together: object


def told(row: Row[Any]) -> Told:
    """Return a row of `log_entry` as an entry that is to work."""
    entry = json.loads(row.leaf)
    return Told(
        row.submission,
        row.kind,
        entry["signed"],
        entry["proof"],
        entry["chains"],
        row.leaf,
        entry["recordTime"],
    )


def waiting(row: Row[Any]) -> Told:
    """Return a row of the inbox: it works already, and is numbered soon."""
    return Told(row.submission, row.kind, json.loads(row.signed), json.loads(row.proof), (), None, "inbox")


@dataclass(slots=True)
class _Event:
    """An event that is to work. content: its digest.  public: in a copy, what stands in the clear and it is made of."""

    one: Told
    event: Event
    kind: Kind
    content: bytes
    public: bytes | None


class Replay:
    """One run over entries in order. db: a writing transaction in which the entries themselves stand already."""

    def __init__(self, db: Connection, blobs: BlobStore, operator: str) -> None:
        self.operator = operator
        # It signs nothing, so that neither the origin nor any secret is asked for.
        terms = Terms("", b"", _BEFORE, bytes)
        self._uow = ReplayWork(db, terms, Vault(bytes(32)), blobs)
        self._awaited: set[tuple[str, int]] = set()
        self._together: object = None

    def run(self, entries: Iterable[Told]) -> None:
        """Let these entries work."""
        for events_only, some in groupby(entries, key=lambda one: one.kind == "event"):
            if events_only:
                self._events(list(some))
                continue
            for one in some:
                self._begin(one)
                if one.kind == "record":
                    self._record(one)
        self._uow.end_stretch()

    def _events(self, entries: Sequence[Told]) -> None:
        """What contradicts or ends something asks for itself; the others in between ask together."""
        for is_plain, some in groupby(self._read(entries), key=_is_plain):
            stretch = list(some)
            if is_plain and len(stretch) >= _WORTH_IT:
                self._read_ahead(stretch)
            for one in stretch:
                self._begin(one.one)
                self._event(one)
            self._uow.end_stretch()

    def _begin(self, one: Told) -> None:
        if one.together != self._together:
            self._together, self._awaited = one.together, set()

    def _read(self, entries: Sequence[Told]) -> list[_Event]:
        db, read = self._uow.db, []
        ids = [one.submission for one in entries]
        known = events.disclosures_of(db, [one.submission for one in entries if "_sd" in one.signed])
        kept = {
            row.id: row.content
            for some in in_batches(ids)
            for row in db.execute(
                select(t.submission.c.id, t.submission.c.content).where(t.submission.c.id.in_(some))
            )
        }
        for one in entries:
            signed = events.reveal_of(one.signed, known.get(one.submission, []))
            event = Event(lengthen(signed["event"], self._uow.blobs.get))
            content = kept[one.submission]
            told_here = one.leaf is not None and content == leaf_hash(one.leaf)
            public = content_of(one.signed["event"]) if told_here else None
            content = _told_content(public, 0) if public else content
            read.append(_Event(one, event, classify(event), content, public))
        return read

    def _read_ahead(self, stretch: Sequence[_Event]) -> None:
        wanted: dict[str, LotId | None] = {}
        for one in stretch:
            wanted |= dict(sorted(lots_named(one.event, one.kind).items()))
        contents = {one.content for one in stretch}
        event_ids = {one.event.event_id for one in stretch if one.event.event_id}
        self._uow.ahead = Ahead(self._uow.db, wanted, contents, event_ids)

    def _record(self, one: Told) -> None:
        self._at(one)
        known = events.disclosures_of(self._uow.db, [one.submission]).get(one.submission, [])
        record, opened = events.reveal_of(one.signed, known)["record"], Opened()
        keep_record(self._uow, record, one.submission)
        settle(self._uow, record["type"], record["id"], record["body"], one.submission, opened)
        self._await_holds(opened)

    def _event(self, read: _Event) -> None:
        one, event, kind = read.one, read.event, read.kind
        self._at(one)
        uow, signed, opened = self._uow, one.signed, Opened()
        author = Author(signed["by"], signed["role"], tuple(a["person"] for a in signed.get("approvals", ())))
        if event.error_declaration:
            self._correction(read, author, opened)
        else:
            content = self._content(read)
            got = gather(uow, event, kind, content)
            problems = judge(uow, author, got)
            if author.role == "author":  # what would have refused it was not so when it was recorded
                problems = [problem for problem in problems if not CODES[problem.code].refuses]
            take_effect(uow, author, got, self._stamp(read, content), problems, opened)
            if kind.effect is Effect.HOLD and author.party == self.operator:
                self._link([row.id for row in got.lots.values()], code_of(event))
        self._await_holds(opened)

    def _correction(self, read: _Event, author: Author, opened: Opened) -> None:
        one, event = read.one, read.event
        uow, party = self._uow, author.party if author.party != self.operator else None
        meant = self._corrected(one)
        content = self._content(read) if meant is None else _content_at(uow.db, meant)
        original = standing_original(uow.db, content, meant, party)
        got = gather_with(uow, event, read.kind, content, original)
        problem = objection(uow, self.operator, author, got, original)
        if author.role == "author" and original:
            problem = None  # it would have been refused
        stamp = replace(self._stamp(read, content), corrects=original.submission if original else 0)
        take_back(uow, got, stamp, original, problem, opened)

    def _at(self, one: Told) -> None:
        proof = one.proof[0] if isinstance(one.proof, list) else one.proof
        self._uow.terms = replace(self._uow.terms, now=parse_instant(proof["created"]))

    def _stamp(self, read: _Event, content: bytes) -> Stamp:
        one, event = read.one, read.one.signed["event"]
        if event.get("eventID"):
            public = None
        elif read.public and without_long_lists(event) == event:
            public = digest_in(read.public.decode())  # the same was hashed already
        else:
            public = digest_in(event_id_of(one.signed))
        return Stamp(one.submission, content, one.signed["by"], public)

    def _content(self, read: _Event) -> bytes:
        """In a copy: two parties who say the same in the clear told the same; one party never tells it twice."""
        ahead = self._uow.ahead
        if read.public is None or (ahead is not None and read.content not in ahead.contents):
            return read.content
        for repeated in range(1 << 20):
            content = _told_content(read.public, repeated)
            same = select(EventRow.submission).where(
                EventRow.content == content, EventRow.party == read.one.signed["by"]
            )
            if self._uow.db.execute(same.limit(1)).first() is None:
                return content
        raise AssertionError("a party cannot have told one thing that often")

    def _corrected(self, one: Told) -> int | None:
        """Return the submission of the entry that a correction names, newest of its chain first."""
        wanted = one.signed.get("corrects")
        if wanted is None:
            return None
        found = _find_leaf(self._uow.db, one.signed["about"], bytes.fromhex(wanted))
        return found if found is not None else -1  # named, and not here: nothing is corrected

    def _await_holds(self, opened: Opened) -> None:
        """Holds of what was found are entries, and come next, in the same transaction; then the findings name them."""
        for code, rows in sorted(opened.to_hold.items()):
            fresh = {row.id for row in not_held(code, rows)}
            self._awaited |= {(code, id) for id in fresh}
            link_hold(self._uow, code, [row.id for row in rows if row.id not in fresh])

    def _link(self, lots: Sequence[int], code: str) -> None:
        due = [id for id in lots if (code, id) in self._awaited]
        link_hold(self._uow, code, due)
        self._awaited -= {(code, id) for id in due}


def _is_plain(read: _Event) -> bool:
    return not read.event.error_declaration and read.kind.effect not in _BY_THEMSELVES


def _told_content(public: bytes, repeated: int) -> bytes:
    return hashlib.sha256(b"%d\n%b" % (repeated, public)).digest()


def _content_at(db: Connection, submission: int) -> bytes:
    content = db.execute(select(EventRow.content).where(EventRow.submission == submission)).scalar()
    return content or bytes(32)


def _find_leaf(db: Connection, about: Sequence[str], wanted: bytes) -> int | None:
    """Return the submission of the entry with this leaf hash: it is about what its correction is about."""
    entries = select(t.entry.c.entry_index, t.entry.c.submission, t.entry.c.leaf)
    if about:
        entries = entries.join(t.chain_link, t.chain_link.c.entry_index == t.entry.c.entry_index).join(
            t.chain, t.chain.c.id == t.chain_link.c.chain
        )
        entries = entries.where(t.chain.c.uri == about[0])
    before: int | None = None
    while True:
        older = entries if before is None else entries.where(t.entry.c.entry_index < before)
        rows = db.execute(older.order_by(t.entry.c.entry_index.desc()).limit(_BACK)).all()
        for row in rows:
            if leaf_hash(row.leaf) == wanted:
                return int(row.submission)
        if not rows:
            return None
        before = rows[-1].entry_index
