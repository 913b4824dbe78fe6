"""The read-only view of an event."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from lotproof.epcis.event import Event, Item
from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import LotId

LOT_URN = "urn:epc:class:lgtin:4012345.012345.998877"
LOT_URI = "https://id.gs1.org/01/04012345123456/10/998877"
LOT = LotId("04012345123456", "998877")
SSCC_URI = "https://id.gs1.org/00/106141412345678908"


def full_event() -> dict[str, Any]:
    return {
        "type": "AggregationEvent",
        "eventTime": "2026-11-23T16:36:00.5+08:00",
        "eventTimeZoneOffset": "+08:00",
        "eventID": "urn:uuid:1",
        "action": "ADD",
        "bizStep": "urn:epcglobal:cbv:bizstep:packing",
        "disposition": "https://ref.gs1.org/cbv/Disp-container_closed",
        "persistentDisposition": {"set": ["cbv:Disp-recalled"], "unset": ["conformant"]},
        "readPoint": {"id": "urn:epc:id:sgln:0614141.07346.1234"},
        "bizLocation": {"id": "https://farm.example/414/0614141073467"},
        "parentID": "urn:epc:id:sscc:0614141.1234567890",
        "childEPCs": ["https://farm.example/01/04012345123456/10/998877/21/S1"],
        "childQuantityList": [{"epcClass": LOT_URN, "quantity": 12.5, "uom": "kgm"}],
        "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:0614141.00001"}],
        "destinationList": [{"type": "cbv:SDT-location", "destination": "urn:epc:id:sgln:0614141.07346.0"}],
        "bizTransactionList": [{"type": "po", "bizTransaction": "PO-1"}, {"bizTransaction": "X"}],
        "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 4}]}],
        "ilmd": {"cbvmda:lotNumber": "998877"},
        "errorDeclaration": {"reason": "incorrect_data"},
        "lotproof:cycle": "urn:uuid:cycle-1",
    }


def test_words_come_out_bare_and_places_canonical() -> None:
    event = Event(full_event())

    assert (event.type, event.action) == ("AggregationEvent", "ADD")
    assert (event.biz_step, event.disposition) == ("packing", "container_closed")
    assert (event.persistent_set, event.persistent_unset) == (["recalled"], ["conformant"])
    assert event.read_point == "https://id.gs1.org/414/0614141073467/254/1234"
    assert event.biz_location == "https://id.gs1.org/414/0614141073467"
    assert event.parent_id == SSCC_URI
    assert event.sources == [("owning_party", "https://id.gs1.org/417/0614141000012")]
    assert event.destinations == [("location", "https://id.gs1.org/414/0614141073467")]
    assert event.biz_transactions == [("po", "PO-1"), ("", "X")]


def test_what_is_not_ours_to_read_comes_out_as_it_came() -> None:
    raw = full_event()
    event = Event(raw)

    assert event.raw is raw
    assert event.event_id == "urn:uuid:1"
    assert event.sensor_elements == raw["sensorElementList"]
    assert event.ilmd == {"cbvmda:lotNumber": "998877"}
    assert event.error_declaration == {"reason": "incorrect_data"}


def test_an_extension_is_found_by_prefix_and_by_full_name() -> None:
    assert Event(full_event()).extension("cycle") == "urn:uuid:cycle-1"
    assert Event({"https://lotproof.org/ns/cycle": "urn:uuid:2"}).extension("cycle") == "urn:uuid:2"
    assert Event({}).extension("cycle") is None


def test_an_event_without_fields_answers_with_nothing() -> None:
    event = Event({})

    texts = [event.type, event.action, event.biz_step, event.disposition, event.read_point, event.parent_id]
    lists = [
        event.persistent_set,
        event.sources,
        event.biz_transactions,
        event.sensor_elements,
        event.all_items(),
    ]
    assert set(texts) == {""}
    assert lists == [[], [], [], [], []]
    assert event.transformation_id == event.event_id == event.offset == ""
    assert event.ilmd == {}
    assert event.error_declaration is None


def test_items_come_with_role_lot_and_exact_amount() -> None:
    items = Event(full_event()).all_items()

    assert items == [
        Item("parent", SSCC_URI, "sscc", None, None, None),
        Item("child", "https://id.gs1.org/01/04012345123456/21/S1", "serial", LOT, Decimal(1), "EA"),
        Item("child", LOT_URI, "lot", LOT, Decimal("12.5"), "KGM"),
    ]


def test_items_are_found_by_role() -> None:
    event = Event(
        {
            "type": "TransformationEvent",
            "inputEPCList": ["urn:epc:id:sgtin:4012345.012345.S1"],
            "inputQuantityList": [{"epcClass": LOT_URN, "quantity": 3}],
            "outputQuantityList": [
                {"epcClass": LOT_URI},
                {"epcClass": LOT_URI, "quantity": 0.1, "uom": "CS"},
            ],
            "transformationID": "urn:epc:id:gdti:0614141.12345.400",
        }
    )

    inputs, outputs = event.items("input"), event.items("output")

    assert [(item.kind, item.lot, item.amount, item.uom) for item in inputs] == [
        ("serial", None, Decimal(1), "EA"),
        ("lot", LOT, Decimal(3), "EA"),
    ]
    assert [(item.amount, item.uom) for item in outputs] == [(None, None), (Decimal("0.1"), "XCS")]
    assert event.items("object") == []
    assert event.transformation_id == "https://id.gs1.org/253/0614141123452400"


def test_the_items_that_are_handed_out_are_the_callers_own() -> None:
    event = Event(full_event())

    event.all_items().clear()

    assert len(event.all_items()) == 3


def test_the_event_time_keeps_its_offset() -> None:
    moment = Event(full_event()).event_time

    assert moment.utcoffset() == timedelta(hours=8)
    assert moment.microsecond == 500_000


@pytest.mark.parametrize(
    ("time", "offset", "fits"),
    [
        ("2026-11-23T16:36:00+08:00", "+08:00", True),
        ("2026-11-23T08:36:00Z", "+08:00", True),
        ("2026-11-23T08:36:00-00:00", "+08:00", True),
        ("2026-11-23T08:36:00+00:00", "+08:00", False),
        ("2026-04-16T09:26:42-04:00", "-05:00", False),
        ("2026-11-23T16:36:00+08:00", "", False),
    ],
)
def test_the_two_offsets_of_an_event_are_compared(time: str, offset: str, fits: bool) -> None:
    assert Event({"eventTime": time, "eventTimeZoneOffset": offset}).offset_fits is fits


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("eventTime", "yesterday", "event_time"),
        ("eventTime", 5, "event_time"),
        ("action", ["ADD"], "action"),
        ("epcList", "urn:epc:id:sgtin:4012345.012345.S1", "all_items"),
        ("epcList", [7], "all_items"),
        ("epcList", ["https://id.gs1.org/01/04012345123457"], "all_items"),
        ("quantityList", [{"quantity": 5}], "all_items"),
        ("quantityList", ["x"], "all_items"),
        ("quantityList", [{"epcClass": LOT_URI, "quantity": "5"}], "all_items"),
        ("readPoint", "urn:epc:id:sgln:0614141.07346.0", "read_point"),
        ("sourceList", [["x"]], "sources"),
        ("ilmd", ["x"], "ilmd"),
        ("errorDeclaration", "x", "error_declaration"),
    ],
)
def test_a_malformed_field_is_refused_when_it_is_read(field: str, value: Any, read: str) -> None:
    event = Event({field: value})

    with pytest.raises(InvalidInputError):
        answer = getattr(event, read)
        answer()
