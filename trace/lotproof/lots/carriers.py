"""The containers that carried a lot, those around them, and what happened to each while the lot was inside."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from lotproof.ledger import tables as t
from lotproof.lots.models import ContainerSpan, EventRow
from lotproof.storage.engine import in_batches

_DEEPEST = 16  # as in `containers`: deeper nesting is a circle


@dataclass(frozen=True, slots=True)
class Carriage:
    """A container had the lot in it for [since, until), whether by itself or in another. until None: still.

    changed_by: submissions by which what the lot was in came into it, and left it.
    """

    container: str
    since: datetime
    until: datetime | None
    changed_by: tuple[int, ...]


def carriages(db: Connection, lot: int) -> list[Carriage]:
    """Return every container that carried a lot, the nearest first; twice where it did so twice."""
    level = list(_spans(db, ContainerSpan.lot == lot, {}))
    found, known = list(level), {_key(one) for one in level}
    for _ in range(_DEEPEST):
        inner: dict[str, list[Carriage]] = {}
        for one in level:
            inner.setdefault(one.container, []).append(one)
        level = []
        for some in in_batches(sorted(inner)):
            for one in _spans(db, ContainerSpan.inner.in_(some), inner):
                if _key(one) not in known:
                    known.add(_key(one))
                    level.append(one)
        found += level
    return found


def entries_of_carriers(db: Connection, lot: int) -> set[int]:
    """Return the entries about the containers of a lot that tell of the time in which they carried it.

    An entry is of that time by the time of its event, whenever it was recorded. What put the lot's container into
    another one belongs to it, also where that was done before the lot was in.
    """
    carried: dict[str, list[Carriage]] = {}
    for one in carriages(db, lot):
        carried.setdefault(one.container, []).append(one)
    entries = set(_entries_of(db, {by for some in carried.values() for one in some for by in one.changed_by}))
    for uris in in_batches(sorted(carried)):
        rows = (
            select(t.chain.c.uri, t.chain_link.c.entry_index, EventRow.event_time)
            .join(t.chain_link, t.chain_link.c.chain == t.chain.c.id)
            .join(t.entry, t.entry.c.entry_index == t.chain_link.c.entry_index)
            .join(EventRow, EventRow.submission == t.entry.c.submission)
            .where(t.chain.c.uri.in_(uris))
        )
        entries |= {
            row.entry_index for row in db.execute(rows) if _falls_into(row.event_time, carried[row.uri])
        }
    return entries


def _spans(
    db: Connection, condition: ColumnElement[bool], inner: dict[str, list[Carriage]]
) -> Iterator[Carriage]:
    """Spans of a lot, or those of containers cut to the times in which these carried the lot."""
    for row in db.execute(select(ContainerSpan.__table__).where(condition).order_by(ContainerSpan.id)):
        by = tuple(one for one in (row.opened_by, row.closed_by) if one is not None)
        if row.inner is None:
            yield Carriage(row.container, row.since, row.until, by)
        for held in inner.get(row.inner, ()):
            since = max(row.since, held.since)
            until = min((one for one in (row.until, held.until) if one is not None), default=None)
            if until is None or since < until:
                yield Carriage(row.container, since, until, by)


def _key(one: Carriage) -> tuple[str, datetime, datetime | None]:
    return one.container, one.since, one.until


def _falls_into(at: datetime, carried: Sequence[Carriage]) -> bool:
    """What happened at the very end counts: it is what ended it."""
    return any(one.since <= at and (one.until is None or at <= one.until) for one in carried)


def _entries_of(db: Connection, submissions: Iterable[int]) -> Iterator[int]:
    for some in in_batches(sorted(submissions)):
        yield from db.execute(select(t.entry.c.entry_index).where(t.entry.c.submission.in_(some))).scalars()
