"""Rebuild what is derived: empty the tables, and let every entry of the log work again, in order.

- `REBUILT` are the tables whose every row follows from the leaves.
- `IN_PART` follow as far as the leaves and what is disclosed tell: who takes part, and the public half of keys.
- All in the caller's transaction: whoever reads sees the old rows until it ends, and whoever writes waits.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, select, text

from lotproof.epcis.event import Event
from lotproof.kernel.errors import LogFaultError
from lotproof.ledger import reindex
from lotproof.ledger import tables as t
from lotproof.ledger.erasing import size
from lotproof.ledger.lost_blobs import at_hand
from lotproof.ledger.standing import note_worked
from lotproof.lots import events
from lotproof.lots.drafting import parties_named
from lotproof.lots.models import ContainerSpan, EventLot, EventRow, Finding, Hold, Lot, LotEdge
from lotproof.lots.replaying import Replay, Told, told, waiting
from lotproof.parties.models import Qualification, Record
from lotproof.proof.entry import whom_it_is_about
from lotproof.storage.base import table_of
from lotproof.storage.blobs import BlobStore
from lotproof.storage.every_table import every_table

_OF_LOTS = (Finding, Hold, ContainerSpan, LotEdge, EventLot, EventRow, Lot)
PROJECTIONS = tuple(map(table_of, (*_OF_LOTS, Qualification, Record)))
"""In the order in which they may be emptied."""
REBUILT = (*PROJECTIONS, *reindex.LINKS)
IN_PART = (t.entry_party, t.signing_key)
OF_THE_LOG = (t.entry, t.node, t.head)
"""What the rest is derived from, and what the verifier of the log checks."""
_PAGE = 500
Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild came to. rows: of each table, by name.  not_derived: tables that nothing on the log tells."""

    entries: int
    rows: dict[str, int]
    not_derived: tuple[str, ...]


def not_derived() -> tuple[str, ...]:
    """Return the names of the tables that a rebuild leaves as they are, and no comparison looks at."""
    known = {table.name for table in (*REBUILT, *IN_PART, *OF_THE_LOG)}
    return tuple(sorted(set(every_table().tables) - known))


def rebuild(db: Connection, blobs: BlobStore, tick: Tick = lambda _entries: None) -> Rebuilt:
    """Make every derived table anew. db: a writing transaction of an instance or a copy, which the caller commits.

    The log itself is believed: verify it first.  Raises: LogFaultError `no_entries`; NotFoundError where a blob
    that an entry names is missing, and not known to be lost.
    """
    keep_others_out(db)
    for table in PROJECTIONS:
        db.execute(delete(table))
    reindex.forget_bindings(db)
    chains = reindex.Chains.emptied(db)
    run, entries = Replay(db, at_hand(db, blobs), operator_of(db)), 0
    for rows in pages(db):
        page = [told(row) for row in rows]
        chains.add([(row.entry_index, row.leaf, one.chains) for row, one in zip(rows, page, strict=True)])
        reindex.add_parties(db, _parties(db, rows, page))
        for one in page:
            if one.kind == "key":
                reindex.tell_key(db, one.signed, one.submission)
        run.run(page)
        entries += len(page)
        tick(len(page))
    _let_waiting_work(db, run)
    note_worked(db, None)
    rows_of = {table.name: _count(db, table) for table in (*REBUILT, *IN_PART)}
    return Rebuilt(entries, rows_of, not_derived())


def replay(db: Connection, blobs: BlobStore, first: int = 0, end: int | None = None) -> None:
    """Let the entries [first, end) work on the projections, after those before have. Chains are there already."""
    run = Replay(db, at_hand(db, blobs), operator_of(db))
    for rows in pages(db, first, end):
        run.run(list(map(told, rows)))


def end_of_piece(db: Connection, first: int, about: int) -> int:
    """Return where a replay that begins at `first` may stop, after some `about` entries.

    Entries of one transaction, which have one time, belong together: holds follow what they are placed for.
    """
    at, time = t.entry.c.entry_index, t.entry.c.record_time
    last = db.execute(select(time).where(at == first + about - 1)).scalar()
    later = select(func.min(at)).where(at >= first + about, time != last)
    found = db.execute(later).scalar() if last is not None else None
    return int(found) if found is not None else size(db)


def operator_of(db: Connection) -> str:
    """Return the party that keeps the log: entry 0 is its authority's key. Raises: LogFaultError `no_entries`."""
    first = next(pages(db), None)
    if first is None:
        raise LogFaultError("no_entries", "there is no entry to rebuild anything from", "run: lotproof init")
    return str(told(first[0]).signed["by"])


def pages(db: Connection, first: int = 0, end: int | None = None) -> Iterator[Sequence[Row[Any]]]:
    """Give the entries [first, end) in order, some at a time. end: None for all."""
    after, at = first - 1, t.entry.c.entry_index
    entries = select(t.entry).order_by(at).limit(_PAGE)
    entries = entries if end is None else entries.where(at < end)
    while rows := db.execute(entries.where(at > after)).all():
        yield rows
        after = rows[-1].entry_index


def keep_others_out(db: Connection) -> None:
    """Let nobody else submit until the transaction ends; readers are not stopped. SQLite has one writer anyway."""
    if db.dialect.name == "postgresql":
        db.execute(text(f"LOCK TABLE {t.submission.name}, {t.head.name} IN EXCLUSIVE MODE"))


def _let_waiting_work(db: Connection, run: Replay) -> None:
    """What waits in the inbox has worked already; its chains and parties come with its number."""
    page = [waiting(row) for row in db.execute(select(t.inbox).order_by(t.inbox.c.submission))]
    for one in page:
        if one.kind == "key":
            reindex.tell_key(db, one.signed, one.submission)
    run.run(page)


def _parties(
    db: Connection, rows: Sequence[Row[Any]], page: Sequence[Told]
) -> list[tuple[int, Sequence[str]]]:
    known = events.disclosures_of(db, [one.submission for one in page if "_sd" in one.signed])
    return [
        (row.entry_index, parties_of(one, events.reveal_of(one.signed, known.get(one.submission, []))))
        for row, one in zip(rows, page, strict=True)
    ]


def parties_of(one: Told, signed: Any) -> Sequence[str]:
    """Return who takes part in an entry. signed: its payload, with what is known of its hidden parts."""
    if one.kind == "event":
        return [signed["by"], *parties_named(Event(signed["event"]))]
    if one.kind == "record" and (whom := whom_it_is_about(signed["record"])):
        return [signed["by"], whom]
    if one.kind == "erase" and "party" in signed["erase"]:
        return [signed["by"], signed["erase"]["party"]]
    return [signed["by"], signed["key"]["party"]] if one.kind == "key" else [signed["by"]]


def _count(db: Connection, table: Table) -> int:
    return int(db.execute(select(func.count()).select_from(table)).scalar_one())
