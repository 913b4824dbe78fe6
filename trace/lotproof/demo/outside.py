"""A lot from outside: avocados of a foreign supplier, known only from the document that came with them.

The document leaves holes: nothing says where the fruit was grown, pounds become cases without a conversion, one
offset does not fit its time, and four cases fewer arrive than were sent.
"""

from datetime import date, datetime, timedelta, timezone
from typing import Any

from lotproof.demo.cast import HEJING, NANMEN_SHOP, SHANGHAI_DC, TRUCK_LOGGER, names
from lotproof.demo.catalogue import Product
from lotproof.demo.keys import gln, gtin, sscc
from lotproof.demo.legs import DAY, retail, sell, some, store
from lotproof.demo.master_data import product_record
from lotproof.demo.script import Script, moment
from lotproof.kernel.identifiers import LotId
from lotproof.ledger.log import Log
from lotproof.lots.capture import capture

PERU = timezone(timedelta(hours=-5))
AVOCADO_CASE = Product(
    602, names("Hass avocados, case", "哈斯牛油果（箱）"), "XCS", "avocado", "fruit", band=("4", "10")
)
FIELD_LOT_GTIN, PACKING_HOUSE, PORT = gtin(601), gln(3001), gln(3002)
CONTEXT = {"@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"]}
CASES, ARRIVED = 840, 836


def outside(script: Script, today: date) -> None:
    """Write an import that arrived five weeks before today."""
    packed, landed = today - 66 * DAY, today - 35 * DAY
    raw, cases = LotId(FIELD_LOT_GTIN, f"FL-{packed:%j}"), AVOCADO_CASE.lot(f"PE{packed:%y%m%d}")
    document = _document(raw, cases, packed)
    script.run(HEJING, moment(landed - 4 * DAY, "09:20"), lambda log: _capture(log, document))
    body = product_record(AVOCADO_CASE)
    script.master(HEJING, moment(landed, "07:30"), "product", AVOCADO_CASE.gtin, body)
    arrival, got = moment(landed, "08:15"), AVOCADO_CASE.of(cases.code, ARRIVED)
    papers = {"recadv": script.number("RN", arrival)}
    script.note("receiving", arrival, SHANGHAI_DC, portions=(got,), from_place=PORT, references=papers)
    store(script, SHANGHAI_DC, moment(landed + DAY, "07:00"), "5.1", "6.4", TRUCK_LOGGER, cases)
    sell(script, SHANGHAI_DC, NANMEN_SHOP, landed + 2 * DAY, some(got, 120))
    retail(script, NANMEN_SHOP, got, ((landed + (4 + 2 * n) * DAY, 17) for n in range(6)))


def _capture(log: Log, events: list[dict[str, Any]]) -> None:
    """Hand in the document as its receiver does: whatever is well formed is kept as evidence."""
    checked = [(at, f"$.epcisBody.eventList[{at}]", event, ()) for at, event in enumerate(events)]
    done = capture(log, HEJING.uri, checked, lambda: CONTEXT)
    assert done.state == "done", done.errors


def _document(raw: LotId, cases: LotId, on: date) -> list[dict[str, Any]]:
    """The supplier's EPCIS 2.0 events, as a stranger's system writes them."""
    pallet = sscc(900_000 + on.toordinal() % 1000).uri
    packing, loading = _at(on, 11), _at(on + 2 * DAY, 15)
    return [
        {
            "type": "TransformationEvent",
            "eventTime": packing.isoformat(),
            "eventTimeZoneOffset": "-05:00",
            "inputQuantityList": [{"epcClass": _lgtin(raw), "quantity": 21450, "uom": "LBR"}],
            "outputQuantityList": [{"epcClass": _lgtin(cases), "quantity": CASES, "uom": "CS"}],
            "bizStep": "creating_class_instance",
            "disposition": "active",
            "readPoint": {"id": PACKING_HOUSE.place_uri},
        },
        {
            "type": "AggregationEvent",
            "eventTime": (packing + timedelta(hours=3)).isoformat(),
            "eventTimeZoneOffset": "-05:00",
            "parentID": pallet,
            "childQuantityList": [{"epcClass": _lgtin(cases), "quantity": 56, "uom": "CS"}],
            "action": "ADD",
            "bizStep": "packing",
            "readPoint": {"id": PACKING_HOUSE.place_uri},
        },
        {
            "type": "ObjectEvent",
            "eventTime": loading.isoformat(),
            "eventTimeZoneOffset": "+08:00",  # the buyer's, as exports from one table of orders have it
            "quantityList": [{"epcClass": _lgtin(cases), "quantity": CASES, "uom": "CS"}],
            "action": "OBSERVE",
            "bizStep": "shipping",
            "disposition": "in_transit",
            "readPoint": {"id": PACKING_HOUSE.place_uri},
            "sourceList": [{"type": "location", "source": PACKING_HOUSE.place_uri}],
            "destinationList": [{"type": "location", "destination": SHANGHAI_DC.gln.place_uri}],
        },
    ]


def _at(on: date, hour: int) -> datetime:
    return datetime(on.year, on.month, on.day, hour, 5, tzinfo=PERU)


def _lgtin(lot: LotId) -> str:
    """The lot as an EPC class URN, with a company prefix of seven digits."""
    digits = lot.gtin14
    return f"urn:epc:class:lgtin:{digits[1:8]}.{digits[0]}{digits[8:13]}.{lot.code}"
