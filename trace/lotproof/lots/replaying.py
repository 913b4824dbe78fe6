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
from typing import Any

from sqlalchemy import Connection, Row, select

from lotproof.epcis.event import Event
from lotproof.kernel.instants import parse_instant
from lotproof.ledger import tables as t
from lotproof.ledger.submitting import Terms
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.ledger.vault import Vault
from lotproof.lots import events
from lotproof.lots.apply import Stamp
from lotproof.lots.corrections import gather_with, objection, standing_original, take_back
from lotproof.lots.drafting import Author, content_of
from lotproof.lots.entering import judge, link_hold, not_held, take_effect
from lotproof.lots.findings import Opened
from lotproof.lots.gathering import gather
from lotproof.lots.holds import code_of
from lotproof.lots.kinds import Effect, classify
from lotproof.lots.master_data import settle
from lotproof.lots.models import EventRow
from lotproof.lots.problems import CODES
from lotproof.lots.public_id import digest_in, event_id_of
from lotproof.parties.actions import keep_record
from lotproof.proof.merkle import leaf_hash
from lotproof.storage.blobs import BlobStore

_BEFORE = datetime.min.replace(tzinfo=UTC)
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


class Replay:
    """One run over entries in order. db: a writing transaction in which the entries themselves stand already."""

    def __init__(self, db: Connection, blobs: BlobStore, operator: str) -> None:
        self.operator = operator
        # It signs nothing, so that neither the origin nor any secret is asked for.
        terms = Terms("", b"", _BEFORE, bytes)
        self._uow = UnitOfWork(db, terms, Vault(bytes(32)), blobs)
        self._awaited: set[tuple[str, int]] = set()
        self._together: object = None

    def run(self, entries: Iterable[Told]) -> None:
        """Let these entries work."""
        for one in entries:
            if one.together != self._together:
                self._together, self._awaited = one.together, set()
            if one.kind == "event":
                self._event(one)
            elif one.kind == "record":
                self._record(one)

    def _record(self, one: Told) -> None:
        self._at(one)
        known = events.disclosures_of(self._uow.db, [one.submission]).get(one.submission, [])
        record, opened = events.reveal_of(one.signed, known)["record"], Opened()
        keep_record(self._uow, record, one.submission)
        settle(self._uow, record["type"], record["id"], record["body"], one.submission, opened)
        self._await_holds(opened)

    def _event(self, one: Told) -> None:
        self._at(one)
        uow, signed, opened = self._uow, one.signed, Opened()
        author = Author(signed["by"], signed["role"], tuple(a["person"] for a in signed.get("approvals", ())))
        event = Event(events.full_event_of(uow.db, one.submission, signed, uow.blobs))
        if event.error_declaration:
            self._correction(one, author, event, opened)
        else:
            kind, content = classify(event), self._content(one, event)
            got = gather(uow, event, kind, content)
            problems = judge(uow, author, got)
            if author.role == "author":  # what would have refused it was not so when it was recorded
                problems = [problem for problem in problems if not CODES[problem.code].refuses]
            take_effect(uow, author, got, self._stamp(one, content), problems, opened)
            if kind.effect is Effect.HOLD and author.party == self.operator:
                self._link([row.id for row in got.lots.values()], code_of(event))
        self._await_holds(opened)

    def _correction(self, one: Told, author: Author, event: Event, opened: Opened) -> None:
        uow, party = self._uow, author.party if author.party != self.operator else None
        meant = self._corrected(one)
        content = self._content(one, event) if meant is None else _content_at(uow.db, meant)
        original = standing_original(uow.db, content, meant, party)
        got = gather_with(uow, event, classify(event), content, original)
        problem = objection(uow, self.operator, author, got, original)
        if author.role == "author" and original:
            problem = None  # it would have been refused
        stamp = replace(self._stamp(one, content), corrects=original.submission if original else 0)
        take_back(uow, got, stamp, original, problem, opened)

    def _at(self, one: Told) -> None:
        proof = one.proof[0] if isinstance(one.proof, list) else one.proof
        self._uow.terms = replace(self._uow.terms, now=parse_instant(proof["created"]))

    def _stamp(self, one: Told, content: bytes) -> Stamp:
        named = one.signed["event"].get("eventID")
        public = None if named else digest_in(event_id_of(one.signed))
        return Stamp(one.submission, content, one.signed["by"], public)

    def _content(self, one: Told, event: Event) -> bytes:
        kept = select(t.submission.c.content).where(t.submission.c.id == one.submission)
        content: bytes = self._uow.db.execute(kept).scalar_one()
        if one.leaf is None or content != leaf_hash(one.leaf):
            return content
        return self._content_in_a_copy(one, event)

    def _content_in_a_copy(self, one: Told, event: Event) -> bytes:
        """Two parties who say the same in the clear are taken to have told the same; one party never tells it twice."""
        public = content_of(one.signed["event"])
        for repeated in range(1 << 20):
            content = hashlib.sha256(b"%d\n%b" % (repeated, public)).digest()
            same = select(EventRow.submission).where(
                EventRow.content == content, EventRow.party == one.signed["by"]
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
