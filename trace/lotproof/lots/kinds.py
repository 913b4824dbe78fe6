"""The table of event kinds: how each is written in EPCIS and what it does to lots.

- One row a kind; order matters: a captured event is of the first row that fits by type, action and step.
- `effect` is the only thing that `apply` looks at, so a new kind that moves nothing is one row here.
- Steps that CBV lacks are URIs of our own namespace.
"""

from dataclasses import dataclass
from enum import StrEnum

from lotproof.epcis.event import Event
from lotproof.epcis.vocabulary import STEP_APPLYING_INPUT, STEP_CERTIFYING, STEP_PLANTING, bare


class Effect(StrEnum):
    """What an event does to stock, edges and containers."""

    PLANT = "plant"  # seed lots are consumed, edges seed lot -> cycle
    TREAT = "treat"  # an input goes on a cycle and sets its earliest harvest
    CREATE = "create"  # the lot begins, or grows; edge cycle -> lot
    TRANSFORM = "transform"  # inputs consumed, outputs created, edges
    PACK = "pack"  # children into a container
    UNPACK = "unpack"
    SHIP = "ship"
    RECEIVE = "receive"
    SELL = "sell"
    RETURN = "return"
    HOLD = "hold"
    RELEASE = "release"
    RECALL = "recall"
    ADJUST = "adjust"  # loss or count difference
    DESTROY = "destroy"
    OBSERVE = "observe"  # changes nothing


@dataclass(frozen=True, slots=True)
class Kind:
    """One row: the first (type, action, step) is what our own actions write; all are recognised.

    `fields` are the names of `native.Fact` that the kind needs, `options` those that it also takes.
    """

    name: str
    event_type: str
    action: str
    steps: tuple[str, ...]
    disposition: str | None
    effect: Effect
    fields: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    fsma: str | None = None  # the FSMA 204 critical tracking event, where there is one


_O, _T, _A, _X = "ObjectEvent", "TransformationEvent", "AggregationEvent", "TransactionEvent"
_MADE = ("creating_class_instance",)

# fmt: off
KINDS: tuple[Kind, ...] = (
    Kind("planting", _T, "", (STEP_PLANTING,), "active", Effect.PLANT, ("cycle", "crop"), ("inputs", "plot")),
    Kind("input_applied", _T, "", (STEP_APPLYING_INPUT,), None, Effect.TREAT, ("cycle", "registration"),
         ("ended_at", "amount", "uom", "inputs", "plot")),
    Kind("harvest", _O, "ADD", _MADE, "active", Effect.CREATE, ("portions", "cycle"), ("plot", "harvested_on"),
         "Harvesting"),
    Kind("creation", _O, "ADD", ("commissioning",), "active", Effect.CREATE, ("portions",)),
    Kind("hold", _O, "OBSERVE", ("holding",), "non_sellable_other", Effect.HOLD, ("lots", "reason")),
    Kind("recall", _O, "OBSERVE", ("holding",), "recalled", Effect.RECALL, ("lots", "reason", "recall")),
    Kind("release", _O, "OBSERVE", ("other",), "sellable_accessible", Effect.RELEASE, ("lots", "reason")),
    Kind("cooling", _O, "OBSERVE", ("other",), "in_progress", Effect.OBSERVE, ("portions", "temperature"),
         ("device",), "Cooling"),
    Kind("initial_packing", _T, "", _MADE, "active", Effect.TRANSFORM, ("inputs", "outputs"), (), "Initial Packing"),
    Kind("repacking", _T, "", ("repackaging",), "active", Effect.TRANSFORM, ("inputs", "outputs"), (),
         "Transformation"),
    Kind("processing", _T, "", (), "active", Effect.TRANSFORM, ("inputs", "outputs"), (), "Transformation"),
    Kind("sampling", _O, "OBSERVE", ("sampling",), None, Effect.OBSERVE, ("lots",), ("portions", "note")),
    Kind("inspection", _O, "OBSERVE", ("inspecting",), None, Effect.OBSERVE, ("lots", "verdict"),
         ("certificate", "laboratory", "note")),
    Kind("commitment", _O, "OBSERVE", (STEP_CERTIFYING,), "conformant", Effect.OBSERVE, ("lots", "certificate")),
    Kind("storage", _O, "OBSERVE", ("storing",), "sellable_not_accessible", Effect.OBSERVE, ("lots",),
         ("temperature", "temperature_min", "temperature_max", "device")),
    Kind("sensor", _O, "OBSERVE", ("sensor_reporting",), None, Effect.OBSERVE, ("lots", "temperature"),
         ("temperature_min", "temperature_max", "device")),
    Kind("aggregate", _A, "ADD", ("packing",), "container_closed", Effect.PACK, ("container",),
         ("portions", "containers")),
    Kind("disaggregate", _A, "DELETE", ("unpacking",), "container_open", Effect.UNPACK, ("container",),
         ("portions", "containers")),
    Kind("receiving", _A, "OBSERVE", ("receiving", "accepting"), "in_progress", Effect.RECEIVE,
         ("container", "portions"), ("from_place", "references"), "Receiving"),
    Kind("return", _O, "OBSERVE", ("receiving",), "returned", Effect.RETURN, ("portions", "reason"), ("references",)),
    Kind("receiving", _O, "OBSERVE", ("receiving", "accepting"), "in_progress", Effect.RECEIVE, ("portions",),
         ("container", "from_place", "references"), "Receiving"),
    Kind("shipping", _O, "OBSERVE", ("shipping",), "in_transit", Effect.SHIP, ("to_place",),
         ("portions", "container", "carrier", "references"), "Shipping"),
    Kind("transport", _O, "OBSERVE", ("transporting",), "in_transit", Effect.SHIP, (),
         ("portions", "container", "to_place", "temperature", "carrier", "references")),
    Kind("sale", _X, "ADD", ("shipping",), "in_transit", Effect.SELL, ("portions", "buyer", "references"),
         ("to_place",), "Shipping"),
    Kind("retail_sale", _O, "OBSERVE", ("retail_selling",), "retail_sold", Effect.SELL, ("portions",)),
    Kind("destruction", _O, "DELETE", ("destroying",), "destroyed", Effect.DESTROY,
         ("portions", "reason", "witness")),
    Kind("loss", _O, "DELETE", ("cycle_counting",), "damaged", Effect.ADJUST, ("portions", "reason")),
    Kind("count", _O, "OBSERVE", ("cycle_counting",), None, Effect.ADJUST, ("portions", "reason")),
    Kind("observation", _O, "OBSERVE", (), None, Effect.OBSERVE, (), ("lots", "portions", "cycle", "note")),
)
# fmt: on

OTHER = Kind("other", "", "", (), None, Effect.OBSERVE)
BY_NAME: dict[str, Kind] = {kind.name: kind for kind in (*KINDS, OTHER)}
"""Where a kind has two rows (receiving), the plain one without a container."""
RECEIVING_PACKED = next(kind for kind in KINDS if kind.name == "receiving")

_PERSISTENT = {"hold": "non_sellable_other", "recall": "recalled"}
# Disposition decides where type, action and step are shared: a return is a receiving of returned goods.
_BY_DISPOSITION = {"return": "returned"}


def classify(event: Event) -> Kind:
    """Return the kind of a captured event: the first row that fits, else OTHER (chains, no edges)."""
    for kind in KINDS:
        if _fits(kind, event):
            return kind
    return OTHER


def _fits(kind: Kind, event: Event) -> bool:
    if kind.event_type != event.type or kind.action != event.action:
        return False
    if kind.name == "processing":  # any other transformation with something that goes in and comes out
        return True
    if event.biz_step not in (kind.steps or ("",)):
        return False
    if kind.name in _PERSISTENT:
        return _PERSISTENT[kind.name] in event.persistent_set
    if kind.name == "release":
        return bool(event.persistent_unset)
    if kind.name == "cooling":
        return _has_temperature(event)
    wanted = _BY_DISPOSITION.get(kind.name)
    return wanted is None or event.disposition == wanted


def _has_temperature(event: Event) -> bool:
    reports = (report for element in event.sensor_elements for report in element.get("sensorReport", ()))
    return any(bare(report.get("type", "")) == "Temperature" for report in reports)


TAKING = frozenset({Effect.PLANT, Effect.TREAT, Effect.TRANSFORM, Effect.PACK, Effect.SHIP, Effect.SELL})
"""What a lot on hold may not do. It may still be looked at, counted, received, sent back and destroyed."""
