"""A read-only view of one EPCIS 2.0 event in its JSON form.

- The event is never changed; what the view answers is computed from it on demand.
- Identifiers come out canonical, standard words bare, quantities as exact decimals.
- A property whose field is absent answers None, "" or an empty list; one whose field is malformed raises
  InvalidInputError. The shape as a whole is checked by the schemas, not here.

Source: GS1 EPCIS 2.0, section 7.4 (event types) and 7.3 (their parts).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import Identified, LotId, identify
from lotproof.kernel.instants import parse_instant
from lotproof.kernel.quantity import to_decimal
from lotproof.kernel.units import normalise

from .vocabulary import EXTENSION_PREFIX, NS, bare

Role = Literal["object", "input", "output", "child", "parent"]

_ONE = Decimal(1)
# field, role, True if the field lists quantity elements
_FIELDS: tuple[tuple[str, Role, bool], ...] = (
    ("parentID", "parent", False),
    ("epcList", "object", False),
    ("quantityList", "object", True),
    ("childEPCs", "child", False),
    ("childQuantityList", "child", True),
    ("inputEPCList", "input", False),
    ("inputQuantityList", "input", True),
    ("outputEPCList", "output", False),
    ("outputQuantityList", "output", True),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that an event names: its part in the event, what it is, and how much of it.

    amount and uom are None where the event states no quantity; a serial is one EA of its lot.
    """

    role: Role
    uri: str
    kind: str
    lot: LotId | None
    amount: Decimal | None
    uom: str | None


class Event:
    """The view. `raw` is the event as it came."""

    __slots__ = ("_items", "raw")

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self._items: list[Item] | None = None

    @property
    def type(self) -> str:
        """ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent or AssociationEvent."""
        return _text(self.raw, "type")

    @property
    def action(self) -> str:
        """ADD, OBSERVE or DELETE; "" for transformations."""
        return _text(self.raw, "action")

    @property
    def biz_step(self) -> str:
        """The bare CBV word, or a URI of another vocabulary."""
        return bare(_text(self.raw, "bizStep"))

    @property
    def disposition(self) -> str:
        """The bare CBV word, or a URI of another vocabulary."""
        return bare(_text(self.raw, "disposition"))

    @property
    def persistent_set(self) -> list[str]:
        """Dispositions that hold from now on."""
        return self._persistent("set")

    @property
    def persistent_unset(self) -> list[str]:
        """Dispositions that hold no longer."""
        return self._persistent("unset")

    @property
    def event_time(self) -> datetime:
        """When it happened; aware, with the offset as written. Raises: InvalidInputError("invalid_time")."""
        return parse_instant(_text(self.raw, "eventTime"))

    @property
    def offset(self) -> str:
        """eventTimeZoneOffset as written: the local offset at the place of the event."""
        return _text(self.raw, "eventTimeZoneOffset")

    @property
    def offset_fits(self) -> bool:
        """True unless eventTime states an offset other than eventTimeZoneOffset. Z and -00:00 state none."""
        time = _text(self.raw, "eventTime")
        return time.endswith(("Z", "-00:00")) or time[-6:] == self.offset

    @property
    def event_id(self) -> str:
        """The submitted eventID, verbatim."""
        return _text(self.raw, "eventID")

    @property
    def read_point(self) -> str:
        """Canonical URI of the place where it happened."""
        return self._place("readPoint")

    @property
    def biz_location(self) -> str:
        """Canonical URI of the place where the things are afterwards."""
        return self._place("bizLocation")

    @property
    def parent_id(self) -> str:
        """Canonical URI of the container or parent."""
        parent = _text(self.raw, "parentID")
        return identify(parent).uri if parent else ""

    @property
    def transformation_id(self) -> str:
        """Canonical URI of the transformation (with us: the growing cycle)."""
        cycle = _text(self.raw, "transformationID")
        return identify(cycle).uri if cycle else ""

    @property
    def sources(self) -> list[tuple[str, str]]:
        """(type, canonical URI) of each source: owning_party, possessing_party, location. Hidden ones are left out."""
        return self._typed("sourceList", "source")

    @property
    def destinations(self) -> list[tuple[str, str]]:
        """(type, canonical URI) of each destination."""
        return self._typed("destinationList", "destination")

    @property
    def biz_transactions(self) -> list[tuple[str, str]]:
        """(type, identifier verbatim) of each business document; the type may be ""."""
        entries = _list(self.raw, "bizTransactionList")
        return [(bare(_text(e, "type")), _text(e, "bizTransaction")) for e in map(_object, entries)]

    @property
    def sensor_elements(self) -> list[Mapping[str, Any]]:
        """sensorElementList as it came."""
        return [_object(element) for element in _list(self.raw, "sensorElementList")]

    @property
    def ilmd(self) -> dict[str, Any]:
        """Instance/lot master data as it came."""
        return dict(_object(self.raw.get("ilmd") or {}))

    @property
    def error_declaration(self) -> Mapping[str, Any] | None:
        """errorDeclaration as it came, or None."""
        found = self.raw.get("errorDeclaration")
        return None if found is None else _object(found)

    def extension(self, name: str) -> Any:
        """The value of our extension `lotproof:<name>` (or of its full URI), None if absent."""
        found = self.raw.get(f"{EXTENSION_PREFIX}:{name}")
        return self.raw.get(NS + name) if found is None else found

    def all_items(self) -> list[Item]:
        """Everything the event names: parent, objects, children, inputs, outputs, in this order."""
        if self._items is None:
            self._items = list(_items(self.raw))
        return list(self._items)

    def items(self, role: Role) -> list[Item]:
        """What the event names in one role."""
        return [item for item in self.all_items() if item.role == role]

    def _persistent(self, name: str) -> list[str]:
        value = _object(self.raw.get("persistentDisposition") or {})
        return [bare(word) for word in _list(value, name)]

    def _place(self, name: str) -> str:
        value = self.raw.get(name)
        place = _text(_object(value), "id") if value is not None else ""
        return identify(place).uri if place else ""

    def _typed(self, field: str, name: str) -> list[tuple[str, str]]:
        entries = [_object(entry) for entry in _list(self.raw, field)]
        return [(bare(_text(e, "type")), identify(_text(e, name)).uri) for e in entries if name in e]


def _items(raw: Mapping[str, Any]) -> Iterator[Item]:
    for field, role, with_quantity in _FIELDS:
        value = raw.get(field)
        if not value:
            continue
        if field == "parentID":
            yield _single(role, value)
        elif with_quantity:
            yield from (_quantity(role, _object(element)) for element in _list(raw, field))
        else:
            yield from (_single(role, epc) for epc in _list(raw, field))


def _single(role: Role, epc: str) -> Item:
    what = identify(epc)
    if what.kind == "serial":
        return _item(role, what, _ONE, "EA")
    return _item(role, what, None, None)


def _quantity(role: Role, element: Mapping[str, Any]) -> Item:
    """EPCIS 2.0 section 7.3.3.3: without uom it counts instances; without quantity it states no amount."""
    what = identify(element.get("epcClass", ""))
    amount = element.get("quantity")
    if amount is None:
        return _item(role, what, None, None)
    uom = element.get("uom")
    return _item(role, what, to_decimal(amount), normalise(uom) if uom else "EA")


def _item(role: Role, what: Identified, amount: Decimal | None, uom: str | None) -> Item:
    return Item(role, what.uri, what.kind, what.lot, amount, uom)


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidInputError("invalid_event", f"{name} must be text, not {type(value).__name__}")
    return value


def _list(raw: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = raw.get(name)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise InvalidInputError("invalid_event", f"{name} must be a list, not {type(value).__name__}")
    return value


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidInputError("invalid_event", f"an object expected, not {type(value).__name__}")
    return value
