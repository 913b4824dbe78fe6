"""Laws of events: the order of lists and names never counts, and every lot is seen."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lotproof.epcis.about import about
from lotproof.epcis.event import Event
from lotproof.epcis.event_hash import event_hash, prehash
from lotproof.kernel.check_digits import mod10
from lotproof.kernel.identifiers import LotId, identify

SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
gtins = st.text("0123456789", min_size=13, max_size=13).map(lambda body: body + mod10(body))
lots = st.builds(LotId, gtins, st.text(SET_82, min_size=1, max_size=20))
ssccs = st.text("0123456789", min_size=17, max_size=17).map(
    lambda body: f"https://id.gs1.org/00/{body}{mod10(body)}"
)
values = st.recursive(
    st.text(max_size=8) | st.integers(-999, 999) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc:", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    quantities = [
        {"epcClass": lot.uri, "quantity": draw(st.integers(1, 99))}
        for lot in draw(st.lists(lots, max_size=4))
    ]
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-11-23T16:36:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "epcList": draw(st.lists(ssccs, max_size=3)),
        "quantityList": quantities,
        "action": "OBSERVE",
        "ilmd": draw(st.dictionaries(st.sampled_from(["x:a", "x:b"]), values, max_size=2)),
        "x:own": draw(values),
    }


def turned(value: Any) -> Any:
    """The same value with every list of values and every object written the other way round."""
    if isinstance(value, dict):
        return {key: turned(inner) for key, inner in reversed(value.items())}
    if isinstance(value, list):
        return [turned(inner) for inner in reversed(value)]
    return value


@given(events())
def test_an_event_that_is_written_the_other_way_round_has_the_same_hash(event: dict[str, Any]) -> None:
    assert prehash(turned(event)) == prehash(event)


@given(events())
def test_a_host_or_a_query_in_a_link_does_not_change_the_hash(event: dict[str, Any]) -> None:
    elements = [
        {**element, "epcClass": element["epcClass"].replace("id.gs1.org", "farm.example/s") + "?a=b"}
        for element in event["quantityList"]
    ]

    assert event_hash({**event, "quantityList": elements}) == event_hash(event)


@given(events())
def test_an_event_is_about_every_lot_and_container_that_it_names(event: dict[str, Any]) -> None:
    named = {element["epcClass"] for element in event["quantityList"]} | set(event["epcList"])

    assert about(event) == sorted(named)
    assert {item.uri for item in Event(event).all_items()} == named


@given(lots, st.text(SET_82, min_size=1, max_size=20))
def test_a_serial_is_about_its_lot(lot: LotId, serial: str) -> None:
    link = lot.uri + identify(LotId(lot.gtin14, serial).uri).uri.replace(
        f"https://id.gs1.org/01/{lot.gtin14}/10", "/21"
    )

    assert identify(link).kind == "serial"
    assert about({"epcList": [link]}) == [lot.uri]
