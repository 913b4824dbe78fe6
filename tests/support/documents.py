"""A small EPCIS document, as somebody outside would send it."""

import json

LOT = "09520000100018/A1"
URI = "https://id.gs1.org/01/09520000100018/10/A1"


def document(**changes: object) -> str:
    """A document with one harvest of LOT, some of its fields changed."""
    event = {
        "type": "ObjectEvent",
        "action": "ADD",
        "bizStep": "creating_class_instance",
        "eventTime": "2026-05-01T08:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "readPoint": {"id": "https://id.gs1.org/414/9520000001001"},
        "quantityList": [{"epcClass": URI, "quantity": 5, "uom": "KGM"}],
        **changes,
    }
    return json.dumps(
        {
            "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-05-01T09:00:00Z",
            "epcisBody": {"eventList": [event]},
        }
    )
