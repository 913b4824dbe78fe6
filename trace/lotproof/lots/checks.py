"""One question before every act: what does not fit with what the ledger knows? Pure.

The same answers serve both doors: our own actions are refused by them, captured documents leave them as findings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from lotproof.kernel.errors import Problem
from lotproof.kernel.quantity import plain
from lotproof.lots.balance import Balance
from lotproof.lots.kinds import TAKING, Effect, Kind

AHEAD = timedelta(minutes=5)
TAKEN = frozenset({"consumed", "shipped", "sold", "destroyed", "adjusted"})
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class LotFacts:
    """What is known of one lot before the event."""

    uri: str
    created_at: datetime | None
    balance: Balance
    quarantined: Decimal = Decimal(0)
    held: tuple[tuple[str, datetime], ...] = ()
    """Open holds: (code, since)."""


@dataclass(frozen=True, slots=True)
class Movement:
    """A lot's part in the event, in its base unit; base_amount is None where no exact conversion is known."""

    lot: str
    role: str
    total: str | None
    amount: Decimal | None
    uom: str | None
    base_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """A growing cycle: its crop, the first day of harvest, and the interval of the input that goes on it."""

    uri: str
    crop: str | None
    earliest_harvest: date | None
    intervals: Mapping[str, int] | None = None
    """Of the input product, by crop; None where the product is not recorded."""
    is_spoiled: bool = False
    """A product that is not allowed for the crop was put on it before."""


@dataclass(frozen=True, slots=True)
class MassFacts:
    """Sums of a transformation in one unit; None where a conversion is missing."""

    total_in: Decimal
    total_out: Decimal
    uom: str
    tolerance_percent: Decimal | None
    """Declared for the process; None: nothing may be gained, and losses are not judged."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a check may look at. local_date: of the event, in the place's zone or at its stated offset."""

    event_time: datetime
    now: datetime
    local_date: date
    offset_fits: bool
    lots: Mapping[str, LotFacts]
    movements: Sequence[Movement] = ()
    cycle: CycleFacts | None = None
    mass: MassFacts | None = None
    unconvertible: Sequence[tuple[str, str, str]] = ()
    """Outputs that cannot be weighed against the inputs: (lot, its unit, the inputs' unit)."""
    without_lot: Sequence[str] = ()
    same_event_id: Sequence[str] = ()
    duplicated: Sequence[str] = ()
    """Lots of which an equal creation (time, place, quantity) stands already."""
    own_ancestors: Sequence[str] = ()
    """Outputs that are, or come before, an input."""
    packed_elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Children that are in another container: child -> container."""
    quarantine_only: bool = False
    has_failed: bool = False
    """An inspection found the lots not to conform."""
    temperatures: Sequence[Decimal] = ()
    """Readings of the event in degrees Celsius."""
    bands: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    """Lots whose product declares a temperature band, in degrees Celsius."""


def check(kind: Kind, facts: Facts) -> list[Problem]:
    """Return every problem; `where` is the URI of the lot, container or cycle that it is about."""
    return [
        *_time(kind, facts),
        *_identity(facts),
        *_holds(kind, facts),
        *_quantity(facts),
        *_harvest(kind, facts),
        *_mass(facts),
        *_containers(facts),
        *_quality(facts),
    ]


def _time(kind: Kind, facts: Facts) -> Iterator[Problem]:
    if not facts.offset_fits:
        for uri in facts.lots or [""]:
            yield Problem(uri, "offset_mismatch", "the offset in eventTime is not the eventTimeZoneOffset")
    if facts.event_time > facts.now + AHEAD:
        yield Problem("", "future_event", f"{facts.event_time.isoformat()} has not come yet")
    if kind.effect in (Effect.CREATE, Effect.HOLD, Effect.RECALL):
        return
    for move in facts.movements:
        lot = facts.lots[move.lot]
        if move.total != "created" and lot.created_at and facts.event_time < lot.created_at:
            yield _before_creation(move.lot, lot.created_at)


def before_creation(kind: Kind, uri: str, event_time: datetime, created_at: datetime) -> Problem | None:
    """Return the chronology problem of one standing event of a lot, if there is one."""
    if kind.effect in (Effect.CREATE, Effect.HOLD, Effect.RECALL) or event_time >= created_at:
        return None
    return _before_creation(uri, created_at)


def _before_creation(uri: str, created_at: datetime) -> Problem:
    return Problem(uri, "chronology", f"it happened before the lot began at {created_at.isoformat()}")


def _identity(facts: Facts) -> Iterator[Problem]:
    for item in facts.without_lot:
        yield Problem(item, "no_lot", f"{item} names no lot")
    for uri in facts.same_event_id:
        yield Problem(uri, "event_id_conflict", "its eventID already names other content")
    for uri in facts.duplicated:
        yield Problem(
            uri, "possible_duplicate", "a creation with the same time, place and quantity stands already"
        )
    for uri in facts.own_ancestors:
        yield Problem(uri, "cycle", "the lot would come from itself")


def held_now(kind: Kind, facts: Facts) -> Iterator[Problem]:
    """Return what else refuses an act of our own, which is done now: open holds that begin after the time it states."""
    if kind.effect in TAKING:
        for uri in dict.fromkeys(m.lot for m in facts.movements if m.total != "created"):
            for code, since in facts.lots[uri].held:
                if facts.event_time < since:
                    yield _held(uri, code, since)


def _held(uri: str, code: str, since: datetime) -> Problem:
    return Problem(uri, "held_lot_moved", f"the lot is on hold ({code}) since {since.isoformat()}")


def _holds(kind: Kind, facts: Facts) -> Iterator[Problem]:
    if kind.effect not in TAKING:
        return
    moved = False
    for uri in dict.fromkeys(m.lot for m in facts.movements if m.total != "created"):
        for code, since in facts.lots[uri].held:
            if facts.event_time >= since:
                moved = True
                yield _held(uri, code, since)
    for uri in dict.fromkeys(m.lot for m in facts.movements if moved and m.total == "created"):
        yield Problem(uri, "held_lot_moved", "it was made of a lot on hold")


def _quantity(facts: Facts) -> Iterator[Problem]:
    taken: dict[str, Decimal] = {}
    for move in facts.movements:
        if move.amount is not None and move.base_amount is None:
            base = facts.lots[move.lot].balance.uom
            yield Problem(
                move.lot, "no_conversion", f"no exact conversion from {move.uom} to {base} is recorded"
            )
        elif move.total in TAKEN and move.base_amount is not None:
            taken[move.lot] = taken.get(move.lot, Decimal(0)) + move.base_amount
    for uri, uom, base in facts.unconvertible:
        yield Problem(uri, "no_conversion", f"no conversion from {uom} to {base} is recorded")
    for uri, amount in taken.items():
        lot = facts.lots[uri]
        if amount > lot.balance.on_hand - (Decimal(0) if facts.quarantine_only else lot.quarantined):
            free = max(lot.balance.on_hand - lot.quarantined, Decimal(0))
            yield Problem(
                uri,
                "more_taken_than_exists",
                f"{plain(amount)} {lot.balance.uom} taken, {plain(free)} are there",
            )


def _harvest(kind: Kind, facts: Facts) -> Iterator[Problem]:
    cycle = facts.cycle
    if cycle is None:
        return
    if kind.effect is Effect.TREAT:
        yield from _application(cycle)
    if kind.effect is not Effect.CREATE:
        return
    for uri in dict.fromkeys(move.lot for move in facts.movements if move.total == "created"):
        if cycle.earliest_harvest and facts.local_date < cycle.earliest_harvest:
            yield too_early(uri, facts.local_date, cycle.earliest_harvest)
        if cycle.is_spoiled:
            yield spoiled(uri)


def _application(cycle: CycleFacts) -> Iterator[Problem]:
    if cycle.intervals is None:
        yield Problem(cycle.uri, "interval_not_recorded", "no product with this registration is recorded")
    elif cycle.crop is None:
        yield Problem(cycle.uri, "interval_not_recorded", "the crop of the growing cycle is not recorded")
    elif cycle.crop not in cycle.intervals:
        allowed = ", ".join(sorted(cycle.intervals))
        yield Problem(
            cycle.uri, "input_not_allowed", f"the product is recorded for {allowed}, not for {cycle.crop}"
        )


def spoiled(uri: str) -> Problem:
    """Return the problem of a lot that was picked where a forbidden product was applied."""
    return Problem(uri, "input_not_allowed", "a product that is not allowed for the crop was applied before")


def too_early(uri: str, harvested_on: date, earliest: date) -> Problem:
    """Return the problem of a harvest inside a pre-harvest interval."""
    return Problem(
        uri,
        "harvest_too_early",
        f"harvested on {harvested_on}, the interval after the last application ends: first day {earliest}",
    )


def _mass(facts: Facts) -> Iterator[Problem]:
    mass = facts.mass
    if mass is None or not mass.total_in:
        return
    margin = mass.total_in * (mass.tolerance_percent or Decimal(0)) / HUNDRED
    outputs = [m.lot for m in facts.movements if m.total == "created"]
    said = f"{plain(mass.total_in)} {mass.uom} in, {plain(mass.total_out)} {mass.uom} out"
    if mass.total_out > mass.total_in + margin:
        yield from (Problem(uri, "more_out_than_in", said) for uri in outputs)
    elif mass.tolerance_percent is not None and mass.total_out < mass.total_in - margin:
        yield from (Problem(uri, "yield_out_of_tolerance", said) for uri in outputs)


def _containers(facts: Facts) -> Iterator[Problem]:
    for child, container in facts.packed_elsewhere.items():
        yield Problem(child, "container_conflict", f"it is still in {container}")


def _quality(facts: Facts) -> Iterator[Problem]:
    if facts.has_failed:
        for uri in facts.lots:
            yield Problem(uri, "inspection_failed", "an inspection found that it does not conform")
    for uri, (lowest, highest) in facts.bands.items():
        outside = [t for t in facts.temperatures if not lowest <= t <= highest]
        if outside:
            yield Problem(
                uri,
                "temperature_excursion",
                f"{plain(max(outside, key=abs))} °C measured, {plain(lowest)} to {plain(highest)} °C allowed",
            )


def standing(lot: LotFacts, has_events: bool = True) -> dict[str, str]:
    """Return the codes that a lot's totals alone justify, with their messages: what opens and closes by itself."""
    found: dict[str, str] = {}
    balance = lot.balance
    if has_events and lot.created_at is None:
        found["unknown_origin"] = "nothing says where the lot came from"
    if balance.on_hand < 0 and (balance.created or balance.received):
        came = f"created {plain(balance.created)}, received {plain(balance.received)}"
        found["more_taken_than_exists"] = (
            f"{plain(-balance.on_hand)} {balance.uom} more taken than there was ({came})"
        )
    if balance.surplus or balance.sold < 0:
        found["quantity_discrepancy"] = (
            f"{plain(max(balance.surplus, -balance.sold))} {balance.uom} more came back than had left"
        )
    return found
