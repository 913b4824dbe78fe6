"""Every kind of event as a form for people: which fields it asks for, and which role may fill it in. Pure.

- A form shows at most `MOST_SHOWN` fields. What else a fact needs is derived (the unit of a product, the key of a new
  growing cycle) or prefilled (the time, the place); that stands under "More".
- Splitting and merging are forms of their own: both are recorded as repacking.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lotproof.people.permissions import Permission as P

MOST_SHOWN = 6
FIELD, LOTS = "field", "lotbook"
"""The two rooms that forms belong to: plots, and lots."""
OPTIONAL = frozenset({"note", "device", "document", "carrier", "ended_at", "harvested_on", "temperature_min",
                      "temperature_max", "unit", "place", "place_to", "laboratory", "certificate", "lot_2", "amount_2",
                      "code_2", "made_2", "season", "from_place"})  # fmt: skip
"""Fields that may be left out wherever they stand."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form. name: its word in addresses.  kind: of `kinds.BY_NAME`.  shown, more: names of fields.

    optional: fields that this form lets out besides `OPTIONAL`.  needed: those of `OPTIONAL` that it does not.
    document: CBV type of the document that it takes.
    """

    name: str
    kind: str
    permission: P
    room: str
    shown: tuple[str, ...]
    more: tuple[str, ...] = ("place",)
    optional: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    document: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields, in the order in which they stand."""
        return (*self.shown, *self.more)

    def asks(self, name: str) -> bool:
        """Whether a field has to be filled in."""
        return name in self.needed or not (name in self.optional or name in OPTIONAL)


_UNIT = ("place", "unit")
_LOT = ("lot", "amount")

FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form("planting", "planting", P.RECORD_FIELD, FIELD, ("place_of_plot", "plot", "crop", "at", "lot", "amount"),
             ("season", "unit"), optional=frozenset({"lot", "amount"})),
        Form("spray", "input_applied", P.RECORD_FIELD, FIELD,
             ("cycle", "registration", "amount", "unit", "at", "ended_at"), (), needed=frozenset({"unit"})),
        Form("observation", "observation", P.RECORD_FIELD, FIELD, ("cycle", "note", "at"), (),
             needed=frozenset({"note"})),
        Form("harvest", "harvest", P.RECORD_FIELD, FIELD, ("cycle", "product", "code", "amount", "at"),
             ("harvested_on", "unit")),
        Form("creation", "creation", P.RECORD_PACKING, LOTS, ("product", "code", "amount", "at"), _UNIT),
        Form("cooling", "cooling", P.RECORD_STORAGE, LOTS, (*_LOT, "temperature", "at", "device"), _UNIT),
        Form("packing", "initial_packing", P.RECORD_PACKING, LOTS, (*_LOT, "product", "code", "made", "at"), _UNIT),
        Form("repacking", "repacking", P.RECORD_PACKING, LOTS, (*_LOT, "product", "code", "made", "at"), _UNIT),
        Form("processing", "processing", P.RECORD_PACKING, LOTS, (*_LOT, "product", "code", "made", "at"), _UNIT),
        Form("split", "repacking", P.RECORD_PACKING, LOTS, ("lot", "code", "made", "code_2", "made_2", "at"), _UNIT),
        Form("merge", "repacking", P.RECORD_PACKING, LOTS, (*_LOT, "lot_2", "amount_2", "code", "at"), _UNIT,
             needed=frozenset({"lot_2", "amount_2"})),
        Form("shipping", "shipping", P.RECORD_SHIPPING, LOTS, (*_LOT, "to_place", "carrier", "document", "at"), _UNIT,
             document="desadv"),
        Form("receiving", "receiving", P.RECORD_RECEIVING, LOTS, (*_LOT, "place", "document", "at"),
             ("from_place", "unit"), needed=frozenset({"place"}), document="desadv"),
        Form("transport", "transport", P.RECORD_SHIPPING, LOTS, (*_LOT, "to_place", "temperature", "carrier", "at"),
             _UNIT, optional=frozenset({"temperature"})),
        Form("storage", "storage", P.RECORD_STORAGE, LOTS, ("lot", "temperature", "device", "at"),
             ("place", "temperature_min", "temperature_max"), optional=frozenset({"temperature"})),
        Form("sensor", "sensor", P.RECORD_STORAGE, LOTS,
             ("lot", "temperature", "temperature_min", "temperature_max", "device", "at")),
        Form("container", "aggregate", P.RECORD_PACKING, LOTS, ("container", *_LOT, "lot_2", "amount_2", "at"), _UNIT),
        Form("unpacking", "disaggregate", P.RECORD_PACKING, LOTS, ("container", *_LOT, "at"), _UNIT,
             optional=frozenset({"lot", "amount"})),
        Form("sampling", "sampling", P.RECORD_INSPECTION, LOTS, (*_LOT, "note", "at"), _UNIT,
             optional=frozenset({"amount"})),
        Form("inspection", "inspection", P.RECORD_INSPECTION, LOTS,
             ("lot", "verdict", "certificate", "laboratory", "note", "at")),
        Form("commitment", "commitment", P.RECORD_FIELD, LOTS, ("lot", "certificate", "at"),
             needed=frozenset({"certificate"})),
        Form("sale", "sale", P.RECORD_SHIPPING, LOTS, (*_LOT, "buyer", "document", "place_to", "at"), _UNIT,
             needed=frozenset({"document"}), document="inv"),
        Form("retail-sale", "retail_sale", P.RECORD_SHIPPING, LOTS, (*_LOT, "at"), _UNIT),
        Form("return", "return", P.RECORD_RECEIVING, LOTS, (*_LOT, "reason", "document", "at"), _UNIT, document="rma"),
        Form("destruction", "destruction", P.RECORD_PACKING, LOTS, (*_LOT, "reason", "witness", "at"), _UNIT),
        Form("loss", "loss", P.RECORD_PACKING, LOTS, (*_LOT, "reason", "at"), _UNIT),
        Form("count", "count", P.RECORD_PACKING, LOTS, (*_LOT, "reason", "at"), _UNIT),
    )
}  # fmt: skip
"""Every form, by its word. Holds, releases and recalls have pages of their own: they need a reason and two people."""

OPEN_TO_WHO_HAS_THE_GOODS = frozenset({"receiving", "inspection", "sampling"})
"""Kinds whose lots need not have been the organisation's before: who holds the goods reads the lot off their label."""
EARLIER_VALUES = ("registration", "amount", "unit", "product", "place", "to_place", "carrier", "buyer", "temperature",
                  "device", "laboratory", "crop", "place_of_plot")  # fmt: skip
"""Fields that begin with what was recorded the last time."""


def form_named(name: str) -> Form | None:
    """Return the form with this word."""
    return FORMS.get(name)
