"""What an event is about: the chains that it is linked into."""

from typing import Any

import pytest

from lotproof.epcis.about import about
from lotproof.kernel.errors import InvalidInputError

A = "https://id.gs1.org/01/04012345123456/10/A"
B = "https://id.gs1.org/01/04012345123456/10/B"
SSCC = "https://id.gs1.org/00/106141412345678908"


def test_every_list_of_an_event_counts() -> None:
    fields = ["epcList", "childEPCs", "inputEPCList", "outputEPCList"]
    quantities = ["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"]

    for field in fields:
        assert about({field: [B, A]}) == [A, B]
    for field in quantities:
        assert about({field: [{"epcClass": B, "quantity": 1}, {"epcClass": A}]}) == [A, B]


def test_a_lot_is_named_once_and_canonically_whatever_it_came_as() -> None:
    event = {
        "quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.A"}, {"epcClass": A}],
        "epcList": ["https://farm.example/x/01/4012345123456/10/A?17=261123"],
    }

    assert about(event) == [A]


def test_a_serial_counts_for_its_lot_and_without_one_for_nothing() -> None:
    event = {"epcList": [A + "/21/S1", A + "/21/S2", "urn:epc:id:sgtin:4012345.012345.S3"]}

    assert about(event) == [A]


def test_a_container_counts_as_parent_and_as_thing() -> None:
    event = {"parentID": "urn:epc:id:sscc:0614141.1234567890", "childQuantityList": [{"epcClass": A}]}

    assert about(event) == [SSCC, A]
    assert about({"epcList": [SSCC]}) == [SSCC]


def test_a_growing_cycle_counts_as_transformation_and_as_extension() -> None:
    cycle = "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"

    assert about({"transformationID": cycle}) == [cycle]
    assert about({"lotproof:cycle": cycle, "quantityList": [{"epcClass": A}]}) == [A, cycle]
    assert about({"https://lotproof.org/ns/cycle": cycle}) == [cycle]
    assert about({"transformationID": "urn:epc:id:gdti:0614141.12345.400"}) == [
        "https://id.gs1.org/253/0614141123452400"
    ]


def test_products_places_and_assets_have_no_chain() -> None:
    event = {
        "epcList": ["https://id.gs1.org/8004/061414112345400", "urn:uuid:1"],
        "quantityList": [{"epcClass": "urn:epc:idpat:sgtin:4012345.066666.*", "quantity": 3}],
        "readPoint": {"id": "https://id.gs1.org/414/0614141123452"},
        "parentID": "urn:epc:id:grai:0614141.12345.400",
    }

    assert about(event) == []
    assert about({}) == []


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"epcList": ["no uri"]}, "invalid_identifier"),
        ({"epcList": ["https://id.gs1.org/01/04012345123457/10/A"]}, "invalid_check_digit"),
        ({"epcList": A}, "invalid_event"),
        ({"epcList": {"sha256": "00", "count": 201, "size": 9}}, "invalid_event"),
        ({"epcList": [7]}, "invalid_identifier"),
        ({"epcList": [[A]]}, "invalid_event"),
        ({"quantityList": [{"quantity": 7}]}, "invalid_event"),
        ({"quantityList": [A]}, "invalid_event"),
        ({"parentID": 7}, "invalid_identifier"),
        ({"transformationID": ["x"]}, "invalid_identifier"),
        ({"lotproof:cycle": "no uri"}, "invalid_identifier"),
    ],
)
def test_nothing_that_cannot_be_read_is_passed_over(event: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        about(event)

    assert caught.value.code == code
