"""The objects that stand inside EPCIS 2.0 events. A field that the standard does not have must be prefixed.

Source: GS1 EPCIS 2.0 section 7.3 and its JSON Schema.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, fields, validates_schema

from lotproof.epcis import vocabulary as v
from lotproof_schemas.epcis_fields import (
    Hex,
    Identifier,
    Many,
    Number,
    Text,
    Time,
    Truth,
    Uom,
    Uri,
    Word,
)
from lotproof_schemas.faults import COMMON_MESSAGES, Coded, fault


class Part(Schema):
    """Base of all objects: strict about names, except prefixed ones (see `faults`)."""

    error_messages = {
        "unknown": Coded("unknown_field", "the standard has no such field here, and the name has no prefix"),
        "type": Coded("invalid_type", "must be an object"),
    }

    class Meta:
        unknown = RAISE


class Object(fields.Nested):
    """One object of a schema."""

    default_error_messages = COMMON_MESSAGES


class QuantityElement(Part):
    """So much of a class."""

    epcClass = Identifier(required=True)
    quantity = Number(lowest=0)
    uom = Uom()


class PlaceReference(Part):
    """readPoint and bizLocation."""

    id = Identifier(required=True)


class BizTransaction(Part):
    """A document of business that an event belongs to."""

    type = Word(v.BIZ_TRANSACTION_TYPES, "unknown_transaction_type")
    bizTransaction = Uri(required=True)


class Source(Part):
    """Where a transfer begins."""

    type = Word(v.SOURCE_DEST_TYPES, "unknown_source_type", required=True)
    source = Identifier(required=True)


class Destination(Part):
    """Where a transfer ends."""

    type = Word(v.SOURCE_DEST_TYPES, "unknown_destination_type", required=True)
    destination = Identifier(required=True)


def _dispositions() -> Many:
    return Many(Word(v.DISPOSITIONS, "unknown_disposition"), at_least=1, unique=True)


class PersistentDisposition(Part):
    """Dispositions that last until they are unset."""

    set = _dispositions()
    unset = _dispositions()

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _says_something(self, data: Any, original: Any, **_: Any) -> None:
        if isinstance(original, Mapping) and not original.keys() & {"set", "unset"}:
            raise fault("missing", "needs set or unset")


class ErrorDeclaration(Part):
    """Says that the event of the same content was wrong."""

    declarationTime = Time(required=True)
    reason = Word(v.ERROR_REASONS, "unknown_error_reason")
    correctiveEventIDs = Many(Uri())


class SensorMetadata(Part):
    """What holds for all reports of one sensor element."""

    time = Time()
    startTime = Time()
    endTime = Time()
    deviceID = Identifier()
    deviceMetadata = Uri()
    rawData = Uri()
    dataProcessingMethod = Uri()
    bizRules = Uri()


class SensorReport(Part):
    """One observation."""

    type = Word(v.SENSOR_TYPES, "unknown_sensor_type")
    exception = Word(v.SENSOR_ALERTS, "unknown_sensor_alert")
    time = Time()
    deviceID = Identifier()
    deviceMetadata = Uri()
    rawData = Uri()
    dataProcessingMethod = Uri()
    bizRules = Uri()
    microorganism = Uri()
    chemicalSubstance = Uri()
    coordinateReferenceSystem = Uri()
    component = Word(v.COMPONENTS, "unknown_component")
    value = Number()
    minValue = Number()
    maxValue = Number()
    meanValue = Number()
    sDev = Number()
    percRank = Number()
    percValue = Number()
    uom = Text()
    stringValue = Text()
    booleanValue = Truth()
    hexBinaryValue = Hex()
    uriValue = Uri()

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _says_what_it_is(self, data: Any, original: Any, **_: Any) -> None:
        if isinstance(original, Mapping) and not original.keys() & {"type", "exception"}:
            raise fault("missing", "needs type or exception")


class SensorElement(Part):
    """Reports and what they have in common."""

    sensorMetadata = Object(SensorMetadata())
    sensorReport = Many(Object(SensorReport()), at_least=1, required=True)
