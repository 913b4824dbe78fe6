"""Common cause: what several bad lots came from, or what touched what they came from, in a fixed number of statements.

Ancestors are walked in the database (UNION, never UNION ALL), once for all lots together; how far each is from each
lot is told apart in memory. Only what stands counts: edges of corrected events are left out.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, select

from lotproof.epcis.event import Event
from lotproof.epcis.vocabulary import NS
from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import LotId
from lotproof.lots import causes
from lotproof.lots.causes import Cause, Distances
from lotproof.lots.events import full_events
from lotproof.lots.models import ContainerSpan, EventLot, EventRow, Lot, LotEdge
from lotproof.lots.recall import require_all
from lotproof.lots.trace import closure_of
from lotproof.parties.records import get_records
from lotproof.storage.engine import in_batches


@dataclass(frozen=True, slots=True)
class Common:
    """lots: the bad ones, as asked for.  causes: ranked.  most: how many lots the best explanation explains at all."""

    lots: tuple[str, ...]
    causes: tuple[Cause, ...]
    most: int


def common_causes(db: Connection, lots: Sequence[LotId], at_least: int | None = None) -> Common:
    """Return what explains at least so many of these lots (None: all of them), the best explanation first.

    Raises: NotFoundError `unknown_lot`; InvalidInputError `too_few_lots`, `invalid_min`.
    """
    asked = list(dict.fromkeys(lots))
    if len(asked) < 2:
        raise InvalidInputError(
            "too_few_lots", "one lot has nothing in common with others", "name two lots or more"
        )
    wanted = len(asked) if at_least is None else at_least
    if not 1 <= wanted <= len(asked):
        raise InvalidInputError(
            "invalid_min", f"{wanted} of {len(asked)} lots cannot be explained", f"say 1 to {len(asked)}"
        )
    past = _Past(db, require_all(db, asked))
    found = [cause for cause in past.causes() if cause.distance]
    names = tuple(lot.uri for lot in asked)
    others = [cause for cause in found if cause.uri not in names]
    most = max((len(cause.distance) for cause in others), default=0)
    return Common(names, causes.rank(found, wanted), most)


class _Past:
    """The ancestors of the seeds and what touched them; the seeds themselves are among them."""

    def __init__(self, db: Connection, seeds: Sequence[int]) -> None:
        self._db, self._seeds = db, seeds
        self._edges = {(row.src, row.dst) for row in db.execute(_edges(seeds))}
        self._past = causes.ancestors(seeds, self._edges)
        self._rows = {row.id: row for row in db.execute(_nodes(seeds))}
        self._names = {id: self._rows[id].uri for id in seeds}

    def causes(self) -> Iterator[Cause]:
        """Everything that explains any of the seeds."""
        yield from self._nodes()
        yield from self._inputs()
        yield from self._containers()
        yield from self._places()

    def _nodes(self) -> Iterator[Cause]:
        products = get_records(self._db, "product", {row.gtin for row in self._rows.values() if row.gtin})
        for id, row in self._rows.items():
            known = products.get(row.gtin or "", {}).get("names") or ({"": row.crop} if row.crop else {})
            yield Cause(row.uri, row.type, self._told(self._past.get(id, {})), row.place, known)

    def _inputs(self) -> Iterator[Cause]:
        """Products that were applied to a growing cycle before what came of it was picked."""
        cycles = [id for id, row in self._rows.items() if row.type == "cycle"]
        applied = [row for some in in_batches(cycles) for row in self._db.execute(_applied(some))]
        events = full_events(self._db, [row.submission for row in applied], None)
        picks: dict[int, list[tuple[int, Any]]] = defaultdict(list)
        for src, dst in self._edges:
            picks[src].append((dst, self._rows[dst].created_at))
        found: dict[str, Distances] = defaultdict(dict)
        places: dict[str, str | None] = {}
        for row in applied:
            name = Event(events[row.submission]).extension("registration")
            if isinstance(name, str):
                places.setdefault(name, row.place)
                reached = causes.applied_in_time(row.lot, row.event_time, self._past, picks[row.lot])
                _nearer(found[name], reached)
        known = get_records(self._db, "input_product", set(found))
        for name, distance in found.items():
            names = known.get(name, {}).get("names") or {"": name}
            yield Cause(
                f"{NS}input/{quote(name, safe='')}", causes.INPUT, self._told(distance), places[name], names
            )

    def _containers(self) -> Iterator[Cause]:
        carried: dict[str, set[int]] = defaultdict(set)
        for container, lot in self._db.execute(_carried(self._seeds)):
            carried[container].add(lot)
        for container, lots in carried.items():
            yield Cause(container, causes.CONTAINER, self._told(causes.beyond(lots, self._past)))

    def _places(self) -> Iterator[Cause]:
        been: dict[str, set[int]] = defaultdict(set)
        for place, lot in self._db.execute(_been(self._seeds)):
            been[place].add(lot)
        names = get_records(self._db, "place", set(been))
        for place, lots in been.items():
            reached = self._told(causes.beyond(lots, self._past))
            yield Cause(place, causes.PLACE, reached, place, names.get(place, {}).get("names") or {})

    def _told(self, distance: Distances) -> Mapping[str, int]:
        return {self._names[seed]: distance[seed] for seed in self._seeds if seed in distance}


def _nearer(known: Distances, more: Distances) -> None:
    for seed, steps in more.items():
        known[seed] = min(steps, known.get(seed, steps))


def _past_of(seeds: Sequence[int]) -> Any:
    """The ids of the past, as a list to be looked up in: joined, SQLite may scan the other table for it."""
    return select(closure_of(seeds, "up").c.id)


def _edges(seeds: Sequence[int]) -> Any:
    mine = LotEdge.dst.in_(_past_of(seeds))
    return select(LotEdge.src, LotEdge.dst).where(mine, LotEdge.voided.is_(False))


def _nodes(seeds: Sequence[int]) -> Any:
    columns = (Lot.id, Lot.uri, Lot.type, Lot.gtin, Lot.crop, Lot.place, Lot.created_at)
    return select(*columns).where(Lot.id.in_(_past_of(seeds)))


def _applied(cycles: Sequence[int]) -> Any:
    """What was applied to these growing cycles, as far as it stands."""
    statement = _standing(EventRow.submission, EventRow.event_time, EventRow.place, EventLot.lot)
    mine = (EventLot.lot.in_(cycles), EventLot.role == "cycle", EventRow.kind == "input_applied")
    return statement.where(*mine).order_by(EventRow.submission)


def _been(seeds: Sequence[int]) -> Any:
    statement = _standing(EventRow.place, EventLot.lot)
    return statement.where(EventLot.lot.in_(_past_of(seeds)), EventRow.place.is_not(None))


def _standing(*columns: Any) -> Any:
    standing = (EventRow.voided_by.is_(None), EventRow.corrects.is_(None))
    return (
        select(*columns)
        .join_from(EventLot, EventRow, EventRow.submission == EventLot.submission)
        .where(*standing)
    )


def _carried(seeds: Sequence[int]) -> Any:
    spans = select(ContainerSpan.container, ContainerSpan.lot).where(ContainerSpan.lot.in_(_past_of(seeds)))
    # What was packed by mistake was never inside: its span is empty.
    return spans.where(ContainerSpan.until.is_(None) | (ContainerSpan.until > ContainerSpan.since))
