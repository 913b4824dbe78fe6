"""What an erasure would take: found before anything is done, and told without a single hidden value.

Of a party (a natural person):
- the names and the telephone of every version of its record, and what is hidden of its papers and applications;
- whatever was hidden in entries that it signed, except who received or sent goods: those are keys of parties, which a
  recall needs, and no names;
- every hidden part of any entry that speaks of it by name or telephone.
Of somebody who is no party (who approved, witnessed, or stands in a note): the last of these.

Besides: capture jobs of the party, and what other jobs tell of it; its keys for programs; the papers that people
handed in about it; what was written of it in the books; documents that nothing else needs. Documents that are not
applied yet are never thrown away: while one speaks of the person, nothing is erased.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from lotproof.documents.queries import documents_about
from lotproof.ledger import tables as t
from lotproof.lots.capture_models import CaptureJob, StagedEvent
from lotproof.lots.erasure.books import InBooks, in_books_about, in_books_of
from lotproof.lots.erasure.kinds import ENDS, kind_of
from lotproof.lots.erasure.mentions import Wanted
from lotproof.lots.models import EventRow
from lotproof.parties.models import ApiKey, Qualification, Record
from lotproof.parties.persons import hidden_parts
from lotproof.parties.records import get_record
from lotproof.proof.entry import is_hash, whom_it_is_about
from lotproof.storage.base import table_of
from lotproof.storage.engine import in_batches

_AT_ONCE = 2_000
_JOBS, _STAGED, _KEYS = table_of(CaptureJob), table_of(StagedEvent), table_of(ApiKey)


@dataclass(frozen=True, slots=True)
class Part:
    """A hidden part that would go. name: its JSON Pointer.  kind: of private data, as `kinds` names it."""

    digest: str
    submission: int
    name: str
    kind: str


class _Version(NamedTuple):
    """A version of a party's record, with what of it stands in the open."""

    entry: int
    submission: int
    body: Mapping[str, Any]


@dataclass(slots=True)
class Plan:
    """What would go, by its keys alone.

    jobs: of the party. told_by: other jobs whose report speaks of it. waiting: jobs with documents that do, and
    are not applied yet. papers: documents that people handed in. books: what was written there. in_clear: entries
    that speak of it in the open, which nobody can take back.
    """

    party: str | None = None
    parts: list[Part] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    told_by: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    api_keys: list[str] = field(default_factory=list)
    blobs: list[str] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    books: InBooks = field(default_factory=InBooks)
    in_clear: list[int] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to erase."""
        return not (self.parts or self.jobs or self.told_by or self.api_keys or self.papers or self.books)


def plan_party(db: Connection, party: str) -> Plan:
    """Return what erasing a party would take. party: its URI, with a record that says `person`."""
    records = _records_of(db, party)
    body = get_record(db, "party", party) or {}
    wanted = Wanted([*_said(body), *(text for one in records for text in _hidden_texts(db, one))])
    plan = _plan(db, wanted, set(records), _events_of(db, party))
    plan.party = party
    in_open = {one.entry for one in _versions_on_log(db, party) if "names" in one.body}
    plan.in_clear = sorted({*plan.in_clear, *in_open})
    plan.jobs = list(db.execute(select(_JOBS.c.id).where(_JOBS.c.party == party)).scalars())
    plan.told_by = [id for id in plan.told_by if id not in plan.jobs]
    running = select(_JOBS.c.id).where(_JOBS.c.party == party, _JOBS.c.state.in_(("staging", "staged")))
    plan.waiting = sorted({*plan.waiting, *db.execute(running).scalars()})
    plan.api_keys = list(db.execute(select(_KEYS.c.id).where(_KEYS.c.party == party)).scalars())
    plan.papers = documents_about(db, party)
    plan.books |= in_books_of(db, party)
    return plan


def plan_subject(db: Connection, texts: Sequence[str]) -> Plan:
    """Return what erasing somebody by name or telephone would take."""
    return _plan(db, Wanted(texts), set(), set())


def _plan(db: Connection, wanted: Wanted, records: set[int], events: set[int]) -> Plan:
    plan = Plan()
    values: list[Any] = []
    for row in _disclosures(db):
        theirs = row.submission in records or (row.submission in events and not row.name.startswith(ENDS))
        if theirs or (wanted and wanted.among(row.value)):
            plan.parts.append(Part(row.digest, row.submission, row.name, kind_of(row.name)))
            values.append(row.value)
    plan.blobs = blobs_of(db, values, {part.digest for part in plan.parts})
    if wanted:
        plan.told_by = [job.id for job in db.execute(select(_JOBS.c.id, _JOBS.c.errors, _JOBS.c.header))
                        if wanted.among([job.errors, job.header])]  # fmt: skip
        plan.waiting = sorted(set(_waiting(db, wanted)))
        plan.in_clear = _in_clear(db, wanted)
        plan.books = in_books_about(db, wanted)
    return plan


def blobs_of(db: Connection, values: Sequence[Any], going: Set[str]) -> list[str]:
    """Return the documents (SHA-256 in hex) that only these hidden values name. going: their digests."""
    named = {sha for value in values for sha in _blobs_in(value)}
    if not named:
        return []
    for row in _disclosures(db):
        if row.digest not in going:
            named.difference_update(_blobs_in(row.value))
    return sorted(sha for sha in named if not _in_a_leaf(db, sha))


def still_named(db: Connection, documents: Collection[str]) -> set[str]:
    """Return those of some documents that hidden values or entries name."""
    named = {sha for row in _disclosures(db) for sha in _blobs_in(row.value)}
    return {sha for sha in documents if sha in named or _in_a_leaf(db, sha)}


def _disclosures(db: Connection) -> Iterator[Any]:
    """All of them, a piece at a time: there may be millions."""
    after = ""
    statement = select(t.disclosure).order_by(t.disclosure.c.digest).limit(_AT_ONCE)
    while rows := db.execute(statement.where(t.disclosure.c.digest > after)).all():
        yield from rows
        after = rows[-1].digest


def _waiting(db: Connection, wanted: Wanted) -> Iterator[str]:
    after = ("", -1)
    statement = select(_STAGED).order_by(_STAGED.c.job, _STAGED.c.position).limit(_AT_ONCE)
    while True:
        job, position = after
        beyond = (_STAGED.c.job > job) | ((_STAGED.c.job == job) & (_STAGED.c.position > position))
        rows = db.execute(statement.where(beyond)).all()
        yield from (row.job for row in rows if wanted.among(json.loads(row.body)))
        if not rows:
            return
        after = (rows[-1].job, rows[-1].position)


def _records_of(db: Connection, party: str) -> list[int]:
    """Submissions of every version of the party's record and of what is said of its papers, numbered or not."""
    newest = select(Record.submission).where(Record.type == "party", Record.id == party)
    papers = select(Qualification.submission).where(Qualification.party == party)
    waiting = {*db.execute(newest).scalars(), *db.execute(papers).scalars()}
    return sorted({row.submission for row in _versions_on_log(db, party)} | waiting)


def _versions_on_log(db: Connection, party: str) -> Iterator[_Version]:
    of_chain = (
        select(t.entry.c.entry_index, t.entry.c.submission, t.entry.c.leaf)
        .join(t.chain_link, t.chain_link.c.entry_index == t.entry.c.entry_index)
        .join(t.chain, t.chain.c.id == t.chain_link.c.chain)
        .where(t.chain.c.uri == party, t.entry.c.kind == "record")
    )
    for row in db.execute(of_chain).all():
        record = json.loads(row.leaf)["signed"]["record"]
        if whom_it_is_about(record) == party:
            yield _Version(row.entry_index, row.submission, record["body"])


def _events_of(db: Connection, party: str) -> set[int]:
    return set(db.execute(select(EventRow.submission).where(EventRow.party == party)).scalars())


def _hidden_texts(db: Connection, submission: int) -> Iterator[str]:
    rows = select(t.disclosure.c.name, t.disclosure.c.value).where(t.disclosure.c.submission == submission)
    for row in db.execute(rows):
        yield from _said({row.name.rpartition("/")[2]: row.value})


def _said(body: Mapping[str, Any]) -> Iterator[str]:
    """Names and telephone of a record's body."""
    names = body.get("names")
    yield from names.values() if isinstance(names, Mapping) else ()
    if phone := body.get("phone"):
        yield str(phone)


def _in_clear(db: Connection, wanted: Wanted) -> list[int]:
    """Entries of master data that say a name in the open, in their newest version."""
    found = [
        row.submission
        for row in db.execute(select(Record.type, Record.body, Record.submission))
        if wanted.among(_open_parts(row.type, row.body))
    ]
    return sorted(
        index
        for some in in_batches(found)
        for index in db.execute(select(t.entry.c.entry_index).where(t.entry.c.submission.in_(some))).scalars()
    )


def _open_parts(type_name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    hidden = {pointer.rpartition("/")[2] for pointer in hidden_parts(type_name, body)}
    return {name: value for name, value in body.items() if name not in hidden}


def _blobs_in(value: Any) -> list[str]:
    """SHA-256 of the documents that a value names, as {"sha256": …, "size": …, …}."""
    if isinstance(value, Mapping):
        own = [value["sha256"]] if is_hash(value.get("sha256")) else []
        return own + [sha for inner in value.values() for sha in _blobs_in(inner)]
    return [sha for inner in value for sha in _blobs_in(inner)] if isinstance(value, list) else []


def _in_a_leaf(db: Connection, sha: str) -> bool:
    """Whether an entry names the document in the open. Reads all leaves: asked for few documents, and seldom."""
    find = "position(%b::bytea in leaf) > 0" if db.dialect.name == "postgresql" else "instr(leaf, ?) > 0"
    found = db.exec_driver_sql(f"SELECT 1 FROM log_entry WHERE {find} LIMIT 1", (sha.encode(),))
    return found.first() is not None
