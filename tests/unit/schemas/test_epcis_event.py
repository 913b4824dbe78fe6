"""EPCIS 2.0 events: what each type needs, what is refused and where, and that nothing is changed."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from lotproof.epcis import vocabulary
from lotproof_schemas.epcis_event import load_event

ROOT = Path(__file__).parents[3]

GTIN_LOT = "https://id.gs1.org/01/09521234543213/10/LOT-1"
SGTIN = "urn:epc:id:sgtin:9521234.054321.7"
SSCC = "https://id.gs1.org/00/095212345678901235"
PLACE = "https://id.gs1.org/414/9521234000013"
PARTY = "https://id.gs1.org/417/9521234000013"

COMMON: dict[str, Any] = {
    "eventTime": "2026-11-23T16:36:00.000+08:00",
    "eventTimeZoneOffset": "+08:00",
}
OBJECT = {**COMMON, "type": "ObjectEvent", "action": "OBSERVE", "epcList": [SGTIN]}
PACKING = {**COMMON, "type": "AggregationEvent", "action": "ADD", "parentID": SSCC, "childEPCs": [SGTIN]}
JOINING = {**COMMON, "type": "AssociationEvent", "action": "ADD", "parentID": PLACE, "childEPCs": [SGTIN]}
SALE = {
    **COMMON,
    "type": "TransactionEvent",
    "action": "ADD",
    "epcList": [SGTIN],
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9521234000013:4711"}],
}
MAKING = {
    **COMMON,
    "type": "TransformationEvent",
    "inputQuantityList": [{"epcClass": GTIN_LOT, "quantity": 10, "uom": "KGM"}],
    "outputEPCList": [SGTIN],
}
EVERY_TYPE = [OBJECT, PACKING, JOINING, SALE, MAKING]

REPORT = {
    "type": "Temperature",
    "exception": "ALARM_CONDITION",
    "time": "2026-11-23T16:00:00Z",
    "deviceID": "urn:epc:id:giai:9521234.12345",
    "deviceMetadata": "https://id.gs1.org/8004/952123412345",
    "rawData": "https://data.example.org/1",
    "dataProcessingMethod": "https://id.gs1.org/253/9521234000013A",
    "bizRules": "https://rules.example.org/1",
    "microorganism": "https://www.ncbi.nlm.nih.gov/taxonomy/1126011",
    "chemicalSubstance": "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N",
    "coordinateReferenceSystem": "http://www.opengis.net/def/crs/OGC/0/84",
    "component": "longitude",
    "value": 3.5,
    "minValue": -1,
    "maxValue": 7,
    "meanValue": 3.25,
    "sDev": 0.1,
    "percRank": 50,
    "percValue": 12.7,
    "uom": "CEL",
    "stringValue": "SomeString",
    "booleanValue": True,
    "hexBinaryValue": "f0f0F0",
    "uriValue": "https://id.gs1.org/8004/952123412345",
    "example:calibrated": {"on": "2026-01-01"},
}
FULL = {
    **OBJECT,
    "action": "ADD",
    "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", {"example": "https://ns.example.org/"}],
    "eventID": "ni:///sha-256;" + "ab" * 32 + "?ver=CBV2.0",
    "recordTime": "2026-11-23T08:36:01Z",
    "quantityList": [{"epcClass": GTIN_LOT, "quantity": 0}, {"epcClass": GTIN_LOT}],
    "bizStep": "urn:epcglobal:cbv:bizstep:shipping",
    "disposition": "https://ref.gs1.org/cbv/Disp-in_transit",
    "persistentDisposition": {"set": ["completeness_verified"], "unset": ["urn:epcglobal:cbv:disp:damaged"]},
    "readPoint": {"id": "urn:epc:id:sgln:9521234.00001.0", "example:gate": 4},
    "bizLocation": {"id": PLACE},
    "bizTransactionList": [{"bizTransaction": "https://example.org/po/4711"}],
    "sourceList": [{"type": "owning_party", "source": PARTY}],
    "destinationList": [{"type": "urn:epcglobal:cbv:sdt:location", "destination": PLACE}],
    "sensorElementList": [
        {
            "sensorMetadata": {
                "time": "2026-11-23T16:00:00Z",
                "startTime": "2026-11-23T15:00:00Z",
                "endTime": "2026-11-23T16:00:00Z",
                "deviceID": "urn:epc:id:giai:9521234.12345",
                "deviceMetadata": "https://example.org/d",
                "rawData": "https://example.org/r",
                "dataProcessingMethod": "https://example.org/m",
                "bizRules": "https://example.org/b",
            },
            "sensorReport": [REPORT, {"exception": "ERROR_CONDITION"}],
            "example:probe": "inside",
        }
    ],
    "certificationInfo": ["https://example.org/cert/1"],
    "ilmd": {"cbvmda:lotNumber": "LOT-1", "https://example.org/ns/tree": {"bare": [1, {"deep": None}]}},
    "errorDeclaration": {
        "declarationTime": "2026-11-24T00:00:00Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8"],
        "example:by": "QA",
    },
    "example:crew": {"size": 4, "names": ["甲", None]},
}  # fmt: skip


def problems_of(event: Any, path: str = "$") -> list[tuple[str, str]]:
    loaded, problems = load_event(event, path)
    assert loaded is None
    assert problems
    assert all(problem.message for problem in problems)
    return [(problem.where, problem.code) for problem in problems]


def accepted(event: Any) -> bool:
    return load_event(event, "$") == (event, [])


@pytest.mark.parametrize("event", EVERY_TYPE, ids=lambda event: event["type"])
def test_the_least_event_of_each_type_is_accepted(event: dict[str, Any]) -> None:
    assert accepted(event)


def test_an_event_with_every_field_of_the_standard_comes_back_as_it_came() -> None:
    before = copy.deepcopy(FULL)

    loaded, problems = load_event(FULL, "$")

    assert problems == []
    assert loaded is FULL
    assert json.dumps(loaded) == json.dumps(before)


@pytest.mark.parametrize("event", EVERY_TYPE, ids=lambda event: event["type"])
@pytest.mark.parametrize("field", ["type", "eventTime", "eventTimeZoneOffset"])
def test_every_type_needs_its_type_time_and_offset(event: dict[str, Any], field: str) -> None:
    without = {name: value for name, value in event.items() if name != field}

    assert problems_of(without) == [(f"$.{field}", "missing")]


@pytest.mark.parametrize(
    ("event", "without", "where"),
    [
        (OBJECT, "action", "$.action"),
        (OBJECT, "epcList", "$"),
        (PACKING, "action", "$.action"),
        (PACKING, "parentID", "$.parentID"),
        (PACKING, "childEPCs", "$"),
        (JOINING, "parentID", "$.parentID"),
        (JOINING, "childEPCs", "$"),
        (SALE, "bizTransactionList", "$.bizTransactionList"),
        (SALE, "epcList", "$"),
        (MAKING, "inputQuantityList", "$"),
        (MAKING, "outputEPCList", "$"),
    ],
)
def test_a_type_needs_what_the_standard_says(event: dict[str, Any], without: str, where: str) -> None:
    rest = {name: value for name, value in event.items() if name != without}

    assert problems_of(rest) == [(where, "missing")]


@pytest.mark.parametrize(
    "event",
    [
        {**OBJECT, "epcList": [], "quantityList": [{"epcClass": GTIN_LOT}]},
        {**OBJECT, "epcList": [], "readPoint": {"id": PLACE}, "sensorElementList": [{"sensorReport": [REPORT]}]},
        {**PACKING, "action": "DELETE", "childEPCs": []},
        {**{k: v for k, v in PACKING.items() if k != "parentID"}, "action": "OBSERVE"},
        {**SALE, "action": "DELETE", "epcList": []},
        {**SALE, "parentID": SSCC},
        {**COMMON, "type": "TransformationEvent", "transformationID": "urn:uuid:1", "inputEPCList": [SGTIN]},
        {**COMMON, "type": "TransformationEvent", "transformationID": "urn:uuid:1", "outputEPCList": [SGTIN]},
        {**MAKING, "ilmd": {"cbvmda:lotNumber": "1"}},
        {**OBJECT, "certificationInfo": "https://example.org/cert/1"},
        {**OBJECT, "quantityList": [{"epcClass": GTIN_LOT, "quantity": 0.5, "uom": "2N"}]},
        {**OBJECT, "bizStep": "https://lotproof.org/ns/step/planting"},
        {**OBJECT, "bizStep": "example:pruning"},
        {**OBJECT, "bizStep": "cbv:BizStep-shipping"},
        {**OBJECT, "@context": {"example": "https://ns.example.org/"}},
    ],
)  # fmt: skip
def test_what_the_standard_allows_is_accepted(event: dict[str, Any]) -> None:
    assert accepted(event)


def test_a_transformation_needs_something_that_goes_in_or_comes_out_even_with_an_id() -> None:
    event = {**COMMON, "type": "TransformationEvent", "transformationID": "urn:uuid:1"}

    assert problems_of(event) == [("$", "missing")]


@pytest.mark.parametrize(
    ("field", "value", "where", "code"),
    [
        ("type", "EPCISDocument", "$.type", "unknown_event_type"),
        ("type", 7, "$.type", "unknown_event_type"),
        ("type", None, "$.type", "unknown_event_type"),
        ("type", ["ObjectEvent"], "$.type", "unknown_event_type"),
        ("action", "add", "$.action", "unknown_action"),
        ("action", ["ADD"], "$.action", "unknown_action"),
        ("eventTime", "2026-11-23", "$.eventTime", "invalid_time"),
        ("eventTime", "2026-11-23T16:36:00", "$.eventTime", "invalid_time"),
        ("eventTime", "2026-11-23 16:36:00+08:00", "$.eventTime", "invalid_time"),
        ("eventTime", "2026-02-30T16:36:00+08:00", "$.eventTime", "invalid_time"),
        ("eventTime", 1700000000, "$.eventTime", "invalid_time"),
        ("eventTime", None, "$.eventTime", "invalid_type"),
        ("recordTime", "yesterday", "$.recordTime", "invalid_time"),
        ("eventTimeZoneOffset", "8", "$.eventTimeZoneOffset", "invalid_offset"),
        ("eventTimeZoneOffset", "+14:30", "$.eventTimeZoneOffset", "invalid_offset"),
        ("eventTimeZoneOffset", "Z", "$.eventTimeZoneOffset", "invalid_offset"),
        ("eventID", "4711", "$.eventID", "invalid_uri"),
        ("eventID", {"id": "urn:uuid:1"}, "$.eventID", "invalid_uri"),
        ("bizStep", "teleporting", "$.bizStep", "unknown_biz_step"),
        ("bizStep", "urn:epcglobal:cbv:bizstep:teleporting", "$.bizStep", "unknown_biz_step"),
        ("bizStep", "https://ref.gs1.org/cbv/BizStep-teleporting", "$.bizStep", "unknown_biz_step"),
        ("bizStep", "cbv:BizStep-teleporting", "$.bizStep", "unknown_biz_step"),
        ("bizStep", "Shipping", "$.bizStep", "unknown_biz_step"),
        ("bizStep", "", "$.bizStep", "unknown_biz_step"),
        ("bizStep", "two words: no", "$.bizStep", "unknown_biz_step"),
        ("bizStep", ["shipping"], "$.bizStep", "invalid_type"),
        ("disposition", "lost_at_sea", "$.disposition", "unknown_disposition"),
        ("persistentDisposition", {}, "$.persistentDisposition", "missing"),
        ("persistentDisposition", {"set": []}, "$.persistentDisposition.set", "invalid_value"),
        ("persistentDisposition", {"set": "recalled"}, "$.persistentDisposition.set", "invalid_type"),
        ("persistentDisposition", {"unset": ["gone"]}, "$.persistentDisposition.unset[0]", "unknown_disposition"),
        ("persistentDisposition", "recalled", "$.persistentDisposition", "invalid_type"),
        ("readPoint", PLACE, "$.readPoint", "invalid_type"),
        ("readPoint", {}, "$.readPoint.id", "missing"),
        ("readPoint", {"id": "gate 4"}, "$.readPoint.id", "invalid_identifier"),
        ("readPoint", {"id": PLACE, "gate": 4}, "$.readPoint.gate", "unknown_field"),
        ("bizLocation", {"id": None}, "$.bizLocation.id", "invalid_type"),
        ("bizTransactionList", {}, "$.bizTransactionList", "invalid_type"),
        ("bizTransactionList", [{}], "$.bizTransactionList[0].bizTransaction", "missing"),
        ("bizTransactionList", [{"bizTransaction": "4711"}], "$.bizTransactionList[0].bizTransaction", "invalid_uri"),
        ("bizTransactionList", [{"type": "bill", "bizTransaction": "urn:x:1"}], "$.bizTransactionList[0].type",
         "unknown_transaction_type"),
        ("sourceList", [{"source": PARTY}], "$.sourceList[0].type", "missing"),
        ("sourceList", [{"type": "farmer", "source": PARTY}], "$.sourceList[0].type", "unknown_source_type"),
        ("destinationList", [{"type": "location"}], "$.destinationList[0].destination", "missing"),
        ("destinationList", [{"type": "shop", "destination": PLACE}], "$.destinationList[0].type",
         "unknown_destination_type"),
        ("epcList", SGTIN, "$.epcList", "invalid_type"),
        ("epcList", [SGTIN, 7], "$.epcList[1]", "invalid_type"),
        ("epcList", [SGTIN, None], "$.epcList[1]", "invalid_type"),
        ("epcList", ["not a uri"], "$.epcList[0]", "invalid_identifier"),
        ("epcList", [SGTIN, SGTIN], "$.epcList", "duplicate_element"),
        ("quantityList", [{"quantity": 1}], "$.quantityList[0].epcClass", "missing"),
        ("quantityList", [7], "$.quantityList[0]", "invalid_type"),
        ("quantityList", [{"epcClass": GTIN_LOT, "quantity": "12"}], "$.quantityList[0].quantity", "invalid_type"),
        ("quantityList", [{"epcClass": GTIN_LOT, "quantity": True}], "$.quantityList[0].quantity", "invalid_type"),
        ("quantityList", [{"epcClass": GTIN_LOT, "quantity": None}], "$.quantityList[0].quantity", "invalid_type"),
        ("quantityList", [{"epcClass": GTIN_LOT, "quantity": -0.5}], "$.quantityList[0].quantity", "invalid_value"),
        ("quantityList", [{"epcClass": GTIN_LOT, "quantity": float("nan")}], "$.quantityList[0].quantity",
         "invalid_number"),
        ("quantityList", [{"epcClass": GTIN_LOT, "quantity": 1, "uom": "kilo"}], "$.quantityList[0].uom",
         "invalid_uom"),
        ("quantityList", [{"epcClass": GTIN_LOT, "quantity": 1, "uom": 5}], "$.quantityList[0].uom", "invalid_type"),
        ("sensorElementList", [{}], "$.sensorElementList[0].sensorReport", "missing"),
        ("sensorElementList", [{"sensorReport": []}], "$.sensorElementList[0].sensorReport", "invalid_value"),
        ("ilmd", {"cbvmda:lotNumber": "1"}, "$.ilmd", "not_allowed"),
        ("certificationInfo", "GAP-4711", "$.certificationInfo", "invalid_uri"),
        ("certificationInfo", [], "$.certificationInfo", "invalid_value"),
        ("certificationInfo", ["urn:x:1", 5], "$.certificationInfo", "invalid_uri"),
        ("errorDeclaration", {}, "$.errorDeclaration.declarationTime", "missing"),
        ("errorDeclaration", {"declarationTime": "2026-11-24T00:00:00Z", "reason": "oops"},
         "$.errorDeclaration.reason", "unknown_error_reason"),
        ("errorDeclaration", {"declarationTime": "2026-11-24T00:00:00Z", "correctiveEventIDs": ["1"]},
         "$.errorDeclaration.correctiveEventIDs[0]", "invalid_uri"),
        ("@context", 7, "$['@context']", "invalid_context"),
        ("@context", ["https://example.org", 7], "$['@context']", "invalid_context"),
        ("isA", "ObjectEvent", "$.isA", "unknown_field"),
        ("colour", "red", "$.colour", "unknown_field"),
        ("@id", "urn:x:1", "$['@id']", "unknown_field"),
        (":x", 1, "$[':x']", "unknown_field"),
        ("it's", 1, r"$['it\'s']", "unknown_field"),
        ("parentID", SSCC, "$.parentID", "unknown_field"),
        ("_schema", 1, "$", "unknown_field"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_its_path(field: str, value: Any, where: str, code: str) -> None:
    assert problems_of({**OBJECT, field: value}) == [(where, code)]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("type", "Happiness", "unknown_sensor_type"),
        ("type", "gs1:Happiness", "unknown_sensor_type"),
        ("exception", "PANIC", "unknown_sensor_alert"),
        ("component", "w", "unknown_component"),
        ("time", "noon", "invalid_time"),
        ("deviceID", "probe 4", "invalid_identifier"),
        ("rawData", "none", "invalid_uri"),
        ("value", "4.5", "invalid_type"),
        ("minValue", True, "invalid_type"),
        ("uom", 5, "invalid_type"),
        ("uom", "", "invalid_value"),
        ("stringValue", 5, "invalid_type"),
        ("booleanValue", "true", "invalid_type"),
        ("hexBinaryValue", "xyz", "invalid_value"),
        ("uriValue", "xyz", "invalid_uri"),
        ("reading", 5, "unknown_field"),
    ],
)
def test_a_wrong_value_of_a_sensor_report_is_refused_with_its_path(field: str, value: Any, code: str) -> None:
    event = {**OBJECT, "sensorElementList": [{"sensorReport": [REPORT, {**REPORT, field: value}]}]}

    assert problems_of(event) == [(f"$.sensorElementList[0].sensorReport[1].{field}", code)]


def test_a_sensor_report_says_what_it_reports() -> None:
    event = {**OBJECT, "sensorElementList": [{"sensorReport": [{"value": 4}]}]}

    assert problems_of(event) == [("$.sensorElementList[0].sensorReport[0]", "missing")]


WRONG = {
    "sgtin": "https://id.gs1.org/01/09521234543214/21/1",
    "lot": "https://example.org/01/09521234543214/10/LOT-1",
    "gtin13": "https://id.gs1.org/01/9521234543214",
    "sscc": "https://id.gs1.org/00/095212345678901236",
    "place": "https://id.gs1.org/414/9521234000014",
    "party": "https://id.gs1.org/417/9521234000014",
}


@pytest.mark.parametrize(
    ("event", "where"),
    [
        ({**OBJECT, "epcList": [SGTIN, WRONG["sgtin"]]}, "$.epcList[1]"),
        ({**OBJECT, "quantityList": [{"epcClass": WRONG["lot"]}]}, "$.quantityList[0].epcClass"),
        ({**OBJECT, "quantityList": [{"epcClass": WRONG["gtin13"]}]}, "$.quantityList[0].epcClass"),
        ({**PACKING, "parentID": WRONG["sscc"]}, "$.parentID"),
        ({**PACKING, "childEPCs": [WRONG["sscc"]]}, "$.childEPCs[0]"),
        ({**PACKING, "childQuantityList": [{"epcClass": WRONG["lot"]}]}, "$.childQuantityList[0].epcClass"),
        ({**JOINING, "parentID": WRONG["place"]}, "$.parentID"),
        ({**SALE, "parentID": WRONG["sscc"]}, "$.parentID"),
        ({**MAKING, "inputEPCList": [WRONG["sgtin"]]}, "$.inputEPCList[0]"),
        ({**MAKING, "outputEPCList": [WRONG["sgtin"]]}, "$.outputEPCList[0]"),
        ({**MAKING, "inputQuantityList": [{"epcClass": WRONG["lot"]}]}, "$.inputQuantityList[0].epcClass"),
        ({**MAKING, "outputQuantityList": [{"epcClass": WRONG["lot"]}]}, "$.outputQuantityList[0].epcClass"),
        ({**OBJECT, "readPoint": {"id": WRONG["place"]}}, "$.readPoint.id"),
        ({**OBJECT, "bizLocation": {"id": WRONG["place"]}}, "$.bizLocation.id"),
        ({**OBJECT, "sourceList": [{"type": "location", "source": WRONG["place"]}]}, "$.sourceList[0].source"),
        ({**OBJECT, "destinationList": [{"type": "owning_party", "destination": WRONG["party"]}]},
         "$.destinationList[0].destination"),
    ],
)  # fmt: skip
def test_a_wrong_check_digit_is_refused_wherever_an_identifier_stands(
    event: dict[str, Any], where: str
) -> None:
    assert problems_of(event) == [(where, "invalid_check_digit")]


def test_everything_that_is_wrong_is_said_at_once_and_from_the_path_of_the_event() -> None:
    event = {
        "type": "AggregationEvent",
        "action": "ADD",
        "eventTime": "noon",
        "bizStep": "teleporting",
        "childQuantityList": [{"epcClass": WRONG["lot"], "quantity": "4"}],
        "colour": "red",
        "example:colour": "red",
    }
    path = "$.epcisBody.eventList[3]"

    assert sorted(problems_of(event, path)) == [
        (f"{path}.bizStep", "unknown_biz_step"),
        (f"{path}.childQuantityList[0].epcClass", "invalid_check_digit"),
        (f"{path}.childQuantityList[0].quantity", "invalid_type"),
        (f"{path}.colour", "unknown_field"),
        (f"{path}.eventTime", "invalid_time"),
        (f"{path}.eventTimeZoneOffset", "missing"),
        (f"{path}.parentID", "missing"),
    ]


@pytest.mark.parametrize("names", [["lot"], ["cbvmda:lot", "lot"]])
def test_names_in_ilmd_must_be_prefixed(names: list[str]) -> None:
    event = {**OBJECT, "action": "ADD", "ilmd": dict.fromkeys(names, 1)}

    assert problems_of(event) == [("$.ilmd", "unknown_field")]


@pytest.mark.parametrize("raw", [None, "event", 7, [], [OBJECT], True])
def test_what_is_no_object_is_no_event(raw: Any) -> None:
    assert problems_of(raw) == [("$", "invalid_type")]


def test_no_more_than_a_hundred_problems_of_one_event_are_listed() -> None:
    assert len(problems_of({**OBJECT, "epcList": [f"no uri {n}" for n in range(1000)]})) == 100


def test_messages_stay_short_whatever_came() -> None:
    for field in ("eventTime", "eventID", "bizStep", "eventTimeZoneOffset", "certificationInfo", "type"):
        _, problems = load_event({**OBJECT, field: "x" * 100_000}, "$")
        assert all(len(problem.message) <= 300 for problem in problems)
        assert problems


def test_every_word_of_the_vocabulary_is_accepted() -> None:
    for word in vocabulary.BIZ_STEPS:
        assert accepted({**OBJECT, "bizStep": word})
    for word in vocabulary.DISPOSITIONS:
        assert accepted({**OBJECT, "disposition": word})
    for word in vocabulary.SENSOR_TYPES:
        assert accepted({**OBJECT, "sensorElementList": [{"sensorReport": [{"type": word}]}]})
