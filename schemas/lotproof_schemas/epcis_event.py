"""The five event types of EPCIS 2.0: which fields each has, and which it needs.

- An event is judged and returned as it came: nothing is re-ordered, coerced or resolved.
- Extensions (prefixed names) are kept wherever they stand; contexts are never fetched.

Source: GS1 EPCIS 2.0 section 7.4 and its JSON Schema.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from lotproof.epcis import vocabulary as v
from lotproof.kernel.errors import Problem
from lotproof_schemas.epcis_fields import (
    Context,
    Extensions,
    Identifier,
    Many,
    Offset,
    OneOfWords,
    Time,
    Uri,
    UriOrUris,
    Word,
)
from lotproof_schemas.epcis_parts import (
    BizTransaction,
    Destination,
    ErrorDeclaration,
    Object,
    Part,
    PersistentDisposition,
    PlaceReference,
    QuantityElement,
    SensorElement,
    Source,
)
from lotproof_schemas.faults import Coded, problems, step

Raw = Mapping[str, Any]
_Wrong = Iterator[tuple[str, str, str]]  # field (or WHOLE), code, message
_WHOLE = "_schema"


def _epcs() -> Many:
    return Many(Identifier(), unique=True)


def _quantities() -> Many:
    return Many(Object(QuantityElement()))


def _action() -> OneOfWords:
    return OneOfWords(v.ACTIONS, "unknown_action", required=True)


class _Event(Part):
    """What all types share. `needs` says what is wrong with fields in relation to each other."""

    context = Context(data_key="@context")
    type = OneOfWords(v.EVENT_TYPES, "unknown_event_type", required=True)
    eventID = Uri()
    eventTime = Time(required=True)
    recordTime = Time()
    eventTimeZoneOffset = Offset(required=True)
    bizStep = Word(v.BIZ_STEPS, "unknown_biz_step")
    disposition = Word(v.DISPOSITIONS, "unknown_disposition")
    persistentDisposition = Object(PersistentDisposition())
    readPoint = Object(PlaceReference())
    bizLocation = Object(PlaceReference())
    bizTransactionList = Many(Object(BizTransaction()))
    sourceList = Many(Object(Source()))
    destinationList = Many(Object(Destination()))
    sensorElementList = Many(Object(SensorElement()))
    certificationInfo = UriOrUris()
    errorDeclaration = Object(ErrorDeclaration())

    def needs(self, event: Raw) -> _Wrong:
        """What this type needs beyond the fields one by one."""
        yield from ()

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _fits_together(self, data: Any, original: Any, **_: Any) -> None:
        wrong: dict[str, list[str]] = {}
        for name, code, message in self.needs(original):
            wrong.setdefault(name, []).append(Coded(code, message))
        if wrong:
            raise ValidationError(wrong)


class ObjectEvent(_Event):
    """Something was seen, came to be, or ceased to be."""

    action = _action()
    epcList = _epcs()
    quantityList = _quantities()
    ilmd = Extensions()

    def needs(self, event: Raw) -> _Wrong:
        seen = event.get("epcList") or event.get("quantityList")
        if not seen and not (event.get("sensorElementList") and event.get("readPoint")):
            yield _WHOLE, "missing", "needs epcList or quantityList, or sensorElementList with readPoint"
        if "ilmd" in event and event.get("action") in ("OBSERVE", "DELETE"):
            yield "ilmd", "not_allowed", "stands only where something comes to be: with action ADD"


class _Family(_Event):
    """Children and their parent."""

    action = _action()
    parentID = Identifier()
    childEPCs = _epcs()
    childQuantityList = _quantities()

    def needs(self, event: Raw) -> _Wrong:
        if event.get("action") != "DELETE" and not (event.get("childEPCs") or event.get("childQuantityList")):
            yield _WHOLE, "missing", "needs childEPCs or childQuantityList, except with action DELETE"


class AggregationEvent(_Family):
    """Children were put into, or taken out of, a parent."""

    def needs(self, event: Raw) -> _Wrong:
        yield from super().needs(event)
        if event.get("action") in ("ADD", "DELETE") and "parentID" not in event:
            yield "parentID", "missing", "is needed with action ADD and DELETE"


class AssociationEvent(_Family):
    """Children were joined to, or parted from, an asset or a place."""

    parentID = Identifier(required=True)


class TransactionEvent(_Event):
    """Things were bound to a document of business."""

    action = _action()
    parentID = Identifier()
    epcList = _epcs()
    quantityList = _quantities()
    bizTransactionList = Many(Object(BizTransaction()), at_least=1, required=True)

    def needs(self, event: Raw) -> _Wrong:
        if event.get("action") != "DELETE" and not (event.get("epcList") or event.get("quantityList")):
            yield _WHOLE, "missing", "needs epcList or quantityList, except with action DELETE"


class TransformationEvent(_Event):
    """Inputs were used up and outputs came to be, in one event or in several with one transformationID."""

    transformationID = Identifier()
    inputEPCList = _epcs()
    inputQuantityList = _quantities()
    outputEPCList = _epcs()
    outputQuantityList = _quantities()
    ilmd = Extensions()

    def needs(self, event: Raw) -> _Wrong:
        inputs = event.get("inputEPCList") or event.get("inputQuantityList")
        outputs = event.get("outputEPCList") or event.get("outputQuantityList")
        if not inputs and not outputs:
            yield _WHOLE, "missing", "needs inputs or outputs"
        elif "transformationID" not in event and not (inputs and outputs):
            yield _WHOLE, "missing", "needs inputs and outputs, except with a transformationID"


_SCHEMAS: dict[str, _Event] = {
    schema.__name__: schema()
    for schema in (ObjectEvent, AggregationEvent, AssociationEvent, TransactionEvent, TransformationEvent)
}


def load_event(raw: Any, path: str = "$") -> tuple[dict[str, Any] | None, list[Problem]]:
    """Return the event as it came, or None and everything that is wrong with it.

    path: where the event stands in its document, the beginning of every `Problem.where`.
    """
    if not isinstance(raw, dict):
        return None, [Problem(path, "invalid_type", "an event must be an object")]
    schema = _SCHEMAS.get(raw["type"]) if isinstance(raw.get("type"), str) else None
    if schema is None:
        return None, [_no_type(raw, step(path, "type"))]
    wrong = problems(schema.validate(raw), path)
    return (None, wrong) if wrong else (raw, [])


def _no_type(raw: Raw, where: str) -> Problem:
    if "type" not in raw:
        return Problem(where, "missing", "is needed and not there")
    said = f"must be one of {', '.join(sorted(v.EVENT_TYPES))}, not {raw['type']!r}"
    return Problem(where, "unknown_event_type", said[:200])
