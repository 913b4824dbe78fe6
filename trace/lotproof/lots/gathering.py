"""Read what the checks need to know of an event: its lots, their amounts in base units, cycle, mass, duplicates."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from lotproof.epcis.event import Event, Item
from lotproof.epcis.vocabulary import bare
from lotproof.kernel.identifiers import LotId, identify
from lotproof.kernel.instants import parse_offset
from lotproof.kernel.quantity import to_decimal
from lotproof.kernel.units import convert_temperature
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots import containers, history
from lotproof.lots.checks import CycleFacts, Facts, MassFacts, Movement
from lotproof.lots.conversions import Declared, to_unit
from lotproof.lots.kinds import Effect, Kind
from lotproof.lots.lot_rows import LotRow, lots_for
from lotproof.parties import turns
from lotproof.parties.models import Record
from lotproof.parties.records import get_record, get_records

_TOTALS = {
    (Effect.CREATE, "object"): "created",
    (Effect.TRANSFORM, "input"): "consumed",
    (Effect.TRANSFORM, "output"): "created",
    (Effect.PLANT, "input"): "consumed",
    (Effect.TREAT, "input"): "consumed",
    (Effect.SHIP, "object"): "shipped",
    (Effect.RECEIVE, "object"): "received",
    (Effect.RECEIVE, "child"): "received",
    (Effect.SELL, "object"): "sold",
    (Effect.RETURN, "object"): "sold",
    (Effect.ADJUST, "object"): "adjusted",
    (Effect.DESTROY, "object"): "destroyed",
}
_OPENED = frozenset({"object", "input"})
"""Roles in which a container stands for what is inside it."""


@dataclass(slots=True)
class Gathered:
    """An event with the rows that it touches. `lots` is by URI, `cycle` one of them or None."""

    event: Event
    kind: Kind
    lots: dict[str, LotRow]
    movements: list[Movement]
    cycle: LotRow | None
    place: str | None
    facts: Facts


def gather(uow: UnitOfWork, event: Event, kind: Kind, content: bytes) -> Gathered:
    """Load and lock everything that `event` touches, as it stands before the event.

    Comes before the event gets its submission number: of two events that touch the same, the one that came second has
    the higher number and stands behind the first on the log.
    """
    take_turns(uow, [event])
    items = [*event.all_items(), *_opened(uow, event, kind)]
    cycle_uri = _cycle_uri(event, kind)
    wanted = {item.lot.uri: item.lot for item in items if item.lot}
    lots = lots_for(uow, wanted | ({cycle_uri: None} if cycle_uri else {}))
    cycle = lots.get(cycle_uri) if cycle_uri else None
    if cycle is not None and cycle.crop is None:
        cycle.crop = _crop(uow, event, cycle.uri)
    movements = [_movement(uow, kind, event, item, lots[item.lot.uri]) for item in items if item.lot]
    place = place_of(event)
    mass, unconvertible = _mass(uow, kind, movements, lots)
    facts = Facts(
        event_time=event.event_time,
        now=uow.now,
        local_date=_judged_date(uow, kind, event),
        offset_fits=event.offset_fits,
        lots={uri: row.facts() for uri, row in lots.items()},
        movements=movements,
        cycle=_cycle_facts(uow, event, kind, cycle),
        mass=mass,
        unconvertible=unconvertible,
        without_lot=[item.uri for item in items if item.lot is None and item.kind == "product"],
        same_event_id=list(wanted) if history.names_other_content(uow, event.event_id, content) else [],
        duplicated=history.equal_creations(uow, movements, lots, event.event_time, place, content),
        own_ancestors=history.own_ancestors(uow, kind, movements, lots),
        packed_elsewhere=_packed_elsewhere(uow, kind, event, movements, lots),
        quarantine_only=kind.effect in (Effect.DESTROY, Effect.ADJUST, Effect.RETURN),
        has_failed=kind.name == "inspection" and event.disposition == "non_conformant",
        temperatures=readings(event),
        bands=_bands(uow, event, lots),
    )
    return Gathered(event, kind, lots, movements, cycle, place, facts)


def take_turns(uow: UnitOfWork, events: Iterable[Event]) -> None:
    """Take the turns that events need. Everybody takes them before lots are locked: so no two wait for each other."""
    if not uow.is_alone:
        turns.read_master_data(uow)
        containers.take_turns(uow.db, events)


def lots_named(event: Event, kind: Kind) -> dict[str, LotId | None]:
    """Return the lots, and the growing cycle (None), that an event names itself."""
    cycle_uri = _cycle_uri(event, kind)
    named: dict[str, LotId | None] = {item.lot.uri: item.lot for item in event.all_items() if item.lot}
    return named | ({cycle_uri: None} if cycle_uri else {})


def place_of(event: Event) -> str | None:
    """Return the URI of where it happened, None where the event does not say."""
    return event.read_point or event.biz_location or None


def sent_to(event: Event, kind: Kind) -> str | None:
    """Return the URI of the place that goods are sent to, None where the event sends none, or does not say where."""
    if kind.effect not in (Effect.SHIP, Effect.SELL):
        return None
    return next((uri for type_name, uri in event.destinations if bare(type_name) == "location"), None)


def local_date(uow: UnitOfWork, event: Event) -> date:
    """Return the event's date in its place's recorded zone, else at the offset that it states."""
    place = place_of(event)
    zone = _zone(uow, place) if place else None
    if zone:
        return event.event_time.astimezone(zone).date()
    return event.event_time.astimezone(timezone(parse_offset(event.offset)) if event.offset else UTC).date()


def harvest_date(uow: UnitOfWork, event: Event) -> date:
    """Return the date of harvest that the event states, else its own."""
    stated = event.ilmd.get("cbvmda:harvestStartDate") or event.ilmd.get("harvestStartDate")
    try:
        return date.fromisoformat(str(stated)[:10])
    except ValueError:
        return local_date(uow, event)


def _judged_date(uow: UnitOfWork, kind: Kind, event: Event) -> date:
    """A harvest counts from the earlier of its two dates: neither may lie inside the interval."""
    at = local_date(uow, event)
    return min(at, harvest_date(uow, event)) if kind.effect is Effect.CREATE else at


def _zone(uow: UnitOfWork, place: str) -> ZoneInfo | None:
    zones: dict[str, ZoneInfo | None] = uow.memo.setdefault("zones", {})
    if place not in zones:
        body = get_record(uow.db, "place", place)
        zones[place] = ZoneInfo(body["zone"]) if body else None
    return zones[place]


def _opened(uow: UnitOfWork, event: Event, kind: Kind) -> Iterator[Item]:
    """The lots inside the containers that the event moves, in the role of their container."""
    if kind.effect in (Effect.PACK, Effect.UNPACK):
        return
    roles = {
        item.uri: item.role for item in event.all_items() if item.kind == "sscc" and item.role in _OPENED
    }
    if not roles:
        return
    for inside in containers.contents(uow.db, list(roles), event.event_time):
        lot = identify(inside.uri).lot
        role = roles.get(inside.container, next(iter(roles.values())))
        yield Item(role, inside.uri, "lot", lot, inside.amount, inside.uom)


def _cycle_uri(event: Event, kind: Kind) -> str | None:
    if kind.effect in (Effect.PLANT, Effect.TREAT):
        return event.transformation_id or None
    named = event.extension("cycle")
    return named if isinstance(named, str) and kind.effect in (Effect.CREATE, Effect.OBSERVE) else None


def _crop(uow: UnitOfWork, event: Event, cycle: str) -> str | None:
    """What grows there: the event says so, else master data. Trees and tea bushes are not planted every year."""
    named = event.extension("crop")
    if isinstance(named, str):
        return named
    body = _recorded(uow, "cycle", cycle)
    return str(body["crop"]) if body else None


def _movement(uow: UnitOfWork, kind: Kind, event: Event, item: Item, lot: LotRow) -> Movement:
    if lot.base_uom is None and item.uom:
        lot.base_uom = item.uom
        lot.balance = replace(lot.balance, uom=item.uom)
    base = None
    if item.amount is not None and item.uom and lot.base_uom:
        base = to_unit(item.amount, item.uom, lot.base_uom, declared(uow, lot.gtin, item.uom, lot.base_uom))
    total = _TOTALS.get((kind.effect, item.role))
    if kind.name == "transport" and (
        not event.raw.get("destinationList") or (base is not None and lot.balance.in_transit >= base)
    ):
        total = None  # what is on the road already is only seen again
    if base is not None:
        base = as_counted(kind, base, lot)
    return Movement(lot.uri, item.role, total, item.amount, item.uom, base)


def as_counted(kind: Kind, amount: Decimal, lot: LotRow) -> Decimal:
    """Return what a stated amount (in the base unit) adds to its total: a return takes off, a count the difference."""
    if kind.effect is Effect.RETURN:
        return -amount
    return lot.balance.on_hand - amount if kind.name == "count" else amount


def declared(uow: UnitOfWork, gtin: str | None, src: str, dst: str) -> Sequence[Declared]:
    """Return what master data says about the product's units; nothing is read where none is needed."""
    if gtin is None or src == dst:
        return ()
    known: dict[str, list[Declared]] = uow.memo.setdefault("conversions", {})
    if gtin not in known:
        rows = uow.db.execute(
            select(Record.body)
            .where(Record.type == "conversion", Record.id.startswith(f"{gtin}:"))
            .order_by(Record.id)
        ).scalars()
        known[gtin] = [Declared(row["from_uom"], row["to_uom"], Decimal(row["factor"])) for row in rows]
    return known[gtin]


def _mass(
    uow: UnitOfWork, kind: Kind, movements: Sequence[Movement], lots: dict[str, LotRow]
) -> tuple[MassFacts | None, list[tuple[str, str, str]]]:
    """Sum both sides of a transformation in one unit; what has no way to that of the first input is named.

    Cases into boxes meet in kilograms: where the first input's unit leads nowhere, those that its product is
    converted to are tried.
    """
    ins = [m for m in movements if m.role == "input" and m.amount is not None and m.uom]
    outs = [m for m in movements if m.role == "output" and m.amount is not None and m.uom]
    if kind.effect is not Effect.TRANSFORM or not ins or not outs:
        return None, []
    first = lots[ins[0].lot].gtin
    own = str(ins[0].uom)
    without: list[tuple[str, str, str]] = []
    for uom in dict.fromkeys([own, *(way.to_uom for way in declared(uow, first, own, ""))]):
        total_in, missing_in = _sum(uow, ins, uom, first, lots)
        total_out, missing_out = _sum(uow, outs, uom, first, lots)
        if not missing_in and not missing_out:
            return MassFacts(total_in, total_out, uom, _tolerance(uow, kind)), []
        without = without or [*missing_in, *missing_out]
    return None, without


def _sum(
    uow: UnitOfWork, some: Sequence[Movement], uom: str, first: str | None, lots: dict[str, LotRow]
) -> tuple[Decimal, list[tuple[str, str, str]]]:
    total, missing = Decimal(0), []
    for move in some:
        assert move.amount is not None
        assert move.uom is not None
        gtin = lots[move.lot].gtin
        ways = [
            *declared(uow, gtin, move.uom, uom),
            *(declared(uow, first, move.uom, uom) if first != gtin else ()),
        ]
        amount = to_unit(move.amount, move.uom, uom, ways)
        if amount is None:
            missing.append((move.lot, move.uom, uom))
        else:
            total += amount
    return total, missing


def _tolerance(uow: UnitOfWork, kind: Kind) -> Decimal | None:
    body = _recorded(uow, "tolerance", kind.name)
    return Decimal(body["percent"]) if body else None


def _cycle_facts(uow: UnitOfWork, event: Event, kind: Kind, cycle: LotRow | None) -> CycleFacts | None:
    if cycle is None:
        return None
    earliest = cycle.earliest_harvest
    if earliest and kind.effect is Effect.CREATE:
        earliest = history.earliest_harvest(uow.db, cycle.id, event.event_time)
    spoiled = kind.effect is Effect.CREATE and history.was_spoiled(uow, cycle.id, event.event_time)
    crop = cycle.crop or (_recorded(uow, "cycle", cycle.uri) or {}).get("crop")
    stated = event.extension("crop")
    return CycleFacts(
        cycle.uri,
        crop or (stated if isinstance(stated, str) else None),
        earliest,
        _intervals(uow, event, kind),
        spoiled,
    )


def _recorded(uow: UnitOfWork, type_name: str, id: str) -> Mapping[str, Any] | None:
    """Return master data; what was read once is not read again until some is recorded."""
    known: dict[tuple[str, str], Mapping[str, Any] | None] = uow.memo.setdefault("recorded", {})
    if (type_name, id) not in known:
        known[type_name, id] = get_record(uow.db, type_name, id)
    return known[type_name, id]


def _intervals(uow: UnitOfWork, event: Event, kind: Kind) -> dict[str, int] | None:
    registration: Any = event.extension("registration")
    if kind.effect is not Effect.TREAT or not registration:
        return None
    body = get_record(uow.db, "input_product", str(registration))
    return dict(body["intervals"]) if body else None


def readings(event: Event) -> list[Decimal]:
    """Return every temperature that the event states, in degrees Celsius."""
    found = []
    for element in event.sensor_elements:
        for report in element.get("sensorReport", ()):
            if bare(report.get("type", "")) == "Temperature":
                stated = (report.get(name) for name in ("value", "minValue", "maxValue"))
                found += [
                    convert_temperature(to_decimal(v), report.get("uom", "CEL"), "CEL")
                    for v in stated
                    if v is not None
                ]
    return [value for value in found if value is not None]


def _bands(uow: UnitOfWork, event: Event, lots: dict[str, LotRow]) -> dict[str, tuple[Decimal, Decimal]]:
    if not event.sensor_elements:
        return {}
    products = get_records(uow.db, "product", {row.gtin for row in lots.values() if row.gtin})
    found = {}
    for uri, row in lots.items():
        band = products.get(row.gtin or "", {}).get("temperature_band")
        if band:
            found[uri] = (Decimal(band["min"]), Decimal(band["max"]))
    return found


def _packed_elsewhere(
    uow: UnitOfWork, kind: Kind, event: Event, movements: Sequence[Movement], lots: dict[str, LotRow]
) -> dict[str, str]:
    if kind.effect is not Effect.PACK:
        return {}
    boxes = [item.uri for item in event.items("child") if item.kind == "sscc"]
    found = {
        child: parent
        for child, parent in containers.open_parents(uow.db, boxes).items()
        if parent != event.parent_id
    }
    return found | history.overpacked(uow.db, movements, lots)
