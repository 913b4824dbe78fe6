"""Tell a lot's story: load what `story.Story` shows, in a number of statements that does not grow with the lot."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, true, union
from sqlalchemy.orm import aliased

from lotproof.epcis.event import Event
from lotproof.kernel.identifiers import LotId
from lotproof.kernel.instants import parse_offset
from lotproof.ledger import tables as t
from lotproof.ledger.heads import NEWEST as NEWEST_STATED
from lotproof.lots.absent import not_recorded
from lotproof.lots.kinds import KINDS, Effect
from lotproof.lots.long_lists import without_long_lists
from lotproof.lots.models import EventLot, EventRow, Finding, Hold, Lot, LotEdge
from lotproof.lots.papers_then import papers_then
from lotproof.lots.public_facts import public_event, public_record
from lotproof.lots.queries import balance_from
from lotproof.lots.step_details import details_of, step_place
from lotproof.lots.story import HeadsState, OpenFinding, OpenHold, Part, ProofState, Somebody, Step, Story
from lotproof.lots.trace import Tracing, require_lot, state_of, trace_from
from lotproof.parties.models import Record
from lotproof.parties.persons import is_erased
from lotproof.proof.checkpoint import parse_note_text
from lotproof.proof.did_key import did_of_method
from lotproof.proof.heads import read_statement
from lotproof.storage.engine import in_batches

_MOST_SOURCES, _MOST_WAYS = 200, 500
# What may happen to a source without being part of what came of it: other picks, sales, returns, losses.
_OF_OTHERS = tuple(
    kind.name
    for kind in KINDS
    if kind.effect
    in (Effect.CREATE, Effect.SELL, Effect.RETURN, Effect.ADJUST, Effect.DESTROY, Effect.TRANSFORM)
)
MOST_STEPS = 500  # of a page; a lot with more tells its newest ones, and says so by the numbers of its chain


@dataclass(slots=True)
class _Told:
    """What was read, before it is put into words."""

    lot: Row[Any]
    events: Sequence[Row[Any]]
    parts: Mapping[int, list[Any]]
    count: int = 0
    index_of: Mapping[int, int | None] = field(default_factory=dict)
    names: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    signers: Mapping[int, str] = field(default_factory=dict)
    keys: Mapping[str, Any] = field(default_factory=dict)


def tell_story(db: Connection, lot_id: LotId) -> Story:
    """Return what is recorded about a lot. Raises: NotFoundError `unknown_lot`."""
    lot = require_lot(db, lot_id.uri)
    upstream, downstream = trace_from(db, lot, "up"), trace_from(db, lot, "down")
    mine = _ways(lot.id, upstream)
    told = _Told(lot, db.execute(_EVENTS, mine).all()[::-1], {})
    told.count = len(told.events) if len(told.events) < MOST_STEPS else db.execute(_COUNT, mine).scalar_one()
    told.index_of = {row.submission: row.entry_index for row in told.events}
    told.parts = _parts(db, [row.submission for row in told.events])
    leaves = {row.submission: json.loads(row.leaf) for row in told.events if row.leaf is not None}
    signed = {id: leaf["signed"] for id, leaf in leaves.items()}
    seen = {id: Event(public_event(without_long_lists(one["event"]))) for id, one in signed.items()}
    told.names = _names(db, told, seen.values())
    told.signers = {id: did_of_method(leaf["proof"]["verificationMethod"]) for id, leaf in leaves.items()}
    told.keys = _keys(db, set(told.signers.values()))
    journey = tuple(_step(told, row, signed[row.submission], seen[row.submission])
                    for row in told.events if row.submission in seen)  # fmt: skip
    findings, holds = _findings(db, lot.id), _holds(db, lot.id, told.names)
    product = told.names.get(("product", lot.gtin or ""), {})
    balance, papers = balance_from(lot), papers_then(db, journey)
    return Story(
        uri=lot.uri,
        gtin=lot.gtin or "",
        code=lot.code or "",
        product=product.get("names", {}),
        variety=product.get("variety", {}),
        state=state_of(lot),
        harvested_on=lot.harvested_on or _first_pick(told.events),
        earliest_harvest=_earliest_harvest(told.events),
        origin=_somebody(told, "place", lot.place) if lot.place else None,
        holds=holds,
        journey=journey,
        left_out=max(0, told.count - len(journey)),
        findings=findings,
        not_recorded=not_recorded(journey, upstream, product, balance, papers),
        balance=balance,
        upstream=upstream,
        downstream=downstream,
        proof=_proof(db, lot.uri),
        papers=papers,
    )


def page_key(db: Connection, lot_id: LotId, now: datetime) -> tuple[object, ...]:
    """Return what changes when the lot's story does, in one statement: its events, findings, holds and recalls.

    What the map says of the lots around it may be up to a minute old: their state is not in the key, the minute is.
    Raises: NotFoundError `unknown_lot`.
    """
    row = db.execute(_KEY, {"uri": lot_id.uri}).one_or_none()
    if row is None:
        require_lot(db, lot_id.uri)
    return (*(row or ()), now.replace(second=0, microsecond=0))


_KEY = select(
    Lot.id,
    Lot.holds,
    Lot.recalls,
    select(func.max(EventLot.submission)).where(EventLot.lot == Lot.id).scalar_subquery(),
    select(func.max(Finding.id)).where(Finding.lot == Lot.id).scalar_subquery(),
    select(func.max(Finding.closed_by)).where(Finding.lot == Lot.id).scalar_subquery(),
    select(t.chain.c.length).where(t.chain.c.uri == Lot.uri).scalar_subquery(),
    select(t.erasure_mark.c.changes).scalar_subquery(),
).where(Lot.uri == bindparam("uri"))


def _ways(lot: int, upstream: Tracing) -> dict[str, Any]:
    """What `_mine` asks for: the lot, what it came from, and the events by which it did."""
    cycles = {one.uri for one in upstream.lots if one.type == "cycle"}
    inputs = {
        edge.src for edge in upstream.edges if edge.dst in cycles
    }  # of a spray its application is enough
    sources = [one.uri for one in upstream.lots if one.distance and one.uri not in inputs][:_MOST_SOURCES]
    # What went into a crop stands among the crop's own events, and there only as far as it was before the pick.
    ways = [edge.event for edge in upstream.edges if edge.event is not None and edge.dst not in cycles][
        :_MOST_WAYS
    ]
    return {"lot": lot, "sources": sources, "ways": ways}


def _mine() -> Any:
    """The events that belong to the lot's journey: its own, and those of what it came from, up to when it did.

    What became of the rest of its sources, and what else was picked from the crop, is the story of other lots.
    """
    on_the_way = select(t.entry.c.submission).where(
        t.entry.c.entry_index.in_(bindparam("ways", expanding=True))
    )
    taking = aliased(EventRow)
    last_taken = (
        select(func.max(taking.event_time))
        .join(LotEdge, LotEdge.submission == taking.submission)
        .where(LotEdge.src == EventLot.lot, LotEdge.submission.in_(on_the_way))
        .correlate(EventLot)
        .scalar_subquery()
    )
    before = (
        select(EventLot.submission)
        .join(Lot, Lot.id == EventLot.lot)
        .join(EventRow, EventRow.submission == EventLot.submission)
        .where(Lot.uri.in_(bindparam("sources", expanding=True)), EventRow.kind.not_in(_OF_OTHERS))
        .where(EventRow.event_time <= last_taken)
    )
    return union(select(EventLot.submission).where(EventLot.lot == bindparam("lot")), before, on_the_way)


_EVENTS = (
    select(EventRow.submission, EventRow.kind, EventRow.event_time, EventRow.party, EventRow.place,
           EventRow.corrects, EventRow.voided_by, EventRow.on_date, t.entry.c.entry_index, t.entry.c.leaf)
    .outerjoin(t.entry, t.entry.c.submission == EventRow.submission)
    .where(EventRow.submission.in_(_mine()))
    .order_by(EventRow.event_time.desc(), EventRow.submission.desc())
    .limit(MOST_STEPS)
)  # fmt: skip
_COUNT = select(func.count()).select_from(_mine().subquery())


def _first_pick(events: Sequence[Row[Any]]) -> date | None:
    """The date of the earliest harvest that the lot goes back to."""
    picks = [row.on_date for row in events if row.kind == "harvest" and row.on_date and row.voided_by is None]
    return min(picks, default=None)


# Built once: to build these statements anew took longer than to run them.
_PARTS = (
    select(EventLot.submission, EventLot.role, EventLot.amount, EventLot.uom, Lot.uri, Lot.gtin, Lot.type)
    .join(Lot, Lot.id == EventLot.lot)
    .where(EventLot.submission.in_(bindparam("some", expanding=True)))
    .order_by(EventLot.submission, EventLot.position)
)
_NAMES = select(Record.type, Record.id, Record.body).where(Record.id.in_(bindparam("some", expanding=True)))
_KEYS = (
    select(t.signing_key.c.did, t.signing_key.c.custody, t.signing_key.c.replaced_by, t.entry.c.record_time)
    .outerjoin(t.entry, t.entry.c.submission == t.signing_key.c.revoked)
    .where(t.signing_key.c.did.in_(bindparam("some", expanding=True)))
)
_FINDINGS = (
    select(Finding.code, Finding.message, t.entry.c.entry_index, Hold.id)
    .outerjoin(t.entry, t.entry.c.submission == Finding.submission)
    .outerjoin(Hold, (Hold.submission == Finding.hold) & (Hold.lot == Finding.lot) & Hold.until.is_(None))
    .where(Finding.lot == bindparam("lot"), Finding.closed_by.is_(None))
    .order_by(Finding.id)
)
_HOLDS = (
    select(Hold.code, Hold.since, Hold.recall, EventRow.party, t.entry.c.entry_index)
    .join(EventRow, EventRow.submission == Hold.submission)
    .outerjoin(t.entry, t.entry.c.submission == Hold.submission)
    .where(Hold.lot == bindparam("lot"), Hold.until.is_(None))
    .order_by(Hold.id)
)
_STATED = NEWEST_STATED.subquery()
_HEAD = (
    select(t.head.c.origin, t.head.c.checkpoint, t.head.c.log_key, t.chain.c.length, t.chain.c.newest,
           t.entry.c.record_time, _STATED.c.entry_index.label("heads_index"),
           _STATED.c.record_time.label("heads_at"), _STATED.c.leaf.label("heads_leaf"))
    .select_from(t.head)
    .outerjoin(t.chain, t.chain.c.uri == bindparam("uri"))
    .outerjoin(t.entry, t.entry.c.entry_index == t.chain.c.newest)
    .outerjoin(_STATED, true())
)  # fmt: skip


def _parts(db: Connection, submissions: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for some in in_batches(list(submissions)):
        for row in db.execute(_PARTS, {"some": some}).all():
            found.setdefault(row.submission, []).append(row)
    return found


def _names(db: Connection, told: _Told, events: Iterable[Event]) -> dict[tuple[str, str], Mapping[str, Any]]:
    wanted = (
        {told.lot.gtin, told.lot.place}
        | {row.party for row in told.events}
        | {row.place for row in told.events}
    )
    wanted |= {part.gtin for parts in told.parts.values() for part in parts}
    for event in events:
        wanted |= {uri for _type, uri in (*event.sources, *event.destinations)}
        wanted.add(str(event.extension("registration") or ""))
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for some in in_batches(sorted(one for one in wanted if one)):
        rows = db.execute(_NAMES, {"some": some})
        found.update({(row.type, row.id): public_record(row.type, row.body) for row in rows})
    return found


def _keys(db: Connection, dids: set[str]) -> dict[str, Any]:
    return {row.did: row for row in db.execute(_KEYS, {"some": sorted(dids)})}


def _somebody(told: _Told, type_name: str, uri: str) -> Somebody:
    return _named(told.names, type_name, uri)


def _named(names: Mapping[tuple[str, str], Mapping[str, Any]], type_name: str, uri: str) -> Somebody:
    body = names.get((type_name, uri), {})
    return Somebody(uri, body.get("names", {}), is_erased(body))


def _step(told: _Told, row: Row[Any], signed: Mapping[str, Any], event: Event) -> Step:
    ends = [dict(event.sources).get("location"), dict(event.destinations).get("location")]
    source, destination = (_somebody(told, "place", uri) if uri else None for uri in ends)
    place = step_place(event)
    key = told.keys.get(told.signers[row.submission])
    return Step(
        index=row.entry_index,
        kind=row.kind,
        at=_local(row.event_time, event.offset),
        place=_somebody(told, "place", place) if place else None,
        from_place=source,
        to_place=destination,
        recorded_by=_somebody(told, "party", row.party),
        recorded_role=signed["role"],
        custody=key.custody if key else "own",
        parts=tuple(_part(told, part) for part in told.parts.get(row.submission, ()) if part.type == "lot"),
        details=details_of(event, told.names),
        reason=str(event.extension("code") or "") or None,
        approvals=len(signed.get("approvals", ())),
        voided=row.voided_by is not None,
        corrects=told.index_of.get(row.corrects) if row.corrects else None,
        corrected_by=told.index_of.get(row.voided_by) if row.voided_by else None,
        key_ended_at=key.record_time if key else None,
        key_replaced=bool(key and key.replaced_by),
    )


def _local(at: datetime, offset: str) -> datetime:
    return at.astimezone(timezone(parse_offset(offset))) if offset else at


def _part(told: _Told, part: Row[Any]) -> Part:
    names = told.names.get(("product", part.gtin or ""), {}).get("names", {})
    return Part(part.role, part.uri, names, part.amount, part.uom)


def _findings(db: Connection, lot: int) -> tuple[OpenFinding, ...]:
    return tuple(
        OpenFinding(row.code, row.message, row.entry_index, row.id is not None)
        for row in db.execute(_FINDINGS, {"lot": lot})
    )


def _holds(
    db: Connection, lot: int, names: Mapping[tuple[str, str], Mapping[str, Any]]
) -> tuple[OpenHold, ...]:
    return tuple(
        OpenHold(row.entry_index, row.code, row.since, _named(names, "party", row.party), row.recall)
        for row in db.execute(_HOLDS, {"lot": lot})
    )


def _earliest_harvest(events: Sequence[Row[Any]]) -> Any:
    """The first day that the treatments before the pick allowed."""
    standing = (
        row for row in events if row.kind == "input_applied" and row.corrects is None and not row.voided_by
    )
    return max((row.on_date for row in standing if row.on_date), default=None)


def _proof(db: Connection, uri: str) -> ProofState:
    head = db.execute(_HEAD, {"uri": uri}).one()
    checkpoint = parse_note_text(head.checkpoint)
    return ProofState(
        head.origin, checkpoint.size, checkpoint.root.hex(), head.length or 0, head.newest, head.record_time,
        head.log_key, heads_state(head.heads_index, head.heads_at, head.heads_leaf),
    )  # fmt: skip


def heads_state(index: int | None, at: datetime | None, leaf: bytes | None) -> HeadsState | None:
    """Return what a page says of a heads entry, of which only what is public is read."""
    if index is None or at is None or leaf is None:
        return None
    return HeadsState(index, at, read_statement(json.loads(leaf)["signed"]).size)
